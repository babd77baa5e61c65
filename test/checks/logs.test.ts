// What the logs tell: bad news whoever asks, errors that nobody expects, and what could not be read of them.
import { expect, test } from 'vitest'
import { checks } from '../../harness/checks/index.ts'
import { scenariosOf } from '../../harness/check.ts'
import type { HistoryEvent } from '../../harness/history.ts'
import type { LogLists } from '../../harness/logs.ts'
import { fault, heal } from './literal.ts'
import { primary, run, secondary } from './story.ts'

const lists: LogLists = {
  badNews: [{ pattern: '^Traceback ', why: 'an exception that nobody caught', source: 'CPython' }, { program: 'postgres', pattern: 'terminated by signal', why: 'a process was killed', source: 'postmaster.c' }],
  expected: [{ program: 'corosync', pattern: '^\\[KNET', why: 'a link is gone' }, { pattern: 'Traceback', why: 'nobody may say that in general' }, { program: 'postgres', pattern: 'by signal 9', why: 'the fault does it', excusesBadNews: true }],
}
type Line = { t: number; program: string; priority: number; text: string; times?: number; last?: number }
const journal = { log: 'journal', from: 1000, to: 30_000, lines: 7, dropped: 0 }
const logs = (node: string, told: Line[], more: object = {}): HistoryEvent =>
  ({ t: 30_000, type: 'sample', probe: 'logs', node, value: { since: 1000, startedAt: -5000, logs: [journal], told: told.map(line => ({ log: 'journal', times: 1, last: line.t, ...line })), more: 0, ...more } })
const judge = (...events: HistoryEvent[]): unknown => verdictOn({ logs: lists }, events)
function verdictOn(begin: object, events: HistoryEvent[]): unknown {
  const frame = [{ t: 900, type: 'scenario', scenario: 's', phase: 'begin', ...begin }, { t: 31_000, type: 'scenario', scenario: 's', phase: 'end' }] as HistoryEvent[]
  const [view] = scenariosOf([run(), ...frame, ...fault(10, 'off', 'power-off'), ...heal(20, 'off', 'power-off'), ...events].sort((a, b) => a.t - b.t))
  return checks['logs-tell-no-bad-news']?.judge(view!)
}

test('errors that are expected, and nothing else', () => {
  expect(judge(logs(primary, [{ t: 11_000, program: 'corosync', priority: 3, text: '[KNET  ] link 0 is down' }]), logs(secondary, []))).toMatchInlineSnapshot(`
    {
      "at": [
        30000,
      ],
      "verdict": "pass",
      "why": "no bad news and no unexpected error in the logs of primary-node: journal; 1 expected; secondary-node: journal",
    }
  `)
})

test('bad news of any priority, and an error of no list', () => {
  expect(judge(
    logs(primary, [{ t: 11_000, program: 'ssm-web', priority: 6, text: 'Traceback (most recent call last):\nValueError: no', times: 3 }]),
    logs(secondary, [{ t: 12_000, program: 'pacemaker-execd', priority: 3, text: 'error: it did not work' }]),
  )).toMatchInlineSnapshot(`
    {
      "at": [
        11000,
        12000,
      ],
      "verdict": "fail",
      "why": "primary-node: ssm-web told bad news (an exception that nobody caught) in journal at 11 s, 3 times (900 ms after power-off on primary-node was proven (10.1 s)): Traceback (most recent call last): … ValueError: no; secondary-node: pacemaker-execd told an error that nobody expects in journal at 12 s (1.9 s after power-off on primary-node was proven (10.1 s)): error: it did not work",
    }
  `)
})

test('bad news is excused only by who says that it is bad news', () => {
  expect(judge(
    logs(primary, [{ t: 11_000, program: 'postgres', priority: 6, text: 'LOG:  server process (PID 9) was terminated by signal 9: Killed' }]),
    logs(secondary, [{ t: 11_000, program: 'postgres', priority: 6, text: 'LOG:  server process (PID 9) was terminated by signal 11: Segmentation fault' }]),
  )).toMatchInlineSnapshot(`
    {
      "at": [
        11000,
      ],
      "verdict": "fail",
      "why": "secondary-node: postgres told bad news (a process was killed) in journal at 11 s (900 ms after power-off on primary-node was proven (10.1 s)): LOG:  server process (PID 9) was terminated by signal 11: Segmentation fault",
    }
  `)
})

