// The plan of every scenario: each fault with its undo, each heal, and nothing touched.
import { expect, test, vi } from 'vitest'
import { catalogue } from '../../harness/cli/catalogue.ts'
import { printPlan } from '../../harness/cli/run/plan.ts'
import { RehearsedStory } from '../../harness/rehearsal.ts'
import { memoryTarget } from '../memory-cluster.ts'

const target = { ...memoryTarget, power: { driver: 'engine' as const, socket: '', containers: {} }, workload: { prefix: 'hw', perSecond: 10, cleanUp: 'keep' as const } }
const scenarios = (await catalogue()).filter(({ system }) => system === 'ssm')

test.each(scenarios.map(scenario => [scenario.id, scenario] as const))('%s: every fault is healed, and what nothing heals is told', async (_, scenario) => {
  const lines: string[] = []
  await printPlan(target, [scenario], line => lines.push(line))
  const faults = lines.flatMap(line => /^ {2}fault {3}(on .*)$/.exec(line)?.[1] ?? [])
  expect(faults.length).toBeGreaterThan(0)
  expect(lines.includes('It leaves no cluster, and nothing undoes that.')).toBe(scenario.destroys === 'for good')
  expect(lines.flatMap(line => /^ {2}heal {4}(on .*)$/.exec(line)?.[1] ?? []).toSorted()).toEqual(faults.toSorted())
  expect(lines.filter(line => /^ {10}undo: \S/.test(line))).toHaveLength(faults.length)
  expect(lines.at(-1)).toBe('\nNothing was touched.')
})

test.each(scenarios.map(scenario => [scenario.id, scenario] as const))('%s: each assertion speaks for a check that is promised', async (_, scenario) => {
  const expected = vi.spyOn(RehearsedStory.prototype, 'expect')
  await printPlan(target, [scenario], () => undefined)
  const spokenFor = new Set(expected.mock.calls.map(([, { check }]) => check))
  expected.mockRestore()
  expect([...spokenFor].filter(check => !scenario.promises.includes(check))).toEqual([])
})

test('what the target cannot do is skipped with its reason', async () => {
  const lines: string[] = []
  await printPlan(memoryTarget, scenarios.filter(({ id }) => id === 'ssm/stale-standby'), line => lines.push(line))
  expect(lines.join('\n')).toContain('skipped: the target memory has no workload')
})

test('what only a twin can do, and what needs leave to create accounts, is skipped in plain words', async () => {
  const lines: string[] = []
  await printPlan(memoryTarget, scenarios.filter(({ id }) => id === 'ssm/deploy'), line => lines.push(line))
  expect(lines.join('\n')).toContain('skipped: the target memory has no workload, which alone allows to create accounts and no way to install a server anew, as a twin has')
})

test('no two scenarios of a run create the same account', async () => {
  const created: string[] = []
  await printPlan(target, scenarios, line => created.push(.../^ {2}do {6}create and activate (.*) on the active server$/.exec(line)?.slice(1) ?? []))
  expect(created.length).toBeGreaterThan(5)
  expect(created).toEqual([...new Set(created)])
})
