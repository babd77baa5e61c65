// Each misbehaviour of a cluster, seen by every probe as it would be, is failed by the checks it breaks and by no other.
import { expect, test } from 'vitest'
import { scenariosOf } from '../../harness/check.ts'
import { checks, judgeScenario } from '../../harness/checks/index.ts'
import type { HistoryEvent, OpEvent, SampleEvent } from '../../harness/history.ts'
import { addresses, frozenActive, isolatedActive, plannedHandover, primary, readOnlyDisk, secondary, staleStandby, standbyLost, tell, withChanges, type Story } from './story.ts'

interface Case {
  what: string
  history: () => HistoryEvent[]
  /** only these verdicts are anything but a pass */
  becomes: Record<string, 'fail' | 'unknown'>
}

const sample = (events: HistoryEvent[], probe: string, node: string | undefined, from: number, to: number, change: (value: Record<string, object>) => unknown): HistoryEvent[] =>
  events.map(event => event.type === 'sample' && event.probe === probe && (node === undefined || event.node === node) && event.t >= from && event.t <= to && event.value !== undefined
    ? { ...event, value: change(event.value as Record<string, object>) } as SampleEvent : event)
const ops = (events: HistoryEvent[], change: (event: OpEvent) => OpEvent | undefined): HistoryEvent[] =>
  events.flatMap((event): HistoryEvent[] => event.type === 'op' ? [change(event) ?? []].flat() : [event])
const reads = (story: Story, node: string | undefined, change: (names: string[]) => string[]): HistoryEvent[] =>
  ops(tell(story), op => op.f === 'read' && op.phase === 'ok' && (node === undefined || op.node === node) ? { ...op, value: change(op.value as string[]) } : op)
/** The same clients register products beside the accounts; what is read back of those is changed. */
const registrations = (story: Story, change: (names: string[]) => string[]): HistoryEvent[] => {
  const check = 'no-acknowledged-registration-lost'
  const events = tell(story).map(event => (event.type === 'scenario' && event.phase === 'begin' ? { ...event, promises: [...event.promises ?? [], check] } : event))
  const registered = events.filter(event => event.type === 'op').map((op): OpEvent => ({
    ...op, client: op.client.replace('accounts', 'products'), f: op.f === 'create' ? 'register' : 'read-registrations', ...(op.f === 'read' && op.phase === 'ok' ? { value: change(op.value as string[]) } : {}),
  }))
  return [...events, ...registered].sort((a, b) => a.t - b.t)
}

/** Of the pages asked for between two moments each so-many-th turns out otherwise. */
const answers = (story: Story, from: number, to: number, each: number, otherwise: Partial<SampleEvent>): HistoryEvent[] => {
  let turn = 0
  return tell(story).map(event => (event.type === 'sample' && event.probe === 'vip-https' && event.t >= from && event.t <= to && (turn += 1) % each === 0 ? { ...event, value: undefined, ...otherwise } as SampleEvent : event))
}

/** When the thawed server lets go. */
const lettingGo = (later: number): Story => ({ ...frozenActive, changes: frozenActive.changes.map(change => (change.t === 25_350 || change.t === 25_360 ? { ...change, t: change.t + later } : change)) })

