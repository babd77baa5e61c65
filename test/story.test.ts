// What a scenario tells: every assertion is in the history with what was expected and what was seen, whichever way it went.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AccessError } from '../harness/access.ts'
import { readHistory } from '../harness/history.ts'
import { ExpectationFailed, Story } from '../harness/story.ts'
import { runFiles } from './run-files.ts'

const signal = new AbortController().signal
const look = (satisfied: boolean) => async () => ({ value: 7, satisfied, observed: satisfied ? 'Normal' : 'Degraded' })

test('an assertion that holds gives its value, and is written with check, rows, expectation and evidence', async () => {
  const { story, steps } = told()
  story.stage('observe')
  const evidence = async () => [story.keepText('page of the VIP', 'Normal')]
  expect(await story.expect('the page', { check: 'gui-as-documented', rows: ['SSM-02'], expected: 'Normal', look: look(true), evidence })).toBe(7)
  expect(steps()).toMatchObject([
    { phase: 'begin', step: 'ssm/x#1', stage: 'observe', title: 'the page' },
    { phase: 'end', step: 'ssm/x#1', check: 'gui-as-documented', rows: ['SSM-02'], expected: 'Normal', outcome: 'pass', observed: expect.stringMatching(/^Normal \(after \d+ ms\)$/), evidence: [{ title: 'page of the VIP', contentType: 'text/plain', path: expect.stringMatching(/^evidence\/ssm-x\/01-page-of-the-vip-.*\.txt$/) }] },
  ])
})

test('one that does not hold is written as a failure, with evidence, and rejects', async () => {
  const { story, steps, folder } = told()
  const failed = story.expect('the page', { check: 'gui-as-documented', expected: 'Normal', within: '20ms', look: look(false), evidence: async () => [story.keepText('page', 'Degraded')] })
  await expect(failed).rejects.toThrow(ExpectationFailed)
  await expect(failed).rejects.toThrow(/^the page: expected Normal; not within 20ms: the page\n.*: Degraded$/)
  const [, end] = steps()
  expect(end).toMatchObject({ outcome: 'fail' })
  expect(existsSync(join(folder, String((end as { evidence: { path: string }[] }).evidence[0]?.path)))).toBe(true)
  expect(story.unsettled).toEqual([])
})

test('whoever could not look knows nothing: an SSH that hangs is unknown, a server that is gone is seen', async () => {
  const { story, steps } = told()
  const blind = (kind: 'timeout' | 'host-changed' | 'unreachable') => story.expect('ha_status', { check: 'console-as-documented', expected: 'running', within: '20ms', look: async () => { throw new AccessError(kind, 'no answer') } })
  await expect(blind('timeout')).rejects.not.toThrow(ExpectationFailed)
  await expect(blind('host-changed')).rejects.not.toThrow(ExpectationFailed)
  await expect(blind('unreachable')).rejects.toThrow(ExpectationFailed)
  expect(steps().filter(step => 'outcome' in step)).toMatchObject([{ outcome: 'unknown' }, { outcome: 'unknown' }, { outcome: 'fail' }])
})

test('one that was cut off is unknown, not failed', async () => {
  const stop = new AbortController()
  const { story, steps } = told({ signal: stop.signal })
  const waiting = story.expect('the page', { check: 'gui-as-documented', expected: 'Normal', within: '9s', look: look(false) })
  stop.abort(new Error('interrupted'))
  await expect(waiting).rejects.not.toThrow(ExpectationFailed)
  expect(steps().at(-1)).toMatchObject({ outcome: 'unknown', observed: 'interrupted' })
})

test('a check that is taken out asserts nothing, and says so', async () => {
  const { story, steps } = told({ without: ['gui-as-documented'] })
  expect(await story.expect('the page', { check: 'gui-as-documented', rows: ['SSM-02'], expected: 'Normal', look: look(false) })).toBeUndefined()
  expect(steps()).toEqual([expect.objectContaining({ phase: 'end', title: 'the page (not looked at: gui-as-documented is taken out)' })])
  expect(steps()[0]).not.toHaveProperty('outcome')
})

test('an assertion that nobody awaited is remembered', async () => {
  const { story } = told()
  const forgotten = story.expect('the page', { check: 'gui-as-documented', expected: 'Normal', within: '20ms', look: look(false) }).catch(() => undefined)
  expect(story.unsettled).toEqual(['the page'])
  await forgotten
})

test('a step that fails is unknown and rejects with what went wrong', async () => {
  const { story, steps } = told()
  await expect(story.step('create an account', async () => { throw new Error('no such button') })).rejects.toThrow('no such button')
  expect(steps()).toMatchObject([{ phase: 'begin' }, { phase: 'end', outcome: 'unknown', observed: 'no such button' }])
  expect(await story.step('create another', async () => 'made')).toBe('made')
})

function told({ without = [], ...options }: { without?: string[]; signal?: AbortSignal } = {}): { story: Story; folder: string; steps(): object[] } {
  const { history, folder } = runFiles()
  return {
    folder,
    story: new Story({ scenario: 'ssm/x', history, evidenceDir: join(folder, 'evidence'), signal, without, ...options }),
    steps: () => readHistory(join(folder, 'history.jsonl')).filter(({ type }) => type === 'step'),
  }
}
