// What happens in every healthy run makes no check red or unknown: looks that are late, lost or restarted, answers in flight, edges that blur.
import { expect, test } from 'vitest'
import { scenariosOf } from '../../harness/check.ts'
import { judgeScenario } from '../../harness/checks/index.ts'
import type { HistoryEvent, SampleEvent } from '../../harness/history.ts'
import { isolatedActive, plannedHandover, primary, readOnlyDisk, secondary, staleStandby, standbyLost, stories, tell } from './story.ts'

const probe = (event: HistoryEvent, ...names: string[]): event is SampleEvent => event.type === 'sample' && names.includes(event.probe)
const between = (event: HistoryEvent, from: number, to: number): boolean => event.t > from && event.t < to
const inOrder = (events: HistoryEvent[]): HistoryEvent[] => events.toSorted((a, b) => a.t - b.t)

const cases: { what: string; history: () => HistoryEvent[] }[] = [
  ...stories.map(story => ({ what: `${story.scenario} with every look up to 80 ms late`, history: () => {
    let turn = 0
    return inOrder(tell(story).map(event => (probe(event, 'vip-tcp', 'vip-https', 'sql', 'gui', 'console') ? { ...event, t: event.t + ((turn += 37) % 80), slipMs: turn % 80 } : event)))
  } })),
  { what: 'a harness that paused for 200 ms at the fault', history: () => tell(plannedHandover).filter(event => !(probe(event, 'vip-tcp', 'vip-https', 'sql', 'gui') && between(event, 10_200, 10_400))) },
  { what: 'an answer of the old server that arrives after the new one has acknowledged', history: () => inOrder(tell(plannedHandover).flatMap((event): HistoryEvent[] => {
    const late = { type: 'op' as const, id: 99_999, client: 'accounts-3', f: 'create', value: 'hw-late' }
    if (event.type === 'op' && event.f === 'read' && event.phase === 'ok') return [{ ...event, value: [...event.value as string[], 'hw-late'] }]
    return event.t === 10_303 && probe(event, 'vip-tcp') && event.from === 'harness' ? [event, { ...late, t: 10_290, phase: 'invoke' }, { ...late, t: 14_000, phase: 'ok', node: primary }] : [event]
  })) },
  { what: 'a page that began on the old server and came after the handover', history: () => inOrder([...tell(plannedHandover), { t: 10_250, type: 'sample', probe: 'vip-https', from: 'harness', value: { status: 200, server: primary }, tookMs: 600 }]) },
  { what: 'an sql look that hung on a dying server', history: () => inOrder([...tell(plannedHandover), { t: 10_340, type: 'sample', probe: 'sql', node: primary, value: { inRecovery: false, senders: [], receiver: null }, tookMs: 4000 }]) },
  { what: 'a flight recorder that was late for 600 ms under load', history: () => tell(isolatedActive).filter(event => !(probe(event, 'flight') && between(event, 14_800, 15_400))) },
  { what: 'an sql probe that was restarted', history: () => tell(isolatedActive).filter(event => !(probe(event, 'sql') && between(event, 22_000, 24_000))) },
  { what: 'a GUI that lags by six seconds', history: () => {
    const events = tell(plannedHandover)
    const pages = events.filter((event): event is SampleEvent => probe(event, 'gui'))
    return events.map(event => (probe(event, 'gui') && event.value ? { ...event, value: pages.findLast(page => page.t <= event.t - 6000 && page.value)?.value ?? event.value } : event))
  } },
  { what: 'a console that lags by a failed monitor', history: () => {
    const events = tell(plannedHandover)
    return events.map(event => (probe(event, 'console') && event.node === secondary && between(event, 10_400, 17_000)
      ? { ...event, value: { cluster: 'running', replication: { role: 'slave', peer: { name: primary }, toStandby: [] } } } as SampleEvent : event))
  } },
  { what: 'a base backup that streams for a moment', history: () => tell(staleStandby).map(event => (probe(event, 'sql') && event.node === primary && event.value && between(event, 40_500, 41_500)
    ? { ...event, value: { ...event.value as object, senders: [{ clientAddr: '10.2.0.5', state: 'backup', syncState: 'async' }, { clientAddr: '10.2.0.5', state: 'streaming', syncState: 'async' }] } } as SampleEvent : event)) },
  { what: 'one frame of the old owner on its way while the new one announces', history: () => inOrder([...tell(plannedHandover), { t: 10_300, type: 'sample', probe: 'vip-arp', from: 'client', value: { mac: '02:42:0a:01:00:05', node: primary, kind: 'reply' } }]) },
  { what: 'a last sample before power went, and errors of every kind after', history: () => {
    let turn = 0
    return tell(standbyLost).map(event => (probe(event, 'sql', 'console') && event.node === secondary && event.error ? { ...event, error: ['timeout', 'refused', 'unreachable', 'reset'][(turn += 1) % 4] } as SampleEvent : event))
  } },
  { what: 'an sql probe that says nothing at all while its node has no power', history: () => tell(standbyLost).filter(event => !(probe(event, 'sql') && event.node === secondary && event.error)) },
  { what: 'an sql probe that says nothing at all while its node is cut off', history: () => tell(isolatedActive).filter(event => !(probe(event, 'sql') && event.node === primary && event.error)) },
  { what: 'a database that answers no more, whose last word is told for another second', history: () => tell(readOnlyDisk).map(event => (probe(event, 'flight') && event.node === primary && between(event, 13_730, 15_700)
    ? { ...event, value: { ...event.value as object, role: 'primary', writable: true, databaseAgeMs: event.t - 13_730 } } : event)) },
  { what: 'a browser that died while the standby was lost', history: () => tell(standbyLost).map(event => (probe(event, 'gui') && between(event, 10_500, 13_000) ? { ...event, value: undefined, error: 'no browser: the browser died while it was to show a page' } as SampleEvent : event)) },
  { what: 'a server that is mended in place, fails again soon, and is left', history: () => tell({ ...plannedHandover, faults: plannedHandover.faults.map(fault => ({ ...fault, at: { ...fault.at, requested: 8000, proven: 8100 } })), changes: [{ t: 8300, node: primary, set: { vip: false } }, { t: 8500, node: primary, set: { vip: true } }, ...plannedHandover.changes] }) },
  { what: 'ten cuts in one fault', history: () => tell({
    ...standbyLost, promises: standbyLost.promises.filter(name => name !== 'reads-see-no-gap'),
    changes: [], faults: [{ id: 'blips-1', fault: 'blips', node: primary, at: { requested: 12_000, proven: 20_500, healed: 20_600, 'proven-healed': 20_700 } }],
  }).map(event => (probe(event, 'vip-tcp') && between(event, 12_000, 20_500) && event.t % 800 < 300 ? { ...event, value: undefined, error: 'timeout', tookMs: 250 } as SampleEvent : event)) },
  { what: 'a lost packet between a fault and its outage, and an attempt that was under way when it came', history: () => tell(isolatedActive).map(event => (probe(event, 'vip-tcp') && between(event, 12_000, 12_015) ? event : probe(event, 'vip-https') && between(event, 9790, 10_000) ? { ...event, value: undefined, error: 'timeout', tookMs: 1000 } as SampleEvent : event)) },
  { what: 'a harness that did not ask for a moment just before the outage', history: () => tell(plannedHandover).filter(event => !(probe(event, 'vip-tcp') && between(event, 10_005, 10_290))) },
  { what: 'a service that stumbles once more as it settles', history: () => tell(plannedHandover).map(event => (probe(event, 'vip-https') && between(event, 11_500, 12_000) ? { ...event, value: { status: 502, server: null } } : event)) },
  { what: 'much that was written just now, and is not replayed yet', history: () => tell(plannedHandover).map(event => (probe(event, 'sql') && event.node === secondary && event.t > 37_500 ? { ...event, value: { ...event.value as object, lsn: '1/60' } } : event)) },
  { what: 'three lost packets in service', history: () => tell(isolatedActive).map(event => (probe(event, 'vip-tcp') && event.from === 'client' && between(event, 37_000, 37_035) ? { ...event, value: undefined, error: 'timeout', tookMs: 250 } as SampleEvent : event)) },
  { what: 'answers of 200 ms while the standby is lost', history: () => tell(standbyLost).map(event => (probe(event, 'vip-https') && between(event, 10_000, 13_000) ? { ...event, tookMs: 190 } : event)) },
]

test.each(cases)('$what', ({ history }) => {
  const [view] = scenariosOf(history())
  expect(judgeScenario(view!).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
})
