// A whole run as literal as a model can make it: a small cluster that changes at given moments, watched by every probe at its real rate.
import type { FaultPhase, HistoryEvent, RunEvent } from '../../harness/history.ts'

export const [primary, secondary] = ['primary-node', 'secondary-node'] as const
export type Node = typeof primary | typeof secondary

export const addresses = {
  [primary]: { public: '10.1.0.5', heartbeat: '10.2.0.4' },
  [secondary]: { public: '10.1.0.10', heartbeat: '10.2.0.5' },
}
export const vip = '10.1.0.12'
const macs = { [primary]: '02:42:0a:01:00:05', [secondary]: '02:42:0a:01:00:0a' }

/** What is true of a node; what its surfaces say follows from it, unless they lie. */
export interface NodeState {
  on: boolean
  /** from the harness, the client and the peer */
  reachable: boolean
  vip: boolean
  role: 'primary' | 'standby' | 'down'
  receiving: boolean
  /** the flight recorder runs */
  recording: boolean
  /** ha is started */
  running: boolean
  /** its own address serves the GUI although it is not active */
  alsoServes: boolean
  /** the address its replication uses */
  streamsFrom: string
}

/** What is true of the cluster as a whole. */
export interface Common {
  /** writes wait for a standby that is gone */
  stalled: boolean
  /** the GUI says this instead of the truth */
  guiSays: 'Normal' | 'Degraded' | undefined
  /** the GUI calls that node active instead of the one that is */
  guiActive: Node | undefined
  /** the old owner goes on answering ARP */
  alsoClaims: Node | undefined
  announces: 'gratuitous' | 'unicast' | undefined
}

export interface Change {
  t: number
  node?: Node
  set: Partial<NodeState & Common>
}

export interface Story {
  scenario: string
  promises: string[]
  bounds: Record<string, number>
  faults: { id: string; fault: string; node: Node; at: Partial<Record<FaultPhase, number>> }[]
  changes: Change[]
  /** when settling ends; reading back and the audit follow */
  settled: number
}

const up: Omit<NodeState, 'vip' | 'role' | 'receiving' | 'streamsFrom'> = { on: true, reachable: true, recording: true, running: true, alsoServes: false }

interface World extends Common {
  nodes: Record<Node, NodeState>
}

const allNodes: Node[] = [primary, secondary]
const bounds = { outageMs: 15_000, writeStallMs: 15_000, viewsAgreeMs: 8000, convergenceMs: 30_000, loadPerSecond: 5, readGapMs: 0, giveUpMs: 5500, takeOverMs: 8000, hostLateMs: 20 }
const always = ['one-active-at-a-time', 'no-acknowledged-account-lost', 'no-write-refused-in-service', 'no-read-refused-in-service', 'replication-runs-from-active-to-standby', 'views-agree', 'no-automatic-failback', 'standby-serves-no-gui', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'logs-tell-no-bad-news', 'load-high-enough']

/** HA is stopped on the active server: VIP and database move within the same tenth of a second. */
export const plannedHandover: Story = {
  scenario: 'ssm/planned-handover',
  promises: [...always, 'outage-shorter-than-bound', 'recovery-interrupts-nobody', 'writes-stall-shorter-than-bound', 'vip-announced-after-takeover'],
  bounds: { ...bounds, recoveryGapMs: 1500 },
  faults: [{ id: 'stop-1', fault: 'ha-stop', node: primary, at: { requested: 10_000, proven: 11_000, healed: 25_000, 'proven-healed': 28_000 } }],
  changes: [
    { t: 10_300, node: primary, set: { vip: false } },
    { t: 10_350, node: primary, set: { role: 'down', running: false } },
    { t: 10_380, node: secondary, set: { role: 'primary', receiving: false } },
    { t: 10_395, node: secondary, set: { vip: true } },
    { t: 24_900, node: primary, set: { running: true } },
    { t: 27_000, node: primary, set: { role: 'standby' } },
    { t: 29_000, node: primary, set: { receiving: true } },
  ],
  settled: 40_000,
}

