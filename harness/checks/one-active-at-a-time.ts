// At no moment are there two active servers: not by their own records, not in the database, not on the wire, not to a client. One that was frozen needs a moment to know.
import type { Check, ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf, nodesOf, readingsOf, sourcesOf } from './reading/evidence.ts'
import { faultsOf, sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { createsOf } from './reading/ledger.ts'
import { flightsOf, overlapsOf, spansOf, type Overlap } from './reading/roles.ts'
import { clockSkew } from './reading/residue.ts'
import { boundOf, fromTo } from './reading/say.ts'
import { holds, readAnswer, readClaim, readFlight, readSql, surelyHolds } from './reading/shapes.ts'
import { countBelow } from './reading/sorted.ts'
import { gapLimitMs } from './reading/watch.ts'

/** No cluster hands over and back within that, in ms: an answer from another server in between means that both serve. */
const thereAndBackMs = 3000

export const oneActiveAtATime: Check = {
  name: 'one-active-at-a-time',
  statement: 'At most one server is active at any moment, by its own record, by SQL, on the wire and to clients. One that was frozen may claim to be for letGoMs after its thaw, and acknowledges nothing.',
  applies: view => ['flight', 'sql', 'vip-arp'].some(probe => evidenceOf(view).samples.has(probe)),
  judge(view) {
    const { flights, missing } = flightsOf(view)
    const skewMs = clockSkew(view)
    // What is outdated is not seen: it neither proves anything nor ends what the looks around it prove.
    const sure = [...flights].map(([node, readings]) => ({ node, readings: readings.filter(({ value }) => value && (surelyHolds(value) || !holds(value))) }))
    const held = sure.flatMap(({ node, readings }) => spansOf(node, readings, holds, gapLimitMs.flight))
    const byRecord = sure.flatMap(({ node, readings }) => overlapsOf(held, { node, readings: readings.filter(({ value }) => value && holds(value)) }, skewMs))
    const sql = nodesOf(view).map(node => ({ node, ...readingsOf(view, { probe: 'sql', node }, readSql) }))
    const primary = sql.flatMap(({ node, readings }) => spansOf(node, readings, value => !value.inRecovery, gapLimitMs.sql))
    const bySql = sql.flatMap(({ node, readings }) => overlapsOf(primary, { node, readings: readings.filter(({ value }) => value && !value.inRecovery) }, 0))
    const witnesses = ['sql', 'vip-arp'].filter(probe => evidenceOf(view).samples.has(probe))
    const thaws = thawsOf(view)
    const isExcused = ({ a, b, from, to }: Overlap): boolean => thaws.some(thaw => (thaw.node === a || thaw.node === b) && from >= thaw.from && to <= thaw.to)
    const excused = [...byRecord, ...bySql].filter(isExcused)
    return conclude({
      broken: [
        ...pairs(view, byRecord.filter(overlap => !isExcused(overlap)), 'by their own flight records both held the VIP, took writes or were primary'),
        ...pairs(view, bySql.filter(overlap => !isExcused(overlap)), 'by SQL neither database was in recovery'),
        ...returns(view, claimsOf(view), thaws, 'on the wire the VIP was claimed by both in turn'),
        ...returns(view, serversOf(view), thaws, 'clients at the VIP were answered by both in turn'),
        ...returns(view, acknowledgersOf(view), [], 'accounts were acknowledged by both in turn'),
      ],
      missing: [
        ...missing,
        ...sql.flatMap(({ odd }) => odd),
        ...(witnesses.length === 0 ? [finding('beside the flight records there is no second witness: neither sql nor vip-arp samples')] : []),
      ],
      seen: () => {
        const looks = [...flights.values()].reduce((sum, readings) => sum + readings.length, 0)
        const but = excused.length > 0 ? `, but for what a thawed one held ${fromTo(Math.min(...excused.map(({ from }) => from)), Math.max(...excused.map(({ to }) => to)))}, as it may` : ''
        return finding(`never two active servers${but}: ${looks} flight records of ${[...flights.keys()].join(' and ')}, ${witnesses.join(' and ')}, and every answer at the VIP agree`)
      },
    })
  },
}

interface Deed {
  t: number
  end: number
  who: string
}

interface Thaw {
  node: string
  from: number
  to: number
}

/** Nobody fences a server that was frozen: for as long as its bound says, it may believe that no time has passed. It may never acknowledge anything meanwhile. */
function thawsOf(view: ScenarioView): Thaw[] {
  const letGoMs = boundOf(view, 'letGoMs')?.limit ?? 0
  return faultsOf(view).filter(({ fault }) => fault === 'freeze-node').map(({ node, began, phases }) => {
    const from = phases.proven ?? began
    // Its own first word after the freeze says when it woke, whoever woke it; nothing is excused of one that never spoke again.
    const awake = readingsOf(view, { probe: 'flight', node }, readFlight).readings.find(({ t, value }) => value !== undefined && t > from)?.t ?? from
    return { node, from, to: Math.min(phases.healed ?? Infinity, awake) + letGoMs }
  })
}

function pairs(view: ScenarioView, overlaps: Overlap[], what: string): Finding[] {
  return overlaps
    .filter(({ a, b }, index) => !overlaps.slice(0, index).some(other => other.a === b && other.b === a))
    .map(({ a, b, from, to }) => finding(`expected one active server; ${a} and ${b}: ${what} ${fromTo(from, to)} (${sinceFault(view, from)})`, from, to))
}

/** One server's deeds wholly between two of another that lie too close together for a handover and back. */
function returns(view: ScenarioView, deeds: Deed[], thaws: Thaw[], what: string): Finding[] {
  const found = new Map<string, { who: string; other: string; first: Deed; last: Deed; count: number }>()
  const names = [...new Set(deeds.map(({ who }) => who))]
  for (const other of names) {
    const others = deeds.filter(deed => deed.who === other)
    const ends = others.map(({ end }) => end).sort((a, b) => a - b)
    const starts = others.map(({ t }) => t).sort((a, b) => a - b)
    for (const deed of deeds) {
      if (deed.who === other || thaws.some(({ node, from, to }) => (node === deed.who || node === other) && deed.t >= from && deed.end <= to)) continue
      const before = ends[countBelow(ends, deed.t) - 1]
      const after = starts[countBelow(starts, deed.end, true)]
      if (before === undefined || after === undefined || after - before > thereAndBackMs) continue
      const key = [deed.who, other].sort().join(' ')
      const entry = found.get(key)
      if (entry) Object.assign(entry, { last: deed, count: entry.count + 1 })
      else found.set(key, { who: deed.who, other, first: deed, last: deed, count: 1 })
    }
  }
  return [...found.values()].map(({ who, other, first, last, count }) =>
    finding(`expected one active server; ${who} and ${other}: ${what}, ${count} times ${fromTo(first.t, last.end)}, within less than ${sayMs(thereAndBackMs)} (${sinceFault(view, first.t)})`, first.t, last.end))
}

function claimsOf(view: ScenarioView): Deed[] {
  return readingsOf(view, { probe: 'vip-arp' }, readClaim).readings.flatMap(({ t, value }) => (value ? [{ t, end: t, who: value.owner }] : []))
}

function serversOf(view: ScenarioView): Deed[] {
  return sourcesOf(view, 'vip-https', 'from').flatMap(from =>
    readingsOf(view, { probe: 'vip-https', from }, readAnswer).readings.flatMap(({ t, end, value }) => (value?.ok && value.server ? [{ t, end, who: value.server }] : [])))
}

function acknowledgersOf(view: ScenarioView): Deed[] {
  return createsOf(view).flatMap(({ outcome, node, invoked, completed }) => (outcome === 'ok' && node ? [{ t: invoked, end: completed, who: node }] : []))
}
