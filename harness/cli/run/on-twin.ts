// One run on a twin of its own: started for it, and removed after it.
import { randomInt } from 'node:crypto'
import type { CatalogueEntry } from '../catalogue.ts'
import type { Defect } from '../defect.ts'
import { twinOf } from '../twins.ts'
import { makeRunFolder } from './folder.ts'
import type { Interrupts } from './interrupts.ts'
import type { RunResult } from './result.ts'
import { runOnce } from './run-once.ts'

export interface TwinRun {
  system: string
  scenarios: CatalogueEntry[]
  defects: Defect[]
  without: string[]
  out: string
  interrupts: Interrupts
  say(text: string): void
}

/** Throws ExitError 3 when the twin does not form; it is removed in any case. */
export async function runOnTwin({ system, scenarios, defects, without, out, interrupts, say }: TwinRun): Promise<{ result: RunResult; runDir: string }> {
  const runDir = makeRunFolder({ name: system, out })
  const up = await twinOf(system).up({ defects, say, signal: interrupts.interrupted })
  try {
    const again = ['npx haywire run', ...scenarios.map(({ id }) => id), `--target ${system}-twin`, ...defects.map(({ dir }) => `--defect ${dir}`), ...without.map(check => `--without ${check}`)].join(' ')
    const { result } = await runOnce({ target: up.target, scenarios, askedByName: true, defects, without, seed: randomInt(2 ** 31), runDir, again, ...interrupts })
    return { result, runDir }
  } finally {
    await up.down()
  }
}