/** The active server is cut off from everything for longer than T2. */
export const isolatedActive: Story = {
  scenario: 'ssm/isolated-active',
  promises: [...always, 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'vip-announced-after-takeover', 'gives-up-before-takeover'],
  bounds,
  faults: [{ id: 'cut-1', fault: 'isolate', node: primary, at: { requested: 10_000, proven: 10_040, healed: 30_000, 'proven-healed': 30_100 } }],
  changes: [
    { t: 10_020, node: primary, set: { reachable: false } },
    { t: 10_020, node: secondary, set: { receiving: false } },
    { t: 15_000, node: primary, set: { vip: false } },
    { t: 15_050, node: primary, set: { role: 'down', running: false } },
    { t: 19_200, node: secondary, set: { role: 'primary' } },
    { t: 19_300, node: secondary, set: { vip: true } },
    { t: 29_980, node: primary, set: { reachable: true } },
    { t: 33_000, node: primary, set: { role: 'standby', running: true } },
    { t: 35_000, node: primary, set: { receiving: true } },
  ],
  settled: 45_000,
}

/** The active server is cut off for longer than T1 and less than T2: it gives up, and the other may take over as soon as it can say so. */
export const briefIsolation: Story = {
  scenario: 'ssm/brief-isolation',
  promises: [...always, 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'vip-announced-after-takeover', 'gives-up-before-takeover'],
  bounds,
  faults: [{ id: 'cut-1', fault: 'isolate', node: primary, at: { requested: 10_000, proven: 10_040, healed: 16_500, 'proven-healed': 16_600 } }],
  changes: [
    { t: 10_020, node: primary, set: { reachable: false } },
    { t: 10_020, node: secondary, set: { receiving: false } },
    { t: 15_000, node: primary, set: { vip: false } },
    { t: 15_050, node: primary, set: { role: 'down', running: false } },
    { t: 16_480, node: primary, set: { reachable: true } },
    { t: 17_200, node: secondary, set: { role: 'primary' } },
    { t: 17_300, node: secondary, set: { vip: true } },
    { t: 20_000, node: primary, set: { role: 'standby', running: true } },
    { t: 22_000, node: primary, set: { receiving: true } },
  ],
  settled: 35_000,
}

/** The standby loses power and comes back. */
export const standbyLost: Story = {
  scenario: 'ssm/standby-lost',
  promises: [...always, 'reads-see-no-gap', 'writes-stall-shorter-than-bound', 'no-write-fails'],
  bounds,
  faults: [{ id: 'off-1', fault: 'power-off', node: secondary, at: { requested: 10_000, proven: 10_150, healed: 25_000, 'proven-healed': 26_000 } }],
  changes: [
    { t: 10_030, node: secondary, set: { on: false, recording: false, role: 'down', receiving: false, running: false } },
    { t: 10_030, set: { stalled: true } },
    { t: 13_000, set: { stalled: false } },
    { t: 24_800, node: secondary, set: { on: true } },
    { t: 29_000, node: secondary, set: { recording: true, running: true } },
    { t: 32_000, node: secondary, set: { role: 'standby' } },
    { t: 33_000, node: secondary, set: { receiving: true } },
  ],
  settled: 45_000,
}

/** The heartbeat network is cut, the standby falls behind, the active server loses power and comes back. */
export const staleStandby: Story = {
  scenario: 'ssm/stale-standby',
  promises: [...always, 'writes-stall-shorter-than-bound', 'nothing-stale-promoted'],
  bounds,
  faults: [
    { id: 'cut-1', fault: 'isolate', node: primary, at: { requested: 10_000, proven: 10_040, healed: 40_000, 'proven-healed': 40_100 } },
    { id: 'off-1', fault: 'power-off', node: primary, at: { requested: 20_000, proven: 20_150, healed: 30_000, 'proven-healed': 31_000 } },
  ],
  changes: [
    { t: 10_020, node: secondary, set: { receiving: false } },
    { t: 10_020, set: { stalled: true } },
    { t: 13_000, set: { stalled: false } },
    { t: 20_030, node: primary, set: { on: false, recording: false, role: 'down', vip: false, running: false } },
    { t: 29_800, node: primary, set: { on: true } },
    { t: 33_000, node: primary, set: { recording: true, running: true } },
    { t: 36_000, node: primary, set: { role: 'primary' } },
    { t: 36_100, node: primary, set: { vip: true } },
    { t: 42_000, node: secondary, set: { receiving: true } },
  ],
  settled: 55_000,
}

