// Short ways to write a history and its run.json down, for tests that compare whole reports.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { HistoryEvent, Outcome } from '../../harness/history.ts'
import { reportOf, type Glossary, type Report, type RunFile } from '../../reports/model.ts'

export const glossary: Glossary = {
  faults: { 'power-off': 'Takes the power away; what the page cache hides cannot be shown.' },
  checks: { 'one-active-at-a-time': 'At most one server is active.' },
  rows: { 'SSM-55': { statement: 'The standby takes over', source: 'derived' } },
}

export const begin: HistoryEvent[] = [
  {
    t: 0, type: 'run', run: 'r1', seed: 7, bounds: {}, clock: { monotonicNs: '0', utc: '2026-11-20T14:25:08.000Z' },
    target: { name: 'lab', system: 'ssm', twin: true, vip: '10.0.0.12', nodes: [{ name: 'a', addresses: { public: '10.0.0.5' } }, { name: 'b', addresses: { public: '10.0.0.10' } }] },
  },
  { t: 1, type: 'scenario', scenario: 'ssm/power-loss', phase: 'begin', title: 'power loss hands over', covers: ['SSM-55', 'SSM-12'], bounds: { outageMs: 30_000 }, boundSources: { outageMs: 'T2 and slack' } },
]

export const steps = (outcome: Outcome, observed = 'b serves'): HistoryEvent[] => [
  { t: 2, type: 'step', step: 'ssm/power-loss#1', phase: 'begin', title: 'power off a', stage: 'fault' },
  { t: 3, type: 'step', step: 'ssm/power-loss#1', phase: 'end', title: 'power off a', stage: 'fault' },
  { t: 4, type: 'step', step: 'ssm/power-loss#2', phase: 'begin', title: 'b serves', stage: 'observe', check: 'gui-as-documented', expected: 'b serves', rows: ['SSM-55'] },
  { t: 1504, type: 'step', step: 'ssm/power-loss#2', phase: 'end', title: 'b serves', stage: 'observe', check: 'gui-as-documented', expected: 'b serves', rows: ['SSM-55'], outcome, observed },
]

export const fault = (t: number, phase: 'requested' | 'proven' | 'healed' | 'proven-healed', detail?: string): HistoryEvent => ({ t, type: 'fault', id: 'f1', fault: 'power-off', node: 'a', phase, ...(detail === undefined ? {} : { detail }) })

export const ended: HistoryEvent = { t: 9000, type: 'scenario', scenario: 'ssm/power-loss', phase: 'end' }

export const verdict = (check: string, verdict: Outcome, why: string): HistoryEvent => ({ t: 9001, type: 'verdict', scenario: 'ssm/power-loss', check, verdict, why, at: [] })

export const run = (verdict: RunFile['verdict'], more: Partial<RunFile> = {}): RunFile => ({
  verdict, exitCode: 0, run: 'r1', target: 'lab', seed: 7, startedAt: '2026-11-20T14:25:08.000Z', versions: { haywire: '0.1.0' }, again: 'npx haywire run ssm/power-loss --target lab',
  scenarios: [{ id: 'ssm/power-loss', title: 'power loss hands over', verdict, covers: ['SSM-55', 'SSM-12'], why: '' }],
  outages: [{ fault: 'power-off', node: 'a', id: 'f1', ms: 4312, errorMs: 14, from: 100, to: 4412, seenBy: 'vip-tcp from client' }], ...more,
})

export const report = (events: HistoryEvent[], ending: RunFile['verdict'], more: Partial<RunFile> = {}): Report => reportOf(events, run(ending, more), glossary)

/** A folder that is gone when the test has ended. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'haywire-reports-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}
