// Evidence that is missing never passes: each class of it, taken from a good run, leaves the checks that need it unknown, and none failed.
import { expect, test } from 'vitest'
import { scenariosOf } from '../../harness/check.ts'
import { judgeScenario } from '../../harness/checks/index.ts'
import type { HistoryEvent, SampleEvent } from '../../harness/history.ts'
import { isolatedActive, plannedHandover, primary, readOnlyDisk, secondary, staleStandby, standbyLost, tell, type Story } from './story.ts'

const without = (story: Story, gone: (event: HistoryEvent) => boolean) => (): HistoryEvent[] => tell(story).filter(event => !gone(event))
const probe = (event: HistoryEvent, name: string, node?: string): event is SampleEvent => event.type === 'sample' && event.probe === name && (node === undefined || event.node === node)
const between = (event: HistoryEvent, from: number, to: number): boolean => event.t > from && event.t < to
const garbled = (story: Story, name: string, value: unknown) => (): HistoryEvent[] => tell(story).map(event => (probe(event, name) && between(event, 12_000, 12_500) ? { ...event, value, error: undefined } as SampleEvent : event))
const bound = (story: Story, name: string) => (): HistoryEvent[] => tell({ ...story, bounds: Object.fromEntries(Object.entries(story.bounds).filter(([key]) => key !== name)) })

const all = [...plannedHandover.promises, 'console-as-documented']

