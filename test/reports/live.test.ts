// While a run lasts, everybody can follow it, on a terminal and in a log, and no text from a node can act there.
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { HistoryEvent } from '../../harness/history.ts'
import { blockOf, cut, emptyState, followHistory, linesOf, Screen, take } from '../../reports/live.ts'
import { begin, ended, fault, steps, temporaryFolder, verdict } from './literal.ts'

const unpainted = (_format: string, text: string): string => text

function told(events: HistoryEvent[]): string[] {
  const state = emptyState()
  return events.flatMap(event => {
    const lines = linesOf(event, state, unpainted)
    take(state, event)
    return lines
  })
}

test('plain lines: one per step, fault and verdict, with what went wrong', () => {
  const events = [...begin, fault(2, 'requested', 'a loses power'), fault(60, 'proven', 'silent'), ...steps('fail', 'not within 30s\n  \u001B[2Ja serves'), fault(5000, 'healed'), fault(7000, 'proven-healed'), ended, verdict('one-active-at-a-time', 'pass', 'never two'), verdict('gui-as-documented', 'unknown', 'no page')]
  expect(told(events).join('\n')).toMatchInlineSnapshot(`
    "    0.0 s  scenario  power loss hands over (ssm/power-loss)
        0.0 s  fault     requested: a loses power
        0.1 s  fault     proven: a loses power (58 ms after the request)
        0.0 s  fault     · power off a
        1.5 s  observe   ✗ b serves
                           expected b serves
                           observed not within 30s
                             a serves
        5.0 s  fault     healed: a loses power (5.00 s after the request)
        7.0 s  fault     proven healed: a loses power (7.00 s after the request)
        9.0 s  judge     ✓ one-active-at-a-time
        9.0 s  judge     ? gui-as-documented
                           no page"
  `)
})

test('the block: step, cluster, VIP, open faults with age and deadline, accounts', () => {
  const state = emptyState()
  const events: HistoryEvent[] = [
    ...begin, { ...(fault(2000, 'requested', 'a loses power') as object), limitMs: 60_000 } as HistoryEvent, fault(2060, 'proven', 'silent'), { ...(steps('pass')[2] as object), t: 3000 } as HistoryEvent,
    { t: 1000, type: 'sample', probe: 'vip-tcp', from: 'harness', value: { connected: true } }, { t: 2500, type: 'sample', probe: 'vip-tcp', from: 'harness', error: 'timeout' },
    { t: 3000, type: 'sample', probe: 'sql', node: 'b', value: { inRecovery: true } }, { t: 3000, type: 'sample', probe: 'sql', node: 'a', error: 'refused' }, { t: 3000, type: 'sample', probe: 'gui', from: 'harness', value: { cluster: 'Normal' } },
    { t: 3100, type: 'op', id: 1, client: 'accounts-1', f: 'create', value: 'x', phase: 'ok' },
  ]
  events.forEach(event => take(state, event))
  expect(blockOf(state, 3750, unpainted).join('\n')).toMatchInlineSnapshot(`
    "
    ssm/power-loss  0:03 elapsed
     observe   b serves 750 ms
     cluster   a no database (refused), b standby; page says Normal
     VIP       no answer for 1.25 s (timeout)
     faults    a loses power: proven 1.8 s old, undone by itself in 58 s
     accounts  1 acknowledged, 0 refused, 0 unknown"
  `)
})

test('a history is followed from its first line on, through torn writes, to what came before the end', async () => {
  const path = join(temporaryFolder(), 'history.jsonl')
  const seen: number[] = []
  const over = new AbortController()
  const following = followHistory(path, ({ t }) => seen.push(t), over.signal)
  writeFileSync(path, '{"t":1,"type":"scenario","scenario":"é')
  appendFileSync(path, '","phase":"begin"}\nnot json\n{"t":2,"type":"sam')
  await vi.waitFor(() => expect(seen).toEqual([1]))
  appendFileSync(path, 'ple","probe":"gui"}\n{"t":3,"type":"sample","probe":"gui"}\n')
  over.abort()
  await following
  expect(seen).toEqual([1, 2, 3])
})

test('a line is cut to the width of the terminal, colours and wide characters counted as they look', () => {
  expect([cut('abcdef', 6), cut('abcdefg', 6), cut('漢字漢字', 5), cut('\u001B[31mabcdefg\u001B[39m', 4)]).toEqual(['abcdef', 'abcde…', '漢字…', '\u001B[31mabc\u001B[39m…'])
})

test('the screen is one write per frame, follows a resize and gives the cursor back', () => {
  const writes: string[] = []
  const stream = { isTTY: true, columns: 20, rows: 10, write: (text: string) => void writes.push(text) }
  const screen = new Screen(stream)
  screen.draw(['one', 'x'.repeat(30)])
  screen.draw(['one', 'x'.repeat(30)])
  screen.print(['lasting'])
  screen.draw(['two'])
  stream.columns = 10
  screen.draw(['two'])
  screen.close()
  expect(writes.map(text => text.replaceAll('\u001B[', '^'))).toMatchInlineSnapshot(`
    [
      "^?25l",
      "^?2026h
    one^K
    xxxxxxxxxxxxxxxxxx…^K
    ^J^?2026l",
      "^?2026h
    ^2Alasting^K
    two^K
    ^J^?2026l",
      "^?2026h
    ^1Atwo^K
    ^J^?2026l",
      "
    ^1A^J^?25h",
    ]
  `)
})
