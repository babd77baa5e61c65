// A run's journal and history in a folder of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { startClock } from '../harness/clock.ts'
import { HistoryWriter, readHistory, type FaultEvent } from '../harness/history.ts'
import { Journal } from '../harness/journal.ts'

export interface RunFiles {
  folder: string
  journal: Journal
  history: HistoryWriter
  /** whose accounts are removed: none of anybody's */
  accounts(): Promise<{ remove(): Promise<{ removed: number; left: number }> }>
  /** the fault events so far, as `phase title` */
  phases(): string[]
  faults(): FaultEvent[]
}

/** Removed when the test has finished. */
export function runFiles(): RunFiles {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const historyPath = join(folder, 'history.jsonl')
  const faults = (): FaultEvent[] => readHistory(historyPath).filter(event => event.type === 'fault')
  return {
    folder,
    journal: new Journal(join(folder, 'journal.jsonl')),
    history: new HistoryWriter(historyPath, startClock()),
    accounts: async () => ({ remove: async () => ({ removed: 0, left: 0 }) }),
    faults,
    phases: () => faults().map(({ phase, fault }) => `${phase} ${fault}`),
  }
}
