// One run on a twin of its own: started for it, and removed after it.
import { randomInt } from 'node:crypto'
import type { LiveStream } from '../../../reports/live.ts'
import type { CatalogueEntry } from '../catalogue.ts'
import type { Defect } from '../defect.ts'
import { twinOf } from '../twins.ts'
import { askedOfTwin } from './capabilities.ts'
import { makeRunFolder } from './folder.ts'
import type { Interrupts } from './interrupts.ts'
import type { RunResult } from './result.ts'
import { runOnce } from './run-once.ts'

export interface TwinRun {
  system: string
  scenarios: CatalogueEntry[]
  defects: Defect[]
  without: string[]
  /** checks whose first failure ends a scenario (default: none) */
  until?: string[]
  out: string
  /** whether Allure's own HTML report is generated: some seconds of Java */
  allureReport?: boolean
  interrupts: Interrupts
  say(text: string): void
  /** called when the twin is up */
  stands?(): void
  /** where the live view goes (default: stderr) */
  stream?: LiveStream
}

/** Throws ExitError 3 when the twin does not form. It is removed in any case: `removed` settles when it is gone, and nobody has to wait for that before the next one starts. */
export async function runOnTwin({ system, scenarios, defects, without, until = [], out, allureReport = false, interrupts, say, stands, stream = process.stderr }: TwinRun): Promise<{ result: RunResult; runDir: string; removed: Promise<void> }> {
  const up = await twinOf(system).up({ defects, ...askedOfTwin(scenarios), say, signal: interrupts.interrupted })
  stands?.()
  const runDir = makeRunFolder({ name: system, out })
  const again = ['npx haywire run', ...scenarios.map(({ id }) => id), `--target ${system}-twin`, ...defects.map(({ dir }) => `--defect ${dir}`), ...without.map(check => `--without ${check}`)].join(' ')
  const running = runOnce({ target: up.target, scenarios, askedByName: true, defects, without, until, seed: randomInt(2 ** 31), runDir, again, allureReport, stream, ...interrupts })
  const removed = running.then(() => up.down(), () => up.down())
  // Whoever awaits it hears of it; until then it must not end the process.
  removed.catch(() => undefined)
  try {
    const { result } = await running
    return { result, runDir, removed }
  } catch (error) {
    await removed
    throw error
  }
}