test('what the power took is told, and is nobody\'s fault', () => {
  expect(judge(logs(primary, [], { startedAt: 21_000, logs: [{ ...journal, from: 22_000 }] }), logs(secondary, []))).toMatchInlineSnapshot(`
    {
      "at": [
        30000,
      ],
      "verdict": "pass",
      "why": "no bad news and no unexpected error in the logs of primary-node: journal from 22 s on (started anew at 21 s: its last words before may be gone); secondary-node: journal",
    }
  `)
})

test('what could not be read is not known to be good', () => {
  const late = logs(secondary, [], { logs: [{ ...journal, from: 22_000 }] })
  expect(judge(logs(primary, [], { logs: [{ ...journal, error: 'Permission denied', dropped: 0 }, { ...journal, log: '/var/log/x', dropped: 12 }], more: 4 }), late)).toMatchInlineSnapshot(`
    {
      "at": [
        30000,
      ],
      "verdict": "unknown",
      "why": "primary-node: 4 more errors are not in the history; primary-node: journal could not be read: Permission denied; primary-node: 12 lines of /var/log/x were too many to be kept; and 1 more",
    }
  `)
  expect(judge(logs(primary, []), { t: 30_000, type: 'sample', probe: 'logs', node: secondary, error: 'timeout' })).toMatchInlineSnapshot(`
    {
      "at": [
        30000,
      ],
      "verdict": "unknown",
      "why": "the logs of secondary-node could not be read: timeout (at 30 s)",
    }
  `)
  expect(judge(logs(primary, []))).toMatchInlineSnapshot(`
    {
      "at": [],
      "verdict": "unknown",
      "why": "the logs of secondary-node were never read",
    }
  `)
  expect(judge(logs(primary, [], { told: 'nothing' }), logs(secondary, []))).toMatchInlineSnapshot(`
    {
      "at": [
        30000,
      ],
      "verdict": "unknown",
      "why": "logs of primary-node at 30 s says {"since":1000,"startedAt":-5000,"logs":[{"log":"journal",…, which is no value of this probe",
    }
  `)
})

test('without lists there is nothing to judge by', () => {
  const wrong = [{}, { logs: 7 }, { logs: { badNews: [], expected: 'none' } }, { logs: { badNews: [{ pattern: '(', why: 'no expression' }], expected: [] } }]
  expect(wrong.map(begin => verdictOn(begin, [logs(primary, []), logs(secondary, [])]))).toEqual(wrong.map(() => ({ verdict: 'unknown', why: 'the scenario\'s begin carries no lists of bad news and expected lines, so there is nothing to judge by', at: [] })))
})

test('an error that came while the host stood still is not known to be the product\'s', () => {
  const stall = { t: 12_000, type: 'sample', probe: 'host', from: 'harness', value: { lateMs: 3000, load: 9 } } as HistoryEvent
  const begin = { logs: lists, bounds: { hostLateMs: 500 } }
  const told = (line: object): unknown => (verdictOn(begin, [stall, logs(primary, [{ program: 'postgres', priority: 3, text: 'ERROR:  canceling statement due to statement timeout', ...line } as Line]), logs(secondary, [])]) as { verdict: string }).verdict
  expect(told({ t: 11_000 })).toBe('unknown')
  expect(told({ t: 11_000, last: 12_000, times: 2 })).toBe('unknown')
  expect(told({ t: 11_000, last: 25_000, times: 2 })).toBe('fail')
  expect(told({ t: 25_000 })).toBe('fail')
  expect(told({ t: 11_000, priority: 6, text: 'Traceback (most recent call last):' })).toBe('fail')
})