const cases: { what: string; history: () => HistoryEvent[]; unknown: string[] }[] = [
  { what: 'no flight record at all', history: without(isolatedActive, event => probe(event, 'flight')), unknown: ['one-active-at-a-time', 'no-automatic-failback', 'standby-serves-no-gui', 'vip-announced-after-takeover', 'gives-up-before-takeover'] },
  { what: 'no flight record of one node', history: without(isolatedActive, event => probe(event, 'flight', primary)), unknown: ['one-active-at-a-time', 'no-automatic-failback', 'standby-serves-no-gui', 'vip-announced-after-takeover', 'gives-up-before-takeover'] },
  { what: 'no flight record while the node was cut off', history: without(isolatedActive, event => probe(event, 'flight', primary) && between(event, 10_000, 30_000)), unknown: ['one-active-at-a-time', 'no-automatic-failback', 'standby-serves-no-gui', 'vip-announced-after-takeover', 'gives-up-before-takeover'] },
  { what: 'a flight record that ends with the power and never goes on', history: without(standbyLost, event => probe(event, 'flight', secondary) && event.t > 10_000), unknown: ['one-active-at-a-time', 'no-automatic-failback', 'standby-serves-no-gui'] },
  { what: 'a flight record with a hole while the standby was alone', history: without(staleStandby, event => probe(event, 'flight', secondary) && between(event, 22_000, 24_000)), unknown: ['one-active-at-a-time', 'no-automatic-failback', 'standby-serves-no-gui', 'nothing-stale-promoted'] },
  { what: 'no flight record while the disk was read-only, before it was mended', history: without(readOnlyDisk, event => probe(event, 'flight', primary) && between(event, 12_000, 14_000)), unknown: ['one-active-at-a-time', 'no-automatic-failback', 'standby-serves-no-gui', 'vip-announced-after-takeover'] },
  { what: 'no vip-tcp', history: without(isolatedActive, event => probe(event, 'vip-tcp')), unknown: ['no-read-refused-in-service', 'outage-shorter-than-bound'] },
  { what: 'no vip-https', history: without(isolatedActive, event => probe(event, 'vip-https')), unknown: ['no-read-refused-in-service', 'views-agree', 'cluster-converges', 'outage-shorter-than-bound'] },
  { what: 'nobody asked at the VIP after the heal', history: without(plannedHandover, event => (probe(event, 'vip-tcp') || probe(event, 'vip-https')) && event.t > 30_000), unknown: ['no-read-refused-in-service', 'cluster-converges', 'recovery-interrupts-nobody'] },
  { what: 'nobody asked at the VIP from just before the heal', history: without(plannedHandover, event => (probe(event, 'vip-tcp') || probe(event, 'vip-https')) && event.t > 24_500 && event.t < 33_000), unknown: ['no-read-refused-in-service', 'recovery-interrupts-nobody'] },
  { what: 'nobody asked for pages for a while in service', history: without(isolatedActive, event => probe(event, 'vip-https') && between(event, 22_000, 29_000)), unknown: ['no-read-refused-in-service'] },
  { what: 'where the WAL stands is not said', history: () => tell(plannedHandover).map(event => (probe(event, 'sql') && event.value ? { ...event, value: { ...event.value as object, lsn: null } } : event)), unknown: ['replication-runs-from-active-to-standby'] },
  { what: 'no vip-tcp where a gap would have been', history: without(standbyLost, event => probe(event, 'vip-tcp') && between(event, 10_000, 11_000)), unknown: ['reads-see-no-gap'] },
  { what: 'nobody asked for longer than the bound', history: without(isolatedActive, event => (probe(event, 'vip-tcp') || probe(event, 'vip-https')) && between(event, 9000, 26_000)), unknown: ['no-read-refused-in-service', 'outage-shorter-than-bound'] },
  { what: 'no pings by a client that keeps the VIP in its cache', history: without(isolatedActive, event => probe(event, 'vip-ping-cached')), unknown: ['outage-shorter-than-bound'] },
  { what: 'a client whose pings go unanswered to the end, for less than the bound', history: () => tell(isolatedActive).map(event => (probe(event, 'vip-ping-cached') && event.t > 42_000 ? { ...event, value: undefined, error: 'unanswered' } as SampleEvent : event)), unknown: ['outage-shorter-than-bound'] },
  { what: 'pings that are never answered', history: () => tell(standbyLost).map(event => (probe(event, 'vip-ping-fresh') ? { ...event, value: undefined, error: 'unanswered' } as SampleEvent : event)), unknown: ['reads-see-no-gap'] },
  { what: 'a client that never spoke', history: without(isolatedActive, event => event.type === 'sample' && event.from === 'client'), unknown: ['no-read-refused-in-service', 'outage-shorter-than-bound', 'vip-announced-after-takeover'] },
  { what: 'no vip-arp', history: without(isolatedActive, event => probe(event, 'vip-arp')), unknown: ['vip-announced-after-takeover'] },
  { what: 'nobody listened for ARP at the takeover', history: without(isolatedActive, event => probe(event, 'vip-arp') && between(event, 18_000, 25_000)), unknown: ['vip-announced-after-takeover'] },
  { what: 'neither sql nor vip-arp', history: without(isolatedActive, event => probe(event, 'sql') || probe(event, 'vip-arp')), unknown: ['one-active-at-a-time', 'replication-runs-from-active-to-standby', 'views-agree', 'cluster-converges', 'vip-announced-after-takeover'] },
  { what: 'no sql', history: without(plannedHandover, event => probe(event, 'sql')), unknown: ['replication-runs-from-active-to-standby', 'views-agree', 'cluster-converges'] },
  { what: 'no sql of one node', history: without(plannedHandover, event => probe(event, 'sql', secondary)), unknown: ['replication-runs-from-active-to-standby', 'views-agree', 'cluster-converges'] },
  { what: 'no sql before the power went', history: without(staleStandby, event => probe(event, 'sql', primary) && between(event, 15_000, 20_500)), unknown: ['views-agree', 'writes-stall-shorter-than-bound', 'nothing-stale-promoted'] },
  { what: 'no sql for a moment before the power went', history: without(staleStandby, event => probe(event, 'sql', primary) && between(event, 18_500, 20_500)), unknown: ['writes-stall-shorter-than-bound', 'nothing-stale-promoted'] },
  { what: 'no gui', history: without(plannedHandover, event => probe(event, 'gui')), unknown: ['views-agree', 'cluster-converges'] },
  { what: 'no gui, and so no page while the standby is away', history: without(standbyLost, event => probe(event, 'gui')), unknown: ['views-agree', 'cluster-converges', 'reads-see-no-gap'] },
  { what: 'a gui probe that stopped', history: without(plannedHandover, event => probe(event, 'gui') && event.t > 20_000), unknown: ['views-agree', 'cluster-converges'] },
  { what: 'no console', history: without(plannedHandover, event => probe(event, 'console')), unknown: ['views-agree'] },
  { what: 'no console of one node', history: without(plannedHandover, event => probe(event, 'console', secondary)), unknown: ['views-agree'] },
  { what: 'nobody looked at a node\'s own address', history: without(plannedHandover, event => probe(event, 'own-tcp', secondary)), unknown: ['standby-serves-no-gui'] },
  { what: 'nobody looked at the own addresses after the heal', history: without(plannedHandover, event => probe(event, 'own-tcp') && between(event, 30_000, 34_000)), unknown: ['standby-serves-no-gui'] },
  { what: 'own addresses that the harness cannot reach', history: () => tell(plannedHandover).map(event => (probe(event, 'own-tcp') ? { ...event, value: undefined, error: 'timeout' } as SampleEvent : event)), unknown: ['standby-serves-no-gui'] },
  { what: 'a standby whose own address the harness cannot reach', history: () => tell(standbyLost).map(event => (probe(event, 'own-tcp', secondary) ? { ...event, value: undefined, error: 'timeout' } as SampleEvent : event)), unknown: ['standby-serves-no-gui'] },
  { what: 'own addresses that were asked while each server was active, and then no more', history: () => tell(plannedHandover).filter(event => !(probe(event, 'own-tcp') && (event as SampleEvent).error !== undefined)), unknown: ['standby-serves-no-gui'] },
  { what: 'own-tcp of another shape', history: garbled(plannedHandover, 'own-tcp', 1), unknown: ['standby-serves-no-gui'] },
  { what: 'no accounts created', history: without(plannedHandover, event => event.type === 'op'), unknown: ['no-acknowledged-account-lost', 'no-write-refused-in-service', 'load-high-enough', 'writes-stall-shorter-than-bound'] },
  { what: 'no load during the fault', history: without(isolatedActive, event => event.type === 'op' && event.f === 'create' && between(event, 9000, 31_000)), unknown: ['writes-stall-shorter-than-bound'] },
  { what: 'no account acknowledged after the last heal, for less than the bound', history: () => tell(isolatedActive).map(event => (event.type === 'op' && event.f === 'create' && event.phase === 'ok' && event.t > 30_000 ? { ...event, phase: 'info', error: 'timeout' } as HistoryEvent : event)), unknown: ['writes-stall-shorter-than-bound'] },
  { what: 'no load but during the fault', history: without(isolatedActive, event => event.type === 'op' && event.f === 'create' && !between(event, 9900, 30_100)), unknown: ['load-high-enough'] },
  { what: 'an attempt of which no end is told', history: without(standbyLost, event => event.type === 'op' && event.phase === 'ok' && event.f === 'create' && between(event, 13_000, 13_050)), unknown: ['no-write-fails'] },
  { what: 'no read-back', history: without(plannedHandover, event => event.type === 'op' && event.f === 'read'), unknown: ['no-acknowledged-account-lost'] },
  { what: 'no read-back through one node', history: without(plannedHandover, event => event.type === 'op' && event.f === 'read' && event.node === secondary), unknown: ['no-acknowledged-account-lost'] },
  { what: 'a read-back before the last acknowledgement', history: () => tell(plannedHandover).map(event => (event.type === 'op' && event.f === 'read' ? { ...event, t: event.t - 1500 } : event)).sort((a, b) => a.t - b.t), unknown: ['no-acknowledged-account-lost'] },
  { what: 'a fault that was never proven', history: without(plannedHandover, event => event.type === 'fault' && event.phase === 'proven'), unknown: ['every-fault-proven-and-healed'] },
  { what: 'a fault that was never proven healed', history: without(plannedHandover, event => event.type === 'fault' && event.phase === 'proven-healed'), unknown: ['every-fault-proven-and-healed'] },
  { what: 'no fault at all', history: without(plannedHandover, event => event.type === 'fault'), unknown: ['no-read-refused-in-service', 'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'recovery-interrupts-nobody', 'writes-stall-shorter-than-bound'] },
  { what: 'no residue before', history: without(plannedHandover, event => probe(event, 'residue') && event.t < 1000), unknown: ['nothing-left-behind'] },
  { what: 'no residue after on one node', history: without(plannedHandover, event => probe(event, 'residue', primary) && event.t > 1000), unknown: ['nothing-left-behind'] },
  { what: 'no host samples', history: without(plannedHandover, event => probe(event, 'host')), unknown: ['load-high-enough'] },
  { what: 'a host too busy to measure', history: () => tell(plannedHandover).map(event => (probe(event, 'host') && between(event, 12_000, 15_500) ? { ...event, value: { lateMs: 95, load: 9 } } : event)), unknown: ['load-high-enough'] },
  { what: 'no logs', history: without(plannedHandover, event => probe(event, 'logs')), unknown: ['logs-tell-no-bad-news'] },
  { what: 'no logs of one node', history: without(plannedHandover, event => probe(event, 'logs', primary)), unknown: ['logs-tell-no-bad-news'] },
  { what: 'no run event', history: without(plannedHandover, event => event.type === 'run'), unknown: ['replication-runs-from-active-to-standby', 'nothing-left-behind'] },
  { what: 'a scenario that never ended', history: without(plannedHandover, event => event.type === 'scenario' && event.phase === 'end'), unknown: all },
  { what: 'a scenario that ended early', history: () => tell(plannedHandover).map(event => (event.type === 'scenario' && event.phase === 'end' ? { ...event, error: 'SSH to primary-node hung' } : event)), unknown: all },
  { what: 'an assertion that never ended', history: without(plannedHandover, event => event.type === 'step' && event.phase === 'end'), unknown: ['console-as-documented'] },
  { what: 'an event without its phase', history: () => tell(plannedHandover).map(event => (event.type === 'fault' && event.phase === 'proven' ? { ...event, phase: undefined } as unknown as HistoryEvent : event)), unknown: all },
  { what: 'flight records of another shape', history: garbled(isolatedActive, 'flight', { vip: 'yes' }), unknown: ['one-active-at-a-time', 'no-automatic-failback', 'standby-serves-no-gui', 'vip-announced-after-takeover', 'gives-up-before-takeover'] },
  { what: 'sql of another shape', history: garbled(plannedHandover, 'sql', [1]), unknown: ['one-active-at-a-time', 'replication-runs-from-active-to-standby', 'views-agree', 'cluster-converges'] },
  { what: 'gui of another shape', history: garbled(plannedHandover, 'gui', 'Normal'), unknown: ['views-agree', 'cluster-converges'] },
  { what: 'vip-https of another shape', history: garbled(plannedHandover, 'vip-https', null), unknown: ['no-read-refused-in-service', 'views-agree', 'cluster-converges', 'outage-shorter-than-bound'] },
  { what: 'vip-tcp of another shape', history: garbled(standbyLost, 'vip-tcp', {}), unknown: ['no-read-refused-in-service', 'reads-see-no-gap'] },
  { what: 'no bound outageMs', history: bound(plannedHandover, 'outageMs'), unknown: ['outage-shorter-than-bound', 'vip-announced-after-takeover'] },
  { what: 'no bound writeStallMs', history: bound(plannedHandover, 'writeStallMs'), unknown: ['writes-stall-shorter-than-bound'] },
  { what: 'no bound viewsAgreeMs', history: bound(plannedHandover, 'viewsAgreeMs'), unknown: ['views-agree'] },
  { what: 'no bound convergenceMs', history: bound(plannedHandover, 'convergenceMs'), unknown: ['cluster-converges'] },
  { what: 'no bound loadPerSecond', history: bound(plannedHandover, 'loadPerSecond'), unknown: ['load-high-enough'] },
  { what: 'no bound readGapMs', history: bound(standbyLost, 'readGapMs'), unknown: ['reads-see-no-gap'] },
]

test.each(cases)('$what', ({ history, unknown }) => {
  const [view] = scenariosOf(history())
  const red = judgeScenario(view!).filter(({ verdict }) => verdict !== 'pass')
  expect(red.filter(({ verdict }) => verdict === 'fail')).toEqual([])
  expect(red.map(({ check }) => check)).toEqual(unknown)
})
