// Conducts one scenario: steady, fault, observe, heal, settle, judge; and whatever happens in between, everything is healed, fetched and judged.
import { KeptBrowser } from '../../access/browser.ts'
import { openAccess } from '../../access/index.ts'
import { AccessError, type Access } from '../../access.ts'
import { scenariosOf, worst, type ScenarioView } from '../../check.ts'
import { hostTooLate, judgeScenario, spoiledByHost } from '../../checks/index.ts'
import { now } from '../../clock.ts'
import { Cluster } from '../../cluster.ts'
import { milliseconds, sayMs, type Duration } from '../../duration.ts'
import { eventually, NotObserved } from '../../eventually.ts'
import { faultKinds } from '../../faults/index.ts'
import { followFacts } from '../../facts.ts'
import { messageOf, removeAccounts } from '../../heal.ts'
import { endOfHistory, HistoryWriter, readHistory, type Bounds } from '../../history.ts'
import { Journal } from '../../journal.ts'
import { Leases } from '../../lease.ts'
import { FlightRecorders } from '../../probes/flight-record.ts'
import { ProductLogs } from '../../probes/logs.ts'
import { PacketCapture } from '../../probes/packet-capture.ts'
import { snapshotResidue } from '../../probes/residue.ts'
import { limited } from '../../limit.ts'
import { clockOf, type RunContext } from '../../run-context.ts'
import { boundsFor, limitFor, type Scenario } from '../../scenario.ts'
import { ExpectationFailed, Story } from '../../story.ts'
import type { Load, System } from '../../systems/system.ts'
import { Workload, type Maker } from '../../workload.ts'
import { systems } from '../systems.ts'
import { lackingFor, unseenOn } from './capabilities.ts'
import { Foregone, foregone } from './foregone.ts'
import { headOf, type ScenarioResult } from './result.ts'
import { interruptChannel } from './runner.ts'

export interface Session {
  context: RunContext
  system: System
  access: Access
  browser: KeptBrowser
  history: HistoryWriter
  journal: Journal
  /** the server that was active before the first fault of all */
  activeAtFirst: string | undefined
  /** aborted when the run is interrupted */
  interrupted: AbortSignal
  close(): Promise<void>
}

export async function openSession(context: RunContext): Promise<Session> {
  const history = new HistoryWriter(context.historyPath, clockOf(context))
  const interrupt = new AbortController()
  const channel = new BroadcastChannel(interruptChannel)
  channel.onmessage = () => interrupt.abort(new Interrupted())
  const access = openAccess(context.target)
  const browser = new KeptBrowser()
  // It is up by the time the first page is asked for; whoever asks then hears why it is not.
  browser.launched().catch(() => undefined)
  return {
    context,
    system: systems[context.target.system] as System,
    access,
    browser,
    history,
    journal: new Journal(context.journalPath),
    activeAtFirst: undefined,
    interrupted: interrupt.signal,
    async close() {
      channel.close()
      await browser.close()
      await access.close()
    },
  }
}

class Interrupted extends Error {
  override name = 'Interrupted'
  constructor() {
    super('interrupted')
  }
}

/** Accounts a second, more than the clients of a workload can ask for: each asks again as soon as it has its answer. */
const fullLoad = 1000
/** Beside the workload: fewer than the connections that the twin keeps for products. */
const otherClients = 8
/** Each asks again as soon as it is answered: four keep the twin's servers busy and leave a host of two processors enough to measure. */
const fullLoadClients = 4
/** Longest that a cluster may take to look steady before the first fault. */
const steadyWithin: Duration = '30s'
/** Longest that a cluster may need to be whole again after the last heal, where its bound does not allow more. */
const settledWithinMs = 90_000
/** Longest that healing may take, and then settling, reading back and fetching. */
const afterwards: Duration = '3min'
/** Longest that a steady cluster may need to acknowledge an account, on top of its own bound, in ms. */
const writesWithinMs = 10_000
/** Longest that probes may lag behind the history: they gather samples for 50 ms, ask a database that was down a second later, for up to 2 s, and wait for a page as long as a browser does. */
const probesCatchUpWithin: Duration = '15s'

