// Who held what, when: spans of a node's own record, and the takeovers that follow from them.
import type { ScenarioView } from '../../check.ts'
import { nodesOf, readingsOf, type Reading } from './evidence.ts'
import type { Finding } from './findings.ts'
import { holds, readFlight, type Flight } from './shapes.ts'
import { gapLimitMs, missingFrom, notRunning } from './watch.ts'

/** A recorder that does not say how long a look took may have taken a whole period, in ms. */
const flightPeriodMs = 100

/** A stretch of looks that all said yes. It was surely so from the end of the first to the beginning of the last. */
export interface Span {
  node: string
  /** the first and last look that said yes */
  first: Reading<unknown>
  last: Reading<unknown>
  /** the last look before that said no */
  notYet: Reading<unknown> | undefined
}

export interface Takeover {
  from: Span
  to: Span
  /** when the one that lost it first had it again by a later takeover; Infinity if it never had */
  until: number
}

/** Each node's own record, with what is missing of it. */
export function flightsOf(view: ScenarioView): { flights: Map<string, Reading<Flight>[]>; missing: Finding[] } {
  const flights = new Map<string, Reading<Flight>[]>()
  const missing: Finding[] = []
  for (const node of nodesOf(view)) {
    const { readings, odd } = readingsOf(view, { probe: 'flight', node }, readFlight, flightPeriodMs)
    const seen = readings.filter(reading => reading.value !== undefined)
    flights.set(node, seen)
    missing.push(...odd, ...missingFrom(view, `flight record of ${node}`, seen, gapLimitMs.flight, notRunning(view, node, seen)))
  }
  if (flights.size < 2) missing.push({ why: `flight records of at least two nodes are needed, and ${flights.size === 0 ? 'no node is known' : `only ${[...flights.keys()].join()} is known`}`, at: [] })
  return { flights, missing }
}

/** Looks that say yes in a row, none further apart than the limit. */
export function spansOf<T>(node: string, readings: Reading<T>[], yes: (value: T) => boolean, limitMs: number): Span[] {
  const spans: Span[] = []
  let open: Span | undefined
  let previous: Reading<T> | undefined
  for (const reading of readings) {
    const so = reading.value !== undefined && yes(reading.value)
    if (so && open && reading.t - open.last.end <= limitMs) open.last = reading
    else if (so) {
      open = { node, first: reading, last: reading, notYet: previous }
      spans.push(open)
    } else open = undefined
    previous = reading
  }
  return spans
}

/** Changes of the holder, in the order in which the new ones began. */
export function takeoversIn(spans: Span[]): Takeover[] {
  const inOrder = spans.toSorted((a, b) => a.first.t - b.first.t)
  const changes = inOrder.flatMap((to, index) => {
    const from = inOrder[index - 1]
    return from && from.node !== to.node ? [{ from, to, until: Infinity }] : []
  })
  return changes.map((change, index) => ({ ...change, until: changes.slice(index + 1).find(({ to }) => to.node === change.from.node)?.to.first.t ?? Infinity }))
}

export function activeSpans(flights: Map<string, Reading<Flight>[]>): Span[] {
  return [...flights].flatMap(([node, readings]) => spansOf(node, readings, holds, gapLimitMs.flight))
}

export function vipSpans(flights: Map<string, Reading<Flight>[]>): Span[] {
  return [...flights].flatMap(([node, readings]) => spansOf(node, readings, flight => flight.vip, gapLimitMs.flight))
}

/** Two servers that held the same, and when. */
export interface Overlap {
  a: string
  b: string
  from: number
  to: number
}

/** Looks of one node that fall wholly into a stretch in which another surely held the same. */
export function overlapsOf(spans: Span[], others: { node: string; readings: Reading<unknown>[] }, skewMs: number): Overlap[] {
  return spans.flatMap(span => {
    if (span.node === others.node) return []
    const inside = others.readings.filter(({ t, end }) => t >= span.first.end + skewMs && end <= span.last.t - skewMs)
    const [first] = inside
    return first ? [{ a: span.node, b: others.node, from: first.t, to: (inside.at(-1) ?? first).end }] : []
  })
}
