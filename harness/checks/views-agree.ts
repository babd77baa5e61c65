// Console, GUI, database and wire tell the same story: who is active, whether the cluster is whole, and whether the databases replicate as that has it. A surface that lags does so for less than the bound.
import { unknown, type Check, type ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf, nodesOf, readingsOf, sourcesOf, targetNodes, type Reading } from './reading/evidence.ts'
import { calms, faultsOf, sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { boundOf, fromTo, noBound, type Bound } from './reading/say.ts'
import { readAnswer, readClaim, readConsole, readHaPage, readSql, receiving, streaming, waitedFor, type Answer, type Sql } from './reading/shapes.ts'
import { gapLimitMs, missingFrom, outOfReach, watchOf, type Watch } from './reading/watch.ts'

/** What one surface says about one question, look by look: a statement, `null` where it answers without one, undefined where it is silent. */
interface View {
  surface: string
  looks: { t: number; end: number; says: string | null | undefined }[]
  /** looks further apart are not one statement */
  limitMs: number
}

/** How long a surface may be silent and still mean what it said before, in ms: some periods of its probe. */
const meantMs = { gui: 10_000, console: 15_000, sql: 2500, 'vip-https': 2000, 'vip-arp': 5000 } as const

export const viewsAgree: Check = {
  name: 'views-agree',
  statement: 'GUI, console, SQL and wire never disagree for longer than the bound on who is active, whether the cluster is whole, and whether the standby has all that was acknowledged, on the active server\'s timeline.',
  timed: true,
  applies: view => boundOf(view, 'viewsAgreeMs') !== undefined && ['gui', 'console', 'sql'].filter(probe => evidenceOf(view).samples.has(probe)).length > 1,
  judge(view) {
    const bound = boundOf(view, 'viewsAgreeMs')
    if (!bound) return unknown(noBound('viewsAgreeMs'))
    const nodes = nodesOf(view)
    const gui = readingsOf(view, { probe: 'gui' }, readHaPage)
    const consoles = nodes.map(node => ({ node, ...readingsOf(view, { probe: 'console', node }, readConsole) }))
    const sql = nodes.map(node => ({ node, ...readingsOf(view, { probe: 'sql', node }, readSql) }))
    const wire = sourcesOf(view, 'vip-https', 'from').map(from => ({ surface: `HTTPS from ${from}`, ...readingsOf(view, { probe: 'vip-https', from }, readAnswer) }))
    const arp = readingsOf(view, { probe: 'vip-arp' }, readClaim)

    const active: View[] = [
      statement('the GUI', 'gui', gui.readings, ({ active }) => active),
      ...consoles.map(({ node, readings }) => statement(`the console of ${node}`, 'console', readings, ({ role }) => (role === 'master' ? node : null))),
      ...sql.map(({ node, readings }) => statement(`the database of ${node}`, 'sql', readings, ({ inRecovery }) => (inRecovery ? null : node))),
      ...wire.map(({ surface, readings }) => statement(surface, 'vip-https', readings, ({ ok, server }) => (ok ? server : null))),
      statement('ARP for the VIP', 'vip-arp', arp.readings, ({ owner, known }) => (known ? owner : null)),
    ]
    const whole: View[] = [
      statement('the GUI', 'gui', gui.readings, ({ cluster }) => (cluster === 'Normal' ? 'whole' : 'degraded')),
      ...consoles.map(({ node, readings }) => statement(`the console of ${node}`, 'console', readings, ({ role, streaming }) => (role === 'master' ? (streaming ? 'whole' : 'degraded') : null))),
      // A receiver alone proves nothing: it may wait for a sender that is gone. Its absence does.
      ...sql.map(({ node, readings }) => statement(`the database of ${node}`, 'sql', readings, value => (value.inRecovery ? (value.receiver ? null : 'degraded') : streaming(value) ? 'whole' : 'degraded'))),
    ]
    const roles = nodes.map((node, index): View[] => [
      statement(`the console of ${node}`, 'console', consoles[index]?.readings ?? [], ({ role }) => (role === 'master' ? 'primary' : role === 'slave' ? 'standby' : null)),
      statement(`the database of ${node}`, 'sql', sql[index]?.readings ?? [], ({ inRecovery }) => (inRecovery ? 'standby' : 'primary')),
    ])
    // Under a fault, and until it has rejoined, a standby goes on saying whom it follows; else it must be true.
    const rejoinMs = boundOf(view, 'convergenceMs')?.limit ?? 0
    const calm = calms(view, watchOf(view).to).map(({ from, to }) => ({ from: from === undefined ? -Infinity : from + rejoinMs, to }))
    const follows = nodes.map((node, index): View[] => [
      within(calm, statement(`the console of ${node}`, 'console', consoles[index]?.readings ?? [], ({ role, peer }) => (role === 'slave' ? `follows ${peer ?? 'its peer'}` : null))),
      within(calm, statement(`the database of ${node}`, 'sql', sql[index]?.readings ?? [], value => (value.inRecovery ? senderOf(view, value) : null))),
    ])
    // Normal, or a standby that the console shows as streaming, is a word about the data too: it is there, and it is the same.
    const waits: View[] = [
      statement('the GUI', 'gui', gui.readings, ({ cluster }) => (cluster === 'Normal' ? 'they do' : null)),
      ...sql.map(({ node, readings }) => statement(`the database of ${node}`, 'sql', readings, value => (value.inRecovery || !streaming(value) ? null : waitedFor(value) ? 'they do' : 'they do not'))),
    ]
    const timelines: View[] = [
      statement('the GUI', 'gui', gui.readings, ({ cluster }) => (cluster === 'Normal' ? 'one' : null)),
      ...consoles.map(({ node, readings }) => statement(`the console of ${node}`, 'console', readings, ({ role, streaming }) => (role === 'master' && streaming ? 'one' : null))),
      timelinesOf(sql),
    ]

    const questions: { what: string; views: View[] }[] = [
      { what: 'which server is active', views: active },
      { what: 'whether the cluster is whole', views: whole },
      ...roles.map((views, index) => ({ what: `the role of ${nodes[index]}`, views })),
      ...follows.map((views, index) => ({ what: `whom ${nodes[index]} follows`, views })),
      { what: 'whether commits wait for the standby', views: waits },
      { what: 'on which timelines the databases are', views: timelines },
    ]
    const spoke = (readings: Reading<unknown>[]): boolean => readings.some(({ value }) => value !== undefined)
    return conclude({
      broken: questions.flatMap(({ what, views }) => disagreements(view, what, views, bound)),
      missing: [
        ...[gui, arp, ...consoles, ...sql, ...wire].flatMap(({ odd }) => odd),
        ...(spoke(gui.readings) ? missingFrom(view, 'look at the GUI', gui.readings, gapLimitMs.gui) : [finding('the GUI never spoke')]),
        ...consoles.flatMap(({ node, readings }) => (spoke(readings) ? missingFrom(view, `look at the console of ${node}`, readings, gapLimitMs.console, outOfReach(view, node, readings)) : [finding(`the console of ${node} never spoke`)])),
        ...sql.flatMap(({ node, readings }) => (spoke(readings) ? missingFrom(view, `look at the database of ${node}`, readings, gapLimitMs.sql, outOfReach(view, node, readings)) : [finding(`the database of ${node} never spoke`)])),
        ...(wire.some(({ readings }) => spoke(readings)) ? [] : [finding('the wire never spoke: there is no answer by HTTPS')]),
        ...wire.slice(0, 1).flatMap(({ readings }) => silentGui(gui.readings, readings, watchOf(view), bound)),
        ...(nodes.length < 2 ? [finding('views of at least two nodes are needed')] : []),
      ],
      seen: () => finding(`GUI, console, SQL and wire agree on who is active, whether the cluster is whole, and how it replicates; none lagged longer than ${bound.said}`),
    })
  },
}

function statement<T>(surface: string, probe: keyof typeof meantMs, readings: Reading<T>[], says: (value: T) => string | null): View {
  return { surface, limitMs: meantMs[probe], looks: readings.map(({ t, end, value }) => ({ t, end, says: value === undefined ? undefined : says(value) })) }
}

/** The node whose address the receiver is connected to; `null` for a name that no network of the target has. */
function senderOf(view: ScenarioView, value: Sql): string | null {
  if (!receiving(value)) return 'follows nobody'
  const sender = targetNodes(view).find(({ addresses }) => Object.values(addresses).includes(value.receiver?.senderHost ?? ''))
  return sender ? `follows ${sender.name}` : null
}

/** What one database writes and the other receives, look by look; a look counts with the other's last one. */
function timelinesOf(sql: { node: string; readings: Reading<Sql>[] }[]): View {
  const last = new Map<string, Reading<Sql>>()
  const looks = sql.flatMap(({ node, readings }) => readings.map(reading => ({ node, reading }))).sort((a, b) => a.reading.t - b.reading.t).map(({ node, reading }) => {
    last.set(node, reading)
    const fresh = [...last].filter(([, { end }]) => reading.t - end <= meantMs.sql)
    const [t, end] = [Math.min(...fresh.map(([, other]) => other.t)), Math.max(...fresh.map(([, other]) => other.end))]
    return { t, end, says: together(fresh.flatMap(([name, { value }]) => (value ? [{ name, value }] : []))) }
  })
  return { surface: 'the databases', limitMs: meantMs.sql, looks }
}

function together(databases: { name: string; value: Sql }[]): string | null {
  const known = databases.filter(({ value }) => value.timeline !== null)
  if (!known.some(({ value }) => value.inRecovery) || !known.some(({ value }) => !value.inRecovery)) return null
  const timelines = new Set(known.map(({ value }) => value.timeline))
  return timelines.size === 1 ? 'one' : known.map(({ name, value }) => `${value.timeline} (${name})`).sort().join(' and ')
}

function within(stretches: Watch[], { looks, ...view }: View): View {
  return { ...view, looks: looks.map(look => (stretches.some(({ from, to }) => look.t >= from && look.end <= to) ? look : { ...look, says: null })) }
}

interface Stretch {
  says: string
  /** surely said from the end of the first look to the beginning of the last */
  from: number
  to: number
}

/**
 * Two surfaces disagree while one says the same all the time and the other contradicts it again and again, without a break as long as the bound.
 * One that was over when another fault was injected does not go on with the next: the cluster changes back and forth then, and the steady one may lag each time, or be asked in between alone.
 */
function disagreements(view: ScenarioView, what: string, views: View[], bound: Bound): Finding[] {
  const steady = views.map(stretchesOf)
  const faults = faultsOf(view).map(({ began }) => began)
  const found = views.flatMap((fickle, index) => views.flatMap((firm, other) => {
    if (index === other) return []
    const worst = contradictions(fickle, steady[other] as Stretch[], bound.limit, faults)
    return worst ? [{ pair: [index, other].sort((a, b) => a - b).join(), fickle: fickle.surface, firm: firm.surface, ...worst }] : []
  }))
  const [worst] = found.sort((a, b) => b.lengthMs - a.lengthMs)
  if (!worst) return []
  const { fickle, firm, said, against, from, to, lengthMs } = worst
  const others = new Set(found.map(({ pair }) => pair)).size - 1
  const also = others > 0 ? `; ${others} other ${others === 1 ? 'pair' : 'pairs'} of views disagree on it too` : ''
  return [finding(`expected all views to agree on ${what} within ${bound.said}; ${fickle} said ${said} while ${firm} said ${against}, for ${sayMs(lengthMs)}, ${fromTo(from, to)} (${sinceFault(view, from)})${also}`, from, to)]
}

function contradictions(fickle: View, firm: Stretch[], limitMs: number, faults: number[]): { said: string; against: string; from: number; to: number; lengthMs: number } | undefined {
  let worst: { said: string; against: string; from: number; to: number; lengthMs: number } | undefined
  let index = 0
  /** `over`: since when the two contradict each other no more */
  let chain: { said: string; stretch: Stretch; from: number; to: number; over: number } | undefined
  for (const { t, end, says } of fickle.looks) {
    if (says === undefined) continue
    while (firm[index] && (firm[index] as Stretch).to < end) index += 1
    const stretch = firm[index]
    if (says === null || !stretch || stretch.from > t || stretch.says === says) {
      if (chain) chain.over = Math.min(chain.over, t)
      continue
    }
    const { over } = chain ?? { over: Infinity }
    chain = chain?.stretch === stretch && t - chain.to <= Math.max(limitMs, fickle.limitMs) && !faults.some(began => began > over && began <= t) ? { ...chain, to: t, over: Infinity } : { said: says, stretch, from: end, to: t, over: Infinity }
    const lengthMs = chain.to - chain.from
    if (lengthMs > limitMs && lengthMs > (worst?.lengthMs ?? 0)) worst = { said: chain.said, against: stretch.says, from: chain.from, to: chain.to, lengthMs }
  }
  return worst
}

/** A surface that is silent for a moment has not changed its mind; one that answers otherwise, or not for too long, may have. */
function stretchesOf({ looks, limitMs }: View): Stretch[] {
  const stretches: Stretch[] = []
  let open: (Stretch & { asked: number }) | undefined
  for (const { t, end, says } of looks) {
    if (says === undefined) continue
    if (open && open.says === says && t - open.asked <= limitMs) Object.assign(open, { to: t, asked: end })
    else {
      open = says === null ? undefined : { says, from: end, to: t, asked: end }
      if (open) stretches.push(open)
    }
  }
  return stretches
}

/** Pages that never load while the VIP answers are a silence that hides what the GUI would say. */
function silentGui(gui: Reading<unknown>[], answers: Reading<Answer>[], watch: Watch, bound: Bound): Finding[] {
  const limitMs = bound.limit + gapLimitMs.gui
  const spoken = gui.filter(({ value, t }) => value !== undefined && t > watch.from && t < watch.to).map(({ t }) => t)
  return [...spoken, watch.to].flatMap((moment, index) => {
    const spoke = spoken[index - 1] ?? watch.from
    if (moment - spoke <= limitMs) return []
    const from = answers.findLast(({ t, value }) => t > spoke && t < moment && value?.ok !== true)?.end ?? spoke
    if (moment - from <= limitMs || !answers.some(({ t }) => t > from && t < moment)) return []
    return [finding(`the GUI said nothing ${fromTo(from, moment)} (${sayMs(moment - from)}) though the VIP answered`, from, moment)]
  })
}