/** The active server is frozen as a whole for longer than T2; thawed it needs a moment to see what time it is. */
export const frozenActive: Story = {
  scenario: 'ssm/frozen-active',
  promises: ['one-active-at-a-time', 'no-acknowledged-account-lost', 'replication-runs-from-active-to-standby', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'load-high-enough', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound'],
  bounds: { ...bounds, letGoMs: 1000 },
  faults: [{ id: 'freeze-1', fault: 'freeze-node', node: primary, at: { requested: 10_000, proven: 10_300, healed: 25_000, 'proven-healed': 25_200 } }],
  changes: [
    { t: 10_100, node: primary, set: { reachable: false, recording: false } },
    { t: 10_100, node: secondary, set: { receiving: false } },
    { t: 19_200, node: secondary, set: { role: 'primary' } },
    { t: 19_300, node: secondary, set: { vip: true } },
    { t: 24_950, node: primary, set: { reachable: true, recording: true } },
    { t: 24_950, set: { stalled: true } },
    { t: 25_350, node: primary, set: { vip: false } },
    { t: 25_360, node: primary, set: { role: 'down', running: false } },
    { t: 25_360, set: { stalled: false } },
    { t: 28_000, node: primary, set: { role: 'standby', running: true } },
    { t: 30_000, node: primary, set: { receiving: true } },
  ],
  settled: 42_000,
}

/** The disk of the active server turns read-only: its database dies, the standby takes over, and the lost server is switched off and on to mend it. */
export const readOnlyDisk: Story = {
  scenario: 'ssm/read-only-disk',
  promises: [...always, 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'vip-announced-after-takeover'],
  bounds,
  faults: [{ id: 'disk-1', fault: 'disk-read-only', node: primary, at: { requested: 10_000, proven: 10_100, healed: 27_000, 'proven-healed': 32_000 } }],
  changes: [
    { t: 10_150, node: primary, set: { role: 'down' } },
    { t: 10_150, node: secondary, set: { receiving: false } },
    { t: 13_000, node: primary, set: { vip: false } },
    { t: 14_200, node: secondary, set: { role: 'primary' } },
    { t: 14_300, node: secondary, set: { vip: true } },
    { t: 25_000, node: primary, set: { on: false, recording: false, running: false } },
    { t: 26_900, node: primary, set: { on: true } },
    { t: 31_000, node: primary, set: { recording: true, running: true } },
    { t: 34_000, node: primary, set: { role: 'standby' } },
    { t: 36_000, node: primary, set: { receiving: true } },
  ],
  settled: 46_000,
}

/** The heartbeat network is cut again and again, each time for less than it takes until console and page are asked anew. */
export const heartbeatCuts: Story = {
  scenario: 'ssm/heartbeat-cuts',
  promises: [...always, 'writes-stall-shorter-than-bound', 'no-write-fails'],
  bounds,
  faults: [10_000, 16_000, 22_000].map((t, index) => ({ id: `cut-${index}`, fault: 'isolate', node: secondary, at: { requested: t, proven: t + 50, healed: t + 1500, 'proven-healed': t + 1600 } })),
  changes: [10_000, 16_000, 22_000].flatMap(t => [
    { t: t + 100, node: secondary, set: { receiving: false } },
    { t: t + 1800, node: secondary, set: { receiving: true } },
  ]),
  settled: 34_000,
}

export const stories = [plannedHandover, isolatedActive, briefIsolation, standbyLost, staleStandby, frozenActive, readOnlyDisk, heartbeatCuts]

/** The same story with further changes: a misbehaviour that every probe sees as it would. */
export function withChanges(story: Story, ...changes: Change[]): Story {
  return { ...story, changes: [...story.changes, ...changes] }
}

/** Everything that the probes, the workload and the scenario wrote down. */
export function tell(story: Story): HistoryEvent[] {
  const { settled, scenario, promises, faults } = story
  const random = randomOf(1)
  const at = worldOf(story.changes)
  const step = { type: 'step' as const, step: `${scenario}#1`, title: 'the cluster settles', stage: 'settle', check: 'console-as-documented' }
  const events: HistoryEvent[] = [
    run({ client: true }),
    { t: 100, type: 'scenario', scenario, phase: 'begin', title: scenario, promises, bounds: story.bounds, boundSources: { outageMs: 'T2 8 s, promotion 4 s, slack' }, logs: { badNews: [{ pattern: '^Traceback', why: 'an exception that nobody caught', source: 'CPython' }], expected: [{ program: 'postgres', pattern: '^FATAL', why: 'it was stopped' }] } },
    ...faults.flatMap(({ id, fault, node, at: phases }) => Object.entries(phases).map(([phase, t]): HistoryEvent => ({ t, type: 'fault', id, fault, node, phase: phase as FaultPhase }))),
    { ...step, t: settled - 8000, phase: 'begin' },
    { ...step, t: settled, phase: 'end', outcome: 'pass', expected: 'whole', observed: 'whole' },
    ...allNodes.flatMap(node => [residue(node, 'before', 500), residue(node, 'after', settled + 2000), logs(node, settled + 2100)]),
    { t: settled + 3000, type: 'scenario', scenario, phase: 'end' },
  ]
  const until = settled + 1500
  for (const from of ['harness', 'client']) {
    every(10, until, t => {
      const owner = ownerAt(at(t))
      events.push(owner ? { t, type: 'sample', probe: 'vip-tcp', from, value: { connected: true }, tookMs: 0.4 + random() } : { t, type: 'sample', probe: 'vip-tcp', from, error: 'timeout', tookMs: 250 })
    })
    every(200, until, t => {
      const owner = ownerAt(at(t))
      events.push(owner ? { t, type: 'sample', probe: 'vip-https', from, value: { status: 200, server: owner }, tookMs: 4 + 5 * random() } : { t, type: 'sample', probe: 'vip-https', from, error: 'timeout', tookMs: 1000 })
    })
  }
  every(1000, until, t => {
    const world = at(t)
    const owner = ownerAt(world)
    if (!owner) events.push({ t, type: 'sample', probe: 'vip-arp', from: 'client', error: 'unanswered', tookMs: 1000 })
    else events.push(frame(t, owner, 'reply'))
    if (world.alsoClaims && world.alsoClaims !== owner) events.push(frame(t + 0.2, world.alsoClaims, 'reply'))
  })
  for (const { t, node, set } of story.changes) {
    const { announces } = at(t)
    if (set.vip && node && announces) events.push(frame(t + 20, node, announces), frame(t + 220, node, announces))
  }
  const announced = story.changes.flatMap(({ t, node, set }) => (set.vip && node && at(t).announces ? [{ t: t + 20, node }] : []))
  every(200, until, t => {
    const owner = ownerAt(at(t))
    const cached = announced.findLast(announcement => announcement.t <= t)?.node ?? primary
    for (const [probe, known] of [['vip-ping-fresh', owner], ['vip-ping-cached', cached]] as const) {
      events.push(known && known === owner ? { t, type: 'sample', probe, from: 'client', value: { mac: macs[known] }, tookMs: 0.3 } : { t, type: 'sample', probe, from: 'client', error: 'unanswered', tookMs: known ? 1000 : 200 })
    }
  })
  for (const node of allNodes) {
    every(100, until, t => {
      const { recording, on, vip, role } = at(t).nodes[node]
      if (recording && on) events.push({ t, type: 'sample', probe: 'flight', node, value: { vip, web: vip, role, writable: role === 'primary', quorate: true, members: 2 }, tookMs: 10 + 10 * random() })
    })
    every(250, until, t => {
      const { on, reachable, vip, alsoServes } = at(t).nodes[node]
      events.push(on && reachable && (vip || alsoServes) ? { t, type: 'sample', probe: 'own-tcp', node, from: 'harness', value: { connected: true }, tookMs: 0.4 } : { t, type: 'sample', probe: 'own-tcp', node, from: 'harness', error: on && reachable ? 'refused' : 'timeout' })
    })
    every(250, until, t => {
      const world = at(t)
      const { on, reachable, role } = world.nodes[node]
      events.push(on && reachable && role !== 'down' ? { t, type: 'sample', probe: 'sql', node, value: sqlOf(world, node), tookMs: 3 + 3 * random() } : { t, type: 'sample', probe: 'sql', node, error: on && reachable ? 'refused' : 'timeout' })
    })
    every(3000, until, t => {
      const world = at(t)
      const { on, reachable } = world.nodes[node]
      events.push(on && reachable ? { t, type: 'sample', probe: 'console', node, value: consoleOf(world, node), tookMs: 700 } : { t, type: 'sample', probe: 'console', node, error: 'timeout', tookMs: 2000 })
    })
  }
  every(2000, until, t => {
    const page = pageOf(at(t))
    events.push(page ? { t, type: 'sample', probe: 'gui', from: 'harness', value: page, tookMs: 120 } : { t, type: 'sample', probe: 'gui', from: 'harness', error: 'timeout', tookMs: 1500 })
  })
  every(1000, until, t => events.push({ t, type: 'sample', probe: 'host', from: 'harness', value: { lateMs: 2 + random(), load: 0.7 } }))
  events.push(...workload(at, settled, random))
  return events.sort((a, b) => a.t - b.t)
}

function workload(at: (t: number) => World, until: number, random: () => number): HistoryEvent[] {
  const events: HistoryEvent[] = []
  const sure: string[] = []
  let id = 0
  for (const client of ['accounts-1', 'accounts-2']) {
    for (let t = 700 + 30 * random(); t < until;) {
      id += 1
      const name = `hw-${String(id).padStart(6, '0')}`
      events.push({ t, type: 'op', id, client, f: 'create', value: name, phase: 'invoke' })
      const world = at(t)
      const owner = ownerAt(world)
      if (owner && world.nodes[owner].role === 'primary') {
        let done = t + 8 + 8 * random()
        while (at(done).stalled) done += 20
        if (ownerAt(at(done)) === owner) {
          events.push({ t: done, type: 'op', id, client, f: 'create', value: name, phase: 'ok', node: owner })
          sure.push(name)
        } else events.push({ t: (done += 30), type: 'op', id, client, f: 'create', value: name, phase: 'info', error: 'reset' })
        t = done + 90
      } else {
        const refused = id % 3 === 0
        t += refused ? 5 : 2000
        events.push({ t, type: 'op', id, client, f: 'create', value: name, phase: refused ? 'fail' : 'info', error: refused ? 'refused' : 'timeout' })
        t += 90
      }
    }
  }
  for (const [index, node] of ['vip', ...allNodes].entries()) {
    id += 1
    const t = until + 300 + 300 * index
    events.push({ t, type: 'op', id, client: 'accounts-1', f: 'read', value: null, phase: 'invoke', node })
    events.push({ t: t + 80, type: 'op', id, client: 'accounts-1', f: 'read', value: sure.toSorted(), phase: 'ok', node })
  }
  return events
}

export function run({ client = false } = {}): RunEvent {
  return {
    t: 0, type: 'run', run: '20261120T142508Z-literal', seed: 1, bounds: {}, clock: { monotonicNs: '1', utc: '2026-11-20T14:25:08Z' },
    target: { name: 'literal', system: 'ssm', twin: true, vip, client, nodes: allNodes.map(name => ({ name, addresses: addresses[name] })) },
  }
}

export function residue(node: Node, at: 'before' | 'after', t: number): HistoryEvent {
  const holds = at === 'before' ? node === primary : node === secondary
  return {
    t, type: 'sample', probe: 'residue', node,
    value: { at, ours: [], nft: 'e3b0c442', addresses: [addresses[node].public, addresses[node].heartbeat, ...(holds ? [vip] : [])], constraints: [], maintenance: false, configuration: [], enabledUnits: ['sshd.service'], files: ['/var/lib/postgresql/15/ssm'], slots: [], clockOffsetMs: 0, power: 'on', stoppedProcesses: [] },
  }
}

function logs(node: Node, t: number): HistoryEvent {
  return { t, type: 'sample', probe: 'logs', node, value: { since: 400, startedAt: -90_000, logs: [{ log: 'journal', from: 400, to: t, lines: 90, dropped: 0 }], told: [], more: 0 } }
}

function frame(t: number, node: Node, kind: 'reply' | 'gratuitous' | 'unicast'): HistoryEvent {
  return { t, type: 'sample', probe: 'vip-arp', from: 'client', value: { mac: macs[node], node, kind } }
}

export function otherThan(node: Node): Node {
  return node === primary ? secondary : primary
}

function ownerAt({ nodes }: World): Node | undefined {
  return allNodes.find(node => nodes[node].on && nodes[node].reachable && nodes[node].vip)
}

function streams(world: World, node: Node): boolean {
  const [own, peer] = [world.nodes[node], world.nodes[otherThan(node)]]
  return own.role === 'primary' && peer.role === 'standby' && peer.on && peer.receiving
}

function sqlOf(world: World, node: Node): object {
  const [own, peer] = [world.nodes[node], world.nodes[otherThan(node)]]
  const inRecovery = own.role === 'standby'
  return {
    inRecovery, readOnly: inRecovery, timeline: 1, lsn: '0/530C0E8', syncNames: '',
    senders: streams(world, node) ? [{ clientAddr: peer.streamsFrom, state: 'streaming', syncState: 'sync' }] : [],
    receiver: inRecovery && own.receiving ? { status: 'streaming', senderHost: addresses[otherThan(node)].heartbeat } : null,
  }
}

function consoleOf(world: World, node: Node): object {
  const { running, role } = world.nodes[node]
  const peer = { name: otherThan(node), address: addresses[otherThan(node)].public }
  if (!running || role === 'down') return { cluster: 'stopped', pcsd: {}, daemons: {}, failedActions: [], replication: { role: 'down', peer: null, toStandby: [], replayLocation: null } }
  const toStandby = streams(world, node) ? [{ clientAddr: addresses[peer.name].heartbeat, backendStart: '2026-11-20 14:00:00+00', state: 'streaming', writeLag: 0, flushLag: 0, replayLag: 0 }] : []
  return { cluster: 'running', pcsd: {}, daemons: {}, failedActions: [], replication: { role: role === 'primary' ? 'master' : 'slave', peer, toStandby, replayLocation: '0/530C0E8' } }
}

function pageOf(world: World): object | undefined {
  const owner = ownerAt(world)
  if (!owner || world.nodes[owner].role !== 'primary') return undefined
  const active = world.guiActive ?? owner
  const cluster = world.guiSays ?? (streams(world, owner) ? 'Normal' : 'Degraded')
  const tile = (node: Node): object => ({ node, publicAddress: addresses[node].public, heartbeatAddress: addresses[node].heartbeat })
  return {
    cluster, message: '', heartbeat: cluster === 'Normal' ? 'Connected' : 'Disconnected', vip,
    active: { ...tile(active), role: 'Active Server', state: 'Active' },
    standby: { ...tile(otherThan(active)), role: 'Standby Server', state: cluster === 'Normal' ? 'Standby' : 'Degraded' },
  }
}

/** The state of the world at a moment. */
function worldOf(changes: Change[]): (t: number) => World {
  const states: { t: number; world: World }[] = [{
    t: -Infinity,
    world: {
      stalled: false, guiSays: undefined, guiActive: undefined, alsoClaims: undefined, announces: 'gratuitous',
      nodes: {
        [primary]: { ...up, vip: true, role: 'primary', receiving: false, streamsFrom: addresses[primary].heartbeat },
        [secondary]: { ...up, vip: false, role: 'standby', receiving: true, streamsFrom: addresses[secondary].heartbeat },
      },
    },
  }]
  for (const { t, node, set } of changes.toSorted((a, b) => a.t - b.t)) {
    const { world } = states.at(-1) as { world: World }
    states.push({ t, world: node ? { ...world, nodes: { ...world.nodes, [node]: { ...world.nodes[node], ...set } } } : { ...world, ...set } })
  }
  return t => (states.findLast(state => state.t <= t) as { world: World }).world
}

function every(periodMs: number, until: number, look: (t: number) => void): void {
  for (let t = 200 + (periodMs % 7); t < until; t += periodMs) look(t)
}

/** The same numbers every time (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
