// What comes with Haywire names only what there is: checks, capabilities, bounds, scenarios.
import { expect, test } from 'vitest'
import { checks } from '../../harness/checks/index.ts'
import { catalogue, chooseScenarios, requireBounds } from '../../harness/cli/catalogue.ts'
import { checkDefects, plantedDefects } from '../../harness/cli/defect.ts'
import { lackingFor } from '../../harness/cli/run/capabilities.ts'
import { boundsFor } from '../../harness/scenario.ts'
import { memoryTarget } from '../memory-cluster.ts'

const all = await catalogue()
const able = { ...memoryTarget, power: { driver: 'engine' as const, socket: '', containers: {} }, client: { ssh: memoryTarget.nodes[0]?.ssh as never, address: '10.10.10.20' }, workload: { prefix: 'hw', perSecond: 10, cleanUp: 'keep' as const } }

test.each(all.map(scenario => [scenario.id, scenario] as const))('%s', (_, { promises, needs, bounds, title }) => {
  expect(promises.filter(name => !(name in checks))).toEqual([])
  expect(new Set(promises).size).toBe(promises.length)
  expect(lackingFor(able, { needs })).toBeUndefined()
  expect(Object.entries(bounds).filter(([name, { limit, source }]) => !/(Ms|PerSecond)$/.test(name) || limit <= 0 || source === '')).toEqual([])
  expect(title).not.toBe('')
})

test('every check is promised by a scenario, and every scenario is broken by a defect', () => {
  expect(Object.keys(checks).filter(name => !all.some(({ promises }) => promises.includes(name)))).toEqual([])
  const broken = plantedDefects('ssm').flatMap(({ scenarios }) => scenarios ?? [])
  expect(all.filter(({ system, id, onlyWith }) => system === 'ssm' && onlyWith === undefined && !broken.includes(id)).map(({ id }) => id)).toEqual([])
})

test.each(plantedDefects('ssm').map(defect => [defect.name, defect] as const))('the defect %s', (_, { breaks = [], scenarios = [], name, dir }) => {
  expect(dir.endsWith(`/${name}`)).toBe(true)
  const provoking = all.filter(({ id }) => scenarios.includes(id))
  expect(provoking).toHaveLength(scenarios.length)
  // Where it is run, what it breaks is promised.
  expect(breaks.filter(check => !provoking.some(({ promises }) => promises.includes(check)))).toEqual([])
})

test('every check is named by a defect, but for the one that cannot fail: below its bound nobody knows anything', () => {
  const named = new Set(plantedDefects('ssm').flatMap(({ breaks }) => breaks ?? []))
  expect(Object.keys(checks).filter(name => !named.has(name))).toEqual(['load-high-enough'])
})

test('what is planted without --all needs no long scenario, and breaks every check that its scenarios promise', () => {
  const planted = plantedDefects('ssm').filter(({ long }) => !long)
  const short = all.filter(({ long }) => !long)
  const provoking = planted.map(({ scenarios = [] }) => short.filter(({ id }) => scenarios.includes(id)))
  expect(planted.filter((_, index) => provoking[index]?.length === 0).map(({ name }) => name)).toEqual([])
  const broken = new Set(planted.flatMap(({ breaks }) => breaks ?? []))
  const promised = new Set(provoking.flat().flatMap(({ promises }) => promises))
  expect([...promised].filter(check => !broken.has(check))).toEqual(['load-high-enough'])
})

test('scenarios are found by id, by short name and by file, each once', async () => {
  const [first] = all
  const ids = (await chooseScenarios([first?.id ?? '', first?.id.split('/')[1] ?? '', first?.file ?? ''], 'ssm')).map(({ id }) => id)
  expect(ids).toEqual([first?.id])
  await expect(chooseScenarios(['ssm/faiover'], 'ssm')).rejects.toThrow(/unknown scenario "ssm\/faiover"; there are:\n {2}ssm\//)
  expect((await chooseScenarios([], 'ssm')).filter(({ onlyWith }) => onlyWith)).toEqual([])
  await expect(chooseScenarios([], 'vax')).rejects.toThrow('there are no scenarios for vax; there are some for: ssm')
})

test('a bound that no scenario knows is refused', async () => {
  await expect(requireBounds(['outageMs', 'convergenceMs'], 'ssm')).resolves.toBeUndefined()
  await expect(requireBounds(['outageMs', 'convergeMs'], 'ssm')).rejects.toThrow(/^the target file has a bound convergeMs, which no scenario knows; there are: .*convergenceMs, /)
})

test('a defect for another system or for a node that is not there is refused', () => {
  const defect = { name: 'x', system: 'ssm', nodes: ['third-node'], what: 'x', when: 'before-start' as const, dir: '/x' }
  expect(() => checkDefects([defect], 'zstack', ['a'])).toThrow('x is a defect for ssm, but the target is of zstack')
  expect(() => checkDefects([defect], 'ssm', ['a', 'b'])).toThrow('x is for the node third-node, but the twin has: a, b')
})

test("a target's bounds come before the scenario's, and the report says so", () => {
  expect(boundsFor({ bounds: { outageMs: { limit: 5, source: 'T1' }, loadPerSecond: { limit: 3, source: 'a third' } } }, { outageMs: 9, readGapMs: 1 })).toEqual({
    bounds: { outageMs: 9, loadPerSecond: 3 }, boundSources: { outageMs: 'the target file', loadPerSecond: 'a third' },
  })
})