const cases: Case[] = [
  { what: 'a thawed server lets go too late', history: () => tell(lettingGo(1500)), becomes: { 'one-active-at-a-time': 'fail' } },
  { what: 'a thawed server acknowledges accounts before it lets go', history: () => tell({ ...frozenActive, changes: frozenActive.changes.filter(({ set }) => set.stalled === undefined) }), becomes: { 'one-active-at-a-time': 'fail' } },
  { what: 'a server whose part was paused holds on as if it had been frozen', history: () => tell({ ...frozenActive, faults: frozenActive.faults.map(fault => ({ ...fault, fault: 'pause-process' })) }), becomes: { 'one-active-at-a-time': 'fail' } },
  { what: 'a thawed server has no time to let go', history: () => tell({ ...frozenActive, bounds: { ...frozenActive.bounds, letGoMs: 0 } }), becomes: { 'one-active-at-a-time': 'fail' } },
  { what: 'the VIP is kept by the old server, and answered by both',
    history: () => tell(withChanges(plannedHandover, { t: 10_300, node: primary, set: { vip: true } }, { t: 10_400, set: { alsoClaims: primary } })), becomes: { 'one-active-at-a-time': 'fail', 'views-agree': 'fail', 'cluster-converges': 'unknown', 'writes-stall-shorter-than-bound': 'fail', 'vip-announced-after-takeover': 'fail' } },
  { what: 'the old server answers ARP again long after it lost the VIP', history: () => tell(withChanges(plannedHandover, { t: 30_000, set: { alsoClaims: primary } })), becomes: { 'one-active-at-a-time': 'fail', 'views-agree': 'fail', 'vip-announced-after-takeover': 'fail' } },
  { what: 'the VIP moves but nobody announces it', history: () => tell(withChanges(plannedHandover, { t: 10_100, set: { announces: undefined } })), becomes: { 'vip-announced-after-takeover': 'fail', 'outage-shorter-than-bound': 'fail' } },
  { what: 'the VIP moves and the client alone is told', history: () => tell(withChanges(plannedHandover, { t: 10_100, set: { announces: 'unicast' } })), becomes: { 'vip-announced-after-takeover': 'fail' } },
  { what: 'the VIP moves and nobody announces it, in a network that lets no ping through', history: () => tell(withChanges(plannedHandover, { t: 10_100, set: { announces: undefined } })).map(event => {
    if (event.type === 'run') return { ...event, target: { ...event.target, twin: false } }
    return event.type === 'sample' && event.probe.startsWith('vip-ping') ? { ...event, value: undefined, error: 'unanswered' } : event
  }), becomes: { 'vip-announced-after-takeover': 'fail' } },
  { what: 'the VIP moves but the database is not promoted',
    history: () => tell({ ...plannedHandover, changes: plannedHandover.changes.filter(({ set }) => set.role !== 'primary') }), becomes: { 'replication-runs-from-active-to-standby': 'fail', 'views-agree': 'unknown', 'cluster-converges': 'unknown', 'writes-stall-shorter-than-bound': 'fail' } },
  { what: 'the old database is primary by its own record a second after the new one is, and answers', history: () => sample(tell(readOnlyDisk), 'flight', primary, 13_700, 15_300, value => ({ ...value, role: 'primary', databaseAgeMs: 110 })), becomes: { 'one-active-at-a-time': 'fail' } },
  { what: 'the other database is primary for a moment between two answers of a slow one', history: () => {
    const slow = sample(tell(plannedHandover), 'flight', primary, 4900, 7000, value => ({ ...value, vip: false }))
    let turn = 0
    const answersNowAndThen = sample(slow, 'flight', primary, 4900, 7000, value => ({ ...value, databaseAgeMs: (turn += 1) % 9 === 1 ? 110 : 700 }))
    return sample(answersNowAndThen, 'flight', secondary, 5150, 5650, value => ({ ...value, role: 'primary' }))
  }, becomes: { 'one-active-at-a-time': 'fail' } },
  { what: 'the old active server is primary again after the heal, beside the new one', history: () => tell(withChanges(plannedHandover, { t: 27_000, node: primary, set: { role: 'primary' } })), becomes: { 'one-active-at-a-time': 'fail', 'replication-runs-from-active-to-standby': 'fail', 'views-agree': 'fail', 'cluster-converges': 'unknown' } },
  { what: 'a server that is cut off never gives up', history: () => tell({ ...isolatedActive, changes: isolatedActive.changes.filter(({ t }) => t !== 15_000 && t !== 15_050).concat({ t: 30_500, node: primary, set: { vip: false, role: 'down' } }) }), becomes: { 'one-active-at-a-time': 'fail', 'vip-announced-after-takeover': 'fail', 'gives-up-before-takeover': 'fail' } },
  { what: 'a server that is cut off gives up late but before the other', history: () => tell({ ...isolatedActive, changes: isolatedActive.changes.map(change => (change.t === 15_000 || change.t === 15_050 ? { ...change, t: change.t + 3000 } : change)) }), becomes: { 'gives-up-before-takeover': 'fail' } },
  { what: 'the other takes over before T2', history: () => tell({ ...isolatedActive, changes: isolatedActive.changes.map(change => (change.t > 19_000 && change.t < 20_000 ? { ...change, t: change.t - 3000 } : change)) }), becomes: { 'gives-up-before-takeover': 'fail' } },
  { what: 'the VIP goes back by itself after the heal', history: () => tell(withChanges(plannedHandover,
    { t: 35_000, node: secondary, set: { vip: false, role: 'standby', receiving: true } }, { t: 35_050, node: primary, set: { vip: true, role: 'primary', receiving: false } })), becomes: { 'no-automatic-failback': 'fail' } },
  { what: 'the outage is longer than its bound', history: () => tell({ ...isolatedActive, bounds: { ...isolatedActive.bounds, outageMs: 9000 } }), becomes: { 'outage-shorter-than-bound': 'fail' } },
  { what: 'nobody ever takes over', history: () => tell({ ...isolatedActive, changes: isolatedActive.changes.filter(({ t }) => t < 19_000 || t > 20_000) }), becomes: { 'no-read-refused-in-service': 'unknown', 'replication-runs-from-active-to-standby': 'fail', 'cluster-converges': 'unknown', 'outage-shorter-than-bound': 'fail', 'writes-stall-shorter-than-bound': 'fail', 'vip-announced-after-takeover': 'unknown', 'gives-up-before-takeover': 'unknown' } },
  { what: 'the rejoined standby has no receiver', history: () => tell({ ...plannedHandover, changes: plannedHandover.changes.filter(({ t }) => t !== 29_000) }), becomes: { 'replication-runs-from-active-to-standby': 'fail', 'cluster-converges': 'unknown' } },
  { what: 'replication runs through the public network', history: () => tell(withChanges(plannedHandover, { t: 0, node: secondary, set: { streamsFrom: addresses[secondary].public } })), becomes: { 'replication-runs-from-active-to-standby': 'fail' } },
  { what: 'the GUI says Normal while degraded', history: () => tell(withChanges(plannedHandover, { t: 10_350, set: { guiSays: 'Normal' } }, { t: 30_000, set: { guiSays: undefined } })), becomes: { 'views-agree': 'fail' } },
  { what: 'the GUI flips between Normal and the truth', history: () => {
    let turn = 0
    return sample(tell(plannedHandover), 'gui', undefined, 10_500, 29_000, page => ({ ...page, cluster: (turn += 1) % 2 === 0 ? 'Normal' : 'Degraded' }))
  }, becomes: { 'views-agree': 'fail' } },
  { what: 'the GUI goes on naming the old active server', history: () => tell(withChanges(plannedHandover, { t: 10_350, set: { guiActive: primary } })), becomes: { 'views-agree': 'fail' } },
  { what: 'the console of the standby calls it master', history: () => sample(tell(plannedHandover), 'console', primary, 27_000, 99_000, status => ({ ...status, replication: { ...status.replication, role: 'master' } })), becomes: { 'views-agree': 'fail' } },
  { what: 'commits do not wait for the standby while the GUI says Normal', history: () => sample(tell(plannedHandover), 'sql', secondary, 29_000, 99_000, value => ({ ...value, senders: [{ ...(value.senders as unknown as object[])[0], syncState: 'async' }] })), becomes: { 'views-agree': 'fail' } },
  { what: 'the standby receives an old timeline', history: () => sample(tell(plannedHandover), 'sql', secondary, 11_000, 99_000, value => ({ ...value, timeline: 2 })), becomes: { 'replication-runs-from-active-to-standby': 'fail', 'views-agree': 'fail' } },
  { what: 'the standby receives from itself', history: () => sample(tell({ ...plannedHandover, bounds: { ...plannedHandover.bounds, viewsAgreeMs: 7000 } }), 'sql', secondary, 0, 10_000, value => ({ ...value, receiver: { status: 'streaming', senderHost: addresses[secondary].heartbeat } })), becomes: { 'views-agree': 'fail' } },
  { what: 'an acknowledged account is lost everywhere', history: () => reads(isolatedActive, undefined, names => names.slice(1)), becomes: { 'no-acknowledged-account-lost': 'fail' } },
  { what: 'an acknowledged account is lost on the standby only', history: () => reads(isolatedActive, primary, names => names.slice(1)), becomes: { 'no-acknowledged-account-lost': 'fail' } },
  { what: 'an account is there twice', history: () => reads(isolatedActive, secondary, names => [...names, names[0]!]), becomes: { 'no-acknowledged-account-lost': 'fail' } },
  { what: 'a refused account exists all the same', history: () => {
    const refused = tell(isolatedActive).find((event): event is OpEvent => event.type === 'op' && event.phase === 'fail')
    return reads(isolatedActive, 'vip', names => [...names, refused?.value as string])
  }, becomes: { 'no-acknowledged-account-lost': 'fail' } },
  { what: 'an acknowledged registration is lost', history: () => registrations(plannedHandover, names => names.slice(1)), becomes: { 'no-acknowledged-registration-lost': 'fail' } },
  { what: 'a licence is counted twice for one registration', history: () => registrations(plannedHandover, names => [...names, names[0]!]), becomes: { 'no-acknowledged-registration-lost': 'fail' } },
  { what: 'a registration is turned away while others are acknowledged', history: () => ops(registrations(plannedHandover, names => names), op => (op.f === 'register' && op.phase === 'ok' && op.t > 20_000 && op.t < 20_100 ? { ...op, phase: 'info', error: 'http 503' } : op)), becomes: { 'no-write-refused-in-service': 'fail' } },
  { what: 'accounts are acknowledged by both servers in turn', history: () => {
    let count = 0
    return ops(tell(plannedHandover), op => (op.phase === 'ok' && op.f === 'create' && op.t > 20_000 && op.t < 21_000 ? { ...op, node: (count += 1) % 3 === 0 ? primary : secondary } : op))
  }, becomes: { 'one-active-at-a-time': 'fail' } },
  { what: 'losing the standby interrupts connections', history: () => tell(withChanges(standbyLost, { t: 10_200, node: primary, set: { vip: false } }, { t: 10_260, node: primary, set: { vip: true } })), becomes: { 'reads-see-no-gap': 'fail' } },
  { what: 'losing the standby keeps a page from coming', history: () => tell(standbyLost).map(event => (event.type === 'sample' && event.probe === 'gui' && event.t > 10_500 && event.t < 13_000 ? { ...event, value: undefined, error: 'timeout', tookMs: 1500 } as HistoryEvent : event)), becomes: { 'reads-see-no-gap': 'fail' } },
  { what: 'losing the standby makes pages fail at once', history: () => tell(standbyLost).map(event => (event.type === 'sample' && event.probe === 'gui' && event.t > 10_500 && event.t < 13_000 ? { ...event, value: undefined, error: 'http 500', tookMs: 20 } as HistoryEvent : event)), becomes: { 'reads-see-no-gap': 'fail' } },
  { what: 'the standby streams, and replays nothing', history: () => sample(tell(plannedHandover), 'sql', secondary, 30_000, 50_000, value => ({ ...value, lsn: '1/60' })), becomes: { 'replication-runs-from-active-to-standby': 'fail' } },
  { what: 'one page in eight fails for as long as a server is alone', history: () => answers(plannedHandover, 13_500, 25_000, 8, { value: { status: 503, server: secondary } }), becomes: { 'no-read-refused-in-service': 'fail' } },
  { what: 'the VIP is silent twice for one fault, and each time for less than the bound', history: () => tell(withChanges(isolatedActive, { t: 24_000, node: secondary, set: { vip: false } }, { t: 26_000, node: secondary, set: { vip: true } })), becomes: { 'no-read-refused-in-service': 'fail' } },
  { what: 'one page in eight fails, also while the service settles', history: () => answers(isolatedActive, 19_000, 30_000, 8, { value: { status: 500, server: secondary } }), becomes: { 'no-read-refused-in-service': 'fail' } },
  { what: 'one page in five hangs after a handover', history: () => answers(plannedHandover, 30_000, 40_000, 5, { error: 'timeout', tookMs: 1000 }), becomes: { 'no-read-refused-in-service': 'fail' } },
  { what: 'one page in eight is broken off while the standby is lost', history: () => answers(standbyLost, 13_500, 25_000, 8, { error: 'reset' }), becomes: { 'no-read-refused-in-service': 'fail', 'reads-see-no-gap': 'fail' } },
  { what: 'the VIP is away again for a while long after the heal', history: () => tell(withChanges(plannedHandover, { t: 34_500, node: secondary, set: { vip: false } }, { t: 36_500, node: secondary, set: { vip: true } })), becomes: { 'recovery-interrupts-nobody': 'fail' } },
  { what: 'a server that was hit and has the VIP again loses it to the other', history: () => tell(withChanges({ ...plannedHandover, faults: [...plannedHandover.faults, { id: 'kill-1', fault: 'kill-process', node: secondary, at: { requested: 14_000, proven: 14_050, healed: 33_000, 'proven-healed': 33_100 } }] },
    { t: 14_100, node: secondary, set: { vip: false } }, { t: 14_600, node: secondary, set: { vip: true } },
    { t: 35_000, node: secondary, set: { vip: false, role: 'standby', receiving: true } }, { t: 35_050, node: primary, set: { vip: true, role: 'primary', receiving: false } })), becomes: { 'no-automatic-failback': 'fail' } },
  { what: 'losing the standby stalls writes for good until it is back', history: () => tell({ ...standbyLost, changes: standbyLost.changes.map(change => (change.t === 13_000 ? { ...change, t: 29_500 } : change)) }), becomes: { 'writes-stall-shorter-than-bound': 'fail' } },
  { what: 'losing the standby makes writes fail', history: () => ops(tell(standbyLost), op => (op.f === 'create' && op.phase === 'ok' && op.t > 13_000 && op.t < 13_100 ? { ...op, phase: 'info', error: 'http 500' } : op)), becomes: { 'no-write-fails': 'fail' } },
  { what: 'losing the standby leaves one write waiting while others get on', history: () => {
    const left = tell(standbyLost).find((event): event is OpEvent => event.type === 'op' && event.f === 'create' && event.phase === 'ok' && event.t > 13_000)
    return ops(tell(standbyLost), op => (op.phase === 'ok' && op.id === left?.id ? { ...op, t: op.t + 6000, phase: 'info', error: 'timeout' } : op)).toSorted((a, b) => a.t - b.t)
  }, becomes: { 'no-write-fails': 'fail' } },
  { what: 'every other account is refused while the rest are acknowledged', history: () => {
    let count = 0
    return ops(tell(plannedHandover), op => (op.f === 'create' && op.phase === 'ok' && op.t > 32_000 && op.t < 34_000 && (count += 1) % 2 === 0 ? { ...op, phase: 'info', error: 'http 503' } : op))
  }, becomes: { 'no-write-refused-in-service': 'fail' } },
  { what: 'what a boot starts has changed', history: () => sample(tell(isolatedActive), 'residue', primary, 40_000, 99_000, value => ({ ...value, enabledUnits: [] })), becomes: { 'nothing-left-behind': 'fail' } },
  { what: 'a monitor of the cluster is off', history: () => sample(tell(isolatedActive), 'residue', secondary, 40_000, 99_000, value => ({ ...value, configuration: ['<op id="m5" enabled="false"/>'] })), becomes: { 'nothing-left-behind': 'fail' } },
  { what: 'a copy of the database has come', history: () => sample(tell(isolatedActive), 'residue', primary, 40_000, 99_000, value => ({ ...value, files: ['/var/lib/postgresql/15/ssm', '/var/lib/postgresql/15/ssm.before'] })), becomes: { 'nothing-left-behind': 'fail' } },
  { what: 'a replication slot has come', history: () => sample(tell(isolatedActive), 'residue', secondary, 40_000, 99_000, value => ({ ...value, slots: ['rejoin'] })), becomes: { 'nothing-left-behind': 'fail' } },
  { what: 'a stale standby is promoted', history: () => tell(withChanges(staleStandby, { t: 24_000, node: secondary, set: { role: 'primary', vip: true } }, { t: 29_000, node: secondary, set: { role: 'standby', vip: false } })), becomes: { 'no-automatic-failback': 'fail', 'nothing-stale-promoted': 'fail' } },
  { what: 'the cluster becomes whole too late', history: () => tell({ ...plannedHandover, bounds: { ...plannedHandover.bounds, convergenceMs: 2000 } }), becomes: { 'cluster-converges': 'fail' } },
  { what: 'the standby serves the GUI, and not before it has been back for a while', history: () => tell(withChanges(standbyLost, { t: 36_000, node: secondary, set: { alsoServes: true } })), becomes: { 'standby-serves-no-gui': 'fail' } },
  { what: 'a fault is never healed', history: () => tell({ ...standbyLost, faults: [{ ...standbyLost.faults[0]!, at: { requested: 10_000, proven: 10_150 } }] }), becomes: { 'cluster-converges': 'unknown', 'every-fault-proven-and-healed': 'fail' } },
  { what: 'the product logs an error that nobody expects', history: () => sample(tell(plannedHandover), 'logs', secondary, 0, 99_000, value => ({ ...value, told: [{ t: 12_000, log: 'journal', program: 'corosync', priority: 3, text: 'no', times: 1 }] })), becomes: { 'logs-tell-no-bad-news': 'fail' } },
  { what: 'a firewall table of ours is left', history: () => sample(tell(isolatedActive), 'residue', primary, 40_000, 99_000, value => ({ ...value, ours: ['table inet haywire_cut-1'], nft: 'ffff' })), becomes: { 'nothing-left-behind': 'fail' } },
]

test.each(cases)('$what', ({ history, becomes }) => {
  const [view] = scenariosOf(history())
  const verdicts = judgeScenario(view!)
  const red = verdicts.filter(({ verdict }) => verdict !== 'pass')
  expect(Object.fromEntries(red.map(({ check, verdict }) => [check, verdict]))).toEqual(becomes)
})

test('every check that reads the probes is among those seen to fail', () => {
  const seen = new Set(cases.flatMap(({ becomes }) => Object.entries(becomes).flatMap(([check, verdict]) => (verdict === 'fail' ? [check] : []))))
  expect(Object.keys(checks).filter(name => !seen.has(name) && !name.includes('as-documented'))).toEqual(['load-high-enough', 'licences-add-up'])
})
