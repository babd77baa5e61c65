// A history is read as a whole, or what came after a moment of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startClock } from '../harness/clock.ts'
import { endOfHistory, HistoryWriter, readHistory, type HistoryEvent } from '../harness/history.ts'
import { run } from './checks/story.ts'

test('what was written after a moment is read without what was before, but for the run itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-history-'))
  try {
    const path = join(folder, 'history.jsonl')
    const history = new HistoryWriter(path, startClock())
    const step = (title: string): HistoryEvent => ({ t: 5, type: 'step', step: title, phase: 'begin', title })
    history.append({ ...run(), t: 0 }, step('before: für später'))
    const after = endOfHistory(path)
    history.append(step('danach ⃠'))
    const titles = (events: HistoryEvent[]): string[] => events.map(event => (event.type === 'step' ? event.title : event.type))
    expect(titles(readHistory(path, { after }))).toEqual(['run', 'danach ⃠'])
    expect(titles(readHistory(path))).toEqual(['run', 'before: für später', 'danach ⃠'])
    expect(titles(readHistory(path, { after: endOfHistory(path) }))).toEqual(['run'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
