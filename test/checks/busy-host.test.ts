// A host that is late itself excuses lateness, never wrongness; and what it alone kept from being seen may be measured again.
import { expect, test } from 'vitest'
import { scenariosOf, type ScenarioView, type Verdict } from '../../harness/check.ts'
import { hostTooLate, judgeScenario, spoiledByHost } from '../../harness/checks/index.ts'
import type { HistoryEvent } from '../../harness/history.ts'
import { look, looks, step, viewOf } from './literal.ts'
import { isolatedActive, plannedHandover, primary, tell, withChanges } from './story.ts'

const hostLate = (events: HistoryEvent[], from: number, to: number): HistoryEvent[] =>
  events.map(event => (event.type === 'sample' && event.probe === 'host' && event.t >= from && event.t <= to ? { ...event, value: { lateMs: 900, load: 25 } } : event))
const unseen = (events: HistoryEvent[], from: number, to: number): HistoryEvent[] => events.filter(event => !(event.type === 'sample' && event.probe === 'flight' && event.node === primary && event.t > from && event.t < to))
const judged = (events: HistoryEvent[]): { view: ScenarioView; verdicts: Verdict[]; spoiled: string | undefined } => {
  const view = scenariosOf(events)[0]!
  const verdicts = judgeScenario(view)
  return { view, verdicts, spoiled: spoiledByHost(view, verdicts) }
}

test('what is late on a host that was too busy to measure shows nothing; what is wrong stays wrong, and is not measured again', () => {
  const { verdicts, spoiled } = judged(hostLate(tell(withChanges({ ...plannedHandover, bounds: { ...plannedHandover.bounds, convergenceMs: 2000 } }, { t: 30_000, set: { alsoClaims: primary } })), 0, 99_000))
  expect(Object.fromEntries((verdicts as ReturnType<typeof judgeScenario>).map(({ check, verdict }) => [check, verdict]))).toMatchObject({ 'one-active-at-a-time': 'fail', 'cluster-converges': 'unknown', 'load-high-enough': 'unknown', 'no-acknowledged-account-lost': 'pass' })
  expect(spoiled).toBeUndefined()
})

test('of what a scenario asserted only that with a limit of time is excused, and what was not seen at all', () => {
  const busy = looks(0, 20, 1000, seconds => look(seconds, 'host', { lateMs: 900 }, { from: 'harness' }))
  const said = (limit: { within?: string; for?: string; unseen?: boolean }): Verdict | undefined => {
    const events = step(5, 'Accounts lists TEST', 'accounts-as-documented', 'fail', 'TEST is Pending').map(event => ({ ...event, ...limit }) as HistoryEvent)
    return judgeScenario(viewOf({ hostLateMs: 500 }, ...busy, ...events), ['accounts-as-documented'])[0]
  }
  expect(said({ within: '10s' })).toMatchObject({ verdict: 'unknown', why: expect.stringContaining('so this shows nothing: Accounts lists TEST') as string })
  expect(said({ for: '5s' })).toMatchObject({ verdict: 'unknown' })
  expect(said({ unseen: true })).toMatchObject({ verdict: 'unknown' })
  expect(said({})).toMatchObject({ verdict: 'fail' })
})

test('a host that was too busy all the time has spoiled it; a healthy run is not spoiled', () => {
  expect(judged(hostLate(tell(plannedHandover), 0, 99_000)).spoiled).toContain('the host was too busy to measure')
  expect(judged(tell(plannedHandover)).spoiled).toBeUndefined()
})

test('a single stall has spoiled what was not seen then, and nothing else', () => {
  const gap = unseen(tell(isolatedActive), 20_000, 22_000)
  expect(judged(gap).verdicts.some(({ verdict }) => verdict === 'unknown')).toBe(true)
  expect(judged(gap).spoiled).toBeUndefined()
  expect(judged(hostLate(gap, 21_500, 22_500)).spoiled).toContain('the host stood still')
  expect(judged(hostLate(gap, 39_500, 40_500)).spoiled).toBeUndefined()
  expect(judged(hostLate(unseen(gap, 30_000, 32_000), 21_500, 22_500)).spoiled).toBeUndefined()
})

test('a cluster that was not healthy in time is excused by a host that was late in that time', () => {
  const events = [...looks(0, 30, 1000, seconds => look(seconds, 'host', { lateMs: 3 }, { from: 'harness' })), ...looks(31, 60, 1000, seconds => look(seconds, 'host', { lateMs: 800 }, { from: 'harness' }))].flat()
  expect(hostTooLate(events, { from: 31_000, limitMs: 500 })).toContain('800 ms late')
  expect(hostTooLate(events.slice(0, 30), { from: 0, limitMs: 500 })).toBeUndefined()
  expect(hostTooLate(events, { from: 31_000, limitMs: undefined })).toBeUndefined()
})
