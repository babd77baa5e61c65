// How much of a suite's time the harness takes for itself: while it starts, opens, judges and writes reports, and waits for nothing on the cluster.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chooseScenarios } from '../harness/cli/catalogue.ts'
import { listenForInterrupts } from '../harness/cli/run/interrupts.ts'
import { runOnTwin } from '../harness/cli/run/on-twin.ts'
import { readHistory, type HistoryEvent } from '../harness/history.ts'

/** Runs those scenarios of SSM On-Prem that every change is tested with, on a twin of their own. In percent of the wall time, the twin's start and end included. */
export async function ownShare(say: (line: string) => void): Promise<{ percent: number; wallMs: number; verdict: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-bench-'))
  const interrupts = listenForInterrupts()
  const scenarios = (await chooseScenarios([], 'ssm')).filter(({ long }) => !long)
  const began = Date.now()
  try {
    const { result, runDir, removed } = await runOnTwin({ system: 'ssm', scenarios, defects: [], without: [], out: join(folder, 'run'), allureReport: true, interrupts, say })
    const reported = Date.now()
    await removed
    const wallMs = Date.now() - began
    const ownMs = reported - Date.parse(result.startedAt) - waitedMs(readHistory(join(runDir, 'history.jsonl')))
    return { percent: (100 * ownMs) / wallMs, wallMs, verdict: result.verdict }
  } finally {
    interrupts.stop()
    rmSync(folder, { recursive: true })
  }
}

/** From the first look whether the cluster is steady to the end of each scenario, its last fetching from the cluster included. */
function waitedMs(history: HistoryEvent[]): number {
  const frames = history.filter(event => event.type === 'scenario')
  return frames.reduce((sum, { phase, t, steadyMs = 0 }) => sum + (phase === 'end' ? t : steadyMs - t), 0)
}