export async function conduct(scenario: Scenario, session: Session): Promise<ScenarioResult> {
  const { context, system, access, browser, history, journal, interrupted } = session
  const { target } = context
  const result = (verdict: ScenarioResult['verdict'], why: string, more: Partial<ScenarioResult> = {}): ScenarioResult =>
    ({ ...headOf(scenario), verdict, why, failures: [], clusterInDoubt: false, ...more })

  const lacking = lackingFor(target, scenario)
  if (lacking) return result('skipped', lacking)
  if (interrupted.aborted) return result('interrupted', 'interrupted before it began')
  const left = journal.read().accounts
  if (scenario.destroys && left.length > 0) return result('unfit', `it takes the cluster apart, and accounts of an earlier scenario have not been removed from it yet: ${left.join(', ')}`)

  const ended = new AbortController()
  const decided = new AbortController()
  using limit = limited(limitFor(scenario, target.bounds), interrupted, ended.signal, decided.signal)
  const { signal } = limit
  const leases = new Leases({ access, journal, history, kinds: faultKinds })
  const cluster = new Cluster(target, access, leases)
  const facts = followFacts(context.historyPath)
  const story = new Story({ scenario: scenario.id, history, evidenceDir: context.evidenceDir, signal, without: context.without, changed: facts.changed })

  const accounts = system.accounts(target)
  const made: string[] = []
  /** servers that are being, and that have been, taken out of their cluster */
  const destroying = new Set<string>()
  const apart = new Set<string>()
  const workload = scenario.needs.includes('workload') && target.workload && new Workload({ target, history, journal, run: context.run, maker: accounts, ...(scenario.needs.includes('full-load') ? { perSecond: fullLoad, clients: fullLoadClients } : {}) })
  const loads: Workload[] = workload ? [workload] : []
  const opened = await system.open({ cluster, story, browser, workload: workload || noWorkload, alsoMake, unique: context.seed.toString(36).padStart(6, '0'), activeAtFirst: () => session.activeAtFirst, willMake, willDestroy, destroyed: node => void apart.add(node) })
  await using _closed = { [Symbol.asyncDispose]: async () => { facts.close(); await opened.close() } }
  const { bounds, boundSources } = boundsFor(scenario, target.bounds)
  const before = endOfHistory(context.historyPath)
  const asked = performance.now()
  const askedAt = now(history.clock)
  const unfit = await steadyBeforeTheFirstFault()
  if (unfit) return result(interrupted.aborted ? 'interrupted' : 'unfit', unfit, { ...spoiled(hostTooLate(readHistory(context.historyPath, { after: before }), { from: askedAt, limitMs: bounds.hostLateMs })), clusterInDoubt: true })

  const unseen = unseenOn(target, scenario)
  const promises = scenario.promises.filter(check => !context.without.includes(check) && !unseen.has(check))
  const product = system.log(target)
  const { badNews, expected } = product.lists
  history.append({ type: 'scenario', scenario: scenario.id, phase: 'begin', title: scenario.title, covers: scenario.covers, promises, bounds, boundSources, logs: { badNews, expected: [...expected, ...scenario.expectedLines ?? []] }, steadyMs: performance.now() - asked })
  for (const capability of scenario.uses ?? []) {
    const without = lackingFor(target, { needs: [capability] })
    if (without) history.append({ type: 'step', step: `${scenario.id}#${capability}`, phase: 'end', title: `some of it is left out: ${without}`, stage: 'steady' })
  }
  for (const [check, why] of unseen) history.append({ type: 'step', step: `${scenario.id}#${check}`, phase: 'end', title: `${check} is not judged: ${why}`, stage: 'steady' })
  const troubles: string[] = []
  const attempt = async (what: string, body: () => Promise<unknown>): Promise<void> => {
    try {
      await body()
    } catch (error) {
      troubles.push(`${what}: ${messageOf(error)}`)
    }
  }

  let bodyError: unknown
  const recorders = new FlightRecorders({ access, history, journal, context })
  await attempt('snapshot before the first fault', () => snapshotResidue({ access, history, target, folders: system.folders, at: 'before', signal }))
  const logs = lackingFor(target, { needs: ['root-shell'] }) === undefined ? new ProductLogs({ access, history, target, product }) : undefined
  await logs?.mark(signal)
  const packets = await PacketCapture.start({ access, run: context.run, signal }).catch((error: unknown) => messageOf(error))
  const recorded = scenario.needs.includes('recorder')
  if (recorded) await attempt('flight recorders', () => recorders.start(signal))
  const until = promises.filter(check => context.until.includes(check))
  if (until.length > 0) foregone({ historyPath: context.historyPath, scenario: scenario.id, checks: until, signal }).catch((why: unknown) => decided.abort(why))
  try {
    if (workload) await workload.start(signal)
    await Promise.race([scenario.body(opened.given as never), aborted(signal)])
    if (story.unsettled.length > 0) throw new Error(`the scenario ended without awaiting: ${story.unsettled.join(', ')}`)
  } catch (error) {
    bodyError = error
  }

  // The body may have been cut off by its limit, by Ctrl-C, or because its verdict stands: healing has a limit of its own.
  story.stage('heal')
  using healing = limited(milliseconds(afterwards))
  leases.close()
  const { left: unhealed, lapsed } = await leases.healAll(healing.signal)
  troubles.push(...lapsed)
  using fetching = limited(milliseconds(afterwards))
  const after = fetching.signal
  const stands = bodyError instanceof Foregone
  if (unhealed.length === 0 && scenario.destroys !== 'for good' && !stands) {
    story.stage('settle')
    await attempt('settle', async () => {
      const steady = await eventually('the cluster looks steady', look => opened.health(look), { within: bodyError === undefined ? settlesWithin(bounds) : '3s', every: '500ms', signal: after })
      // A database that has just come up is not asked at once, and a page every two seconds: judged before that, the cluster would not have been seen whole.
      await probesPast(now(history.clock), [{ probe: 'gui', who: 'harness' }, ...(target.capabilities.sql ? target.nodes.map(({ name }) => ({ probe: 'sql', who: name })) : [])], after)
      history.append({ type: 'step', step: `${scenario.id}#settled`, phase: 'end', stage: 'settle', title: `the cluster looks steady again after ${sayMs(steady.tookMs)}` })
    })
    // Not before: writes that stopped with the last heal would have stalled for less than the bound.
    if (workload && bodyError === undefined) await attempt('writing', () => acknowledgesAgain(workload))
  }
  for (const load of loads) {
    await attempt('workload', () => load.stop(after))
    if (!stands) await attempt('read back', () => load.readBack({ access, signal: after }))
  }
  if (recorded) {
    await attempt('flight records', () => recorders.fetch(after))
    await attempt('removing the flight recorders', () => recorders.remove(after))
  }
  await attempt('snapshot after the last heal', () => snapshotResidue({ access, history, target, folders: system.folders, at: 'after', signal: after }))
  if (logs) {
    await attempt('the product\'s logs', async () => {
      const read = await logs.collect(after, (title, text) => story.keep(title, text, 'text/plain', 'log'))
      history.append({ type: 'step', step: `${scenario.id}#logs`, phase: 'end', stage: 'judge', title: 'the product\'s logs', ...read })
    })
  }
  await attempt('probes', () => probesPast(now(history.clock), [{ probe: 'vip-tcp', who: 'harness' }], after))
  // Last, and in a time of its own: no evidence waits for it. What is left is the guardian's to remove, or the run says so.
  // Where no cluster is left, nobody can remove what was made in it.
  if (apart.size === target.nodes.length && (scenario.destroys === 'for good' || bodyError !== undefined)) for (const prefix of made) journal.append({ type: 'accounts', phase: 'left', by: 'harness', prefix })
  using removing = limited(milliseconds(afterwards))
  await removeAccounts({ journal, accounts: async () => accounts, by: 'harness' }, { signal: removing.signal })
  const error = bodyError ?? (troubles.length > 0 ? new Error(troubles.join('; ')) : undefined)
  const [endedAt = 0] = history.append({ type: 'scenario', scenario: scenario.id, phase: 'end', ...(error ? { error: messageOf(error) } : {}) })
  ended.abort()

  const { view, verdicts } = judge()
  if (error || verdicts.some(({ verdict }) => verdict !== 'pass')) await keepPackets()
  if (packets instanceof PacketCapture) packets.stop()
  const failures = verdicts.flatMap(({ check, verdict, why }) => (verdict === 'pass' ? [] : [{ check, verdict, why }]))
  const clusterInDoubt = failures.length > 0 || error !== undefined || scenario.destroys === 'for good'
  if (unhealed.length > 0) return result('unhealed', unhealed.join('\n'), { failures, clusterInDoubt: true })
  const outcome = worst([...verdicts.map(({ verdict }) => verdict), ...(error && !(error instanceof ExpectationFailed) ? ['unknown' as const] : [])])
  if (interrupted.aborted) return result('interrupted', destroying.size > 0 ? `interrupted; every fault was healed, but ${[...destroying].join(' and ')} had been, or was being, taken out of the cluster: nothing undoes that` : 'interrupted; everything was healed', { failures, clusterInDoubt })
  if (outcome === 'pass') return result('pass', '', { clusterInDoubt })
  const why = [...failures.filter(({ verdict }) => verdict === outcome).map(({ check, why }) => `${check}: ${why}`), ...(outcome === 'unknown' && error ? [messageOf(error)] : [])].join('\n')
  return outcome === 'fail' ? result('fail', why, { failures, clusterInDoubt }) : result('inconclusive', why, { ...spoiled(spoiledByHost(view, verdicts) ?? (troubles.length === 0 ? droppedByHost(bodyError) : undefined)), failures, clusterInDoubt })

  /** Whoever asks why it did not pass can look at what was on the wire. */
  async function keepPackets(): Promise<void> {
    using fetching = limited(milliseconds(afterwards))
    const title = 'packets of the clients\' network'
    const step = { t: endedAt, type: 'step' as const, step: `${scenario.id}#packets`, phase: 'end' as const, stage: 'judge' as const, title }
    try {
      if (!(packets instanceof PacketCapture)) throw new Error(packets ?? 'the target has no client to write them down')
      const evidence = (await packets.fetch(fetching.signal)).map(part => story.keep(title, part, 'application/vnd.tcpdump.pcap', 'pcap'))
      history.append({ ...step, observed: 'kept', evidence })
    } catch (cause) {
      history.append({ ...step, observed: `none were kept: ${messageOf(cause)}` })
    }
  }

  async function acknowledgesAgain(writers: Workload): Promise<void> {
    const limitMs = (bounds.writeStallMs ?? 0) + writesWithinMs
    using writing = limited(limitMs, interrupted)
    await writers.acknowledgedOnce(writing.signal).catch((cause: unknown) => { throw new Error(`no account was acknowledged within ${sayMs(limitMs)} of the time when the cluster looked steady again`, { cause }) })
  }

  async function alsoMake(maker: Maker, perSecond: number): Promise<Workload> {
    const load = new Workload({ target, history, journal, run: context.run, maker, perSecond, clients: otherClients })
    loads.push(load)
    await load.start(signal)
    return load
  }

  function willMake(account: string): void {
    if (target.workload?.cleanUp !== 'remove') return
    made.push(account)
    journal.append({ type: 'accounts', phase: 'begun', by: 'harness', prefix: account }, { durable: true })
  }

  function willDestroy(node: string): void {
    destroying.add(node)
    journal.append({ type: 'note', by: 'harness', text: `${node} is taken out of its cluster; nothing undoes that` }, { durable: true })
  }

  /** A cluster of somebody's own must be healthy before anything is done to it. A twin with a planted defect is judged as it is. */
  async function steadyBeforeTheFirstFault(): Promise<string | undefined> {
    if (context.defects.length > 0) return undefined
    try {
      const { value } = await eventually('the cluster is healthy before the first fault', look => opened.health(look), { within: steadyWithin, every: '500ms', signal })
      session.activeAtFirst ??= value
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }

  async function probesPast(t: number, looks: { probe: string; who: string }[], wait: AbortSignal): Promise<void> {
    await eventually('the probes have looked once more', async () => {
      const behind = looks.map(look => ({ ...look, last: facts.lastLook(look.probe, look.who) })).filter(({ last = -Infinity }) => last <= t)
      return { value: behind, satisfied: behind.length === 0, observed: behind.map(({ probe, who, last }) => `${probe} of ${who}: ${last === undefined ? 'never' : `last ${sayMs(t - last)} before`}`).join(', ') }
    }, { within: probesCatchUpWithin, signal: wait })
  }

  function judge(): { view: ScenarioView; verdicts: ReturnType<typeof judgeScenario> } {
    const view = scenariosOf(readHistory(context.historyPath, { after: before })).findLast(view => view.scenario === scenario.id)
    if (!view) throw new Error(`the history of ${scenario.id} is gone: ${context.historyPath}`)
    const verdicts = judgeScenario(view)
    history.append(...verdicts.map(verdict => ({ type: 'verdict' as const, scenario: scenario.id, ...verdict })))
    return { view, verdicts }
  }
}

function settlesWithin({ convergenceMs = 0 }: Bounds): Duration {
  return `${Math.max(settledWithinMs, convergenceMs)}ms`
}

/** What was under way when it ended, and was lost with an interface of this host. */
function droppedByHost(error: unknown): string | undefined {
  const cause = error instanceof NotObserved ? error.blind : error
  return cause instanceof AccessError && cause.kind === 'host-changed' ? cause.message : undefined
}

function spoiled(why: string | undefined): Pick<ScenarioResult, 'spoiled'> {
  return why === undefined ? {} : { spoiled: why }
}

const noWorkload: Load = { acknowledgedOnce: withoutWorkload, unlisted: withoutWorkload }

function withoutWorkload(): Promise<never> {
  return Promise.reject(new Error('no workload runs in this scenario, so no account is ever acknowledged'))
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
