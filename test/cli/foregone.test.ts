import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Foregone, foregone } from '../../harness/cli/run/foregone.ts'
import type { Outcome } from '../../harness/history.ts'
import { runFiles, type RunFiles } from '../run-files.ts'

const scenario = 'ssm/told'

test('one of its checks has failed: the scenario needs no more', async () => {
  const run = runFiles()
  const decided = watch(run, ['console-as-documented'])
  says(run, 'console-as-documented', 'fail')
  await expect(decided).rejects.toThrow(new Foregone('console-as-documented has failed already, and nothing else was asked'))
})

test.for([
  ['another check has failed', 'gui-as-documented', 'fail'],
  ['nothing has failed yet', 'console-as-documented', 'pass'],
  ['it is unknown', 'console-as-documented', 'unknown'],
] as const)('%s: it goes on to its end', async ([, check, outcome]) => {
  const run = runFiles()
  const ended = new AbortController()
  const decided = watch(run, ['console-as-documented'], ended.signal)
  says(run, check, outcome)
  await pause(50)
  ended.abort()
  await expect(decided).rejects.toThrow('aborted')
})

test('while a fault takes hold nothing is decided; once it has, it is', async () => {
  const run = runFiles()
  const ended = new AbortController()
  const decided = watch(run, ['console-as-documented'], ended.signal)
  const fault = { type: 'fault', id: 'a1b2', fault: 'power-off', node: 'primary-node' } as const
  run.history.append({ ...fault, phase: 'requested' })
  says(run, 'console-as-documented', 'fail')
  await expect(Promise.race([decided, pause(100, 'it goes on')])).resolves.toBe('it goes on')
  run.history.append({ ...fault, phase: 'proven' })
  await expect(decided).rejects.toThrow(Foregone)
})

function watch({ folder, history }: RunFiles, checks: string[], signal = new AbortController().signal): Promise<never> {
  history.append({ type: 'scenario', scenario, phase: 'begin', title: 'told', covers: [], promises: checks, bounds: {} })
  return foregone({ historyPath: join(folder, 'history.jsonl'), scenario, checks, every: '5ms', signal })
}

function says({ history }: RunFiles, check: string, outcome: Outcome): void {
  history.append({ type: 'step', step: `${scenario}#1`, phase: 'end', title: 'ha_status', check, expected: 'master', observed: outcome, outcome })
}
