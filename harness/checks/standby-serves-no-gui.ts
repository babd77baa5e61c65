// Only the active server serves the GUI: a standby refuses on its own address, not at one moment but all the time.
import type { Check, ScenarioView } from '../check.ts'
import { evidenceOf, nodesOf, readingsOf, type Reading } from './reading/evidence.ts'
import { sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { clockSkew } from './reading/residue.ts'
import { flightsOf } from './reading/roles.ts'
import { fromTo } from './reading/say.ts'
import { holds, readConnected, type Flight } from './reading/shapes.ts'
import { countBelow } from './reading/sorted.ts'
import { gapLimitMs, missingFrom } from './reading/watch.ts'

/** A server that comes or goes serves a little longer or earlier than it holds the rest, in ms: the cluster moves one after the other. */
const handingOverMs = 1000

export const standbyServesNoGui: Check = {
  name: 'standby-serves-no-gui',
  statement: 'A server that is not active serves no GUI on its own address.',
  applies: view => evidenceOf(view).samples.has('own-tcp'),
  judge(view) {
    const { flights, missing } = flightsOf(view)
    const skewMs = clockSkew(view)
    const doors = nodesOf(view).map(node => ({ node, ...readingsOf(view, { probe: 'own-tcp', node }, readConnected), flight: recordOf(flights.get(node) ?? []) }))
    const served = doors.flatMap(({ readings }) => readings.filter(({ value }) => value?.ok))
    const refusals = doors.map(({ node, readings, flight }) => ({ node, count: readings.filter(reading => heard(reading) && notActive(reading, flight, skewMs)).length }))
    return conclude({
      broken: doors.flatMap(({ node, readings, flight }) => servedAsStandby(view, node, readings, flight, skewMs)),
      missing: [
        ...missing,
        ...doors.flatMap(({ odd }) => odd),
        ...doors.flatMap(({ node, readings }) => missingFrom(view, `look at the web port of ${node}'s own address`, readings, gapLimitMs['own-tcp'])),
        // Silence means something only where an answer would have been heard.
        ...doors.filter(({ readings }) => readings.length > 0 && !readings.some(heard)).map(({ node }) => finding(`nothing was ever heard from ${node}'s own address, neither a connection nor a refusal, so its silence tells nothing`)),
        ...(refusals.every(({ count }) => count === 0) ? [finding('no server was ever asked while it was not active')] : []),
        ...(served.length === 0 ? [finding('not even the active server was ever seen to serve on its own address, so the silence of the others tells nothing')] : []),
      ],
      seen: () => finding(`while not active ${refusals.map(({ node, count }) => `${node} refused ${count} connections`).join(', ')}; active servers accepted ${served.length}`),
    })
  },
}

interface FlightRecord {
  looks: Reading<Flight>[]
  /** when each began */
  times: number[]
  /** the longest that a look took */
  longestMs: number
}

function recordOf(looks: Reading<Flight>[]): FlightRecord {
  return { looks, times: looks.map(({ t }) => t), longestMs: looks.reduce((longest, { t, end }) => Math.max(longest, end - t), 0) }
}

function servedAsStandby(view: ScenarioView, node: string, readings: Reading<{ ok: boolean }>[], flight: FlightRecord, skewMs: number): Finding[] {
  const wrong = readings.filter(reading => reading.value?.ok && notActive(reading, flight, skewMs))
  const [first] = wrong
  if (!first) return []
  const last = wrong.at(-1) ?? first
  return [finding(`expected no GUI on ${node}'s own address while it was not active; it accepted ${wrong.length} connections ${fromTo(first.t, last.end)} (${sinceFault(view, first.t)})`, first.t, last.end)]
}

/** The server itself answered, one way or the other; a time-out may come from anywhere between. */
function heard({ value, error }: Reading<{ ok: boolean }>): boolean {
  return value?.ok === true || error === 'refused' || error === 'reset'
}

/** By its own record, before and after that look, it was up and held nothing, and so for a moment on either side. */
function notActive({ t, end }: Reading<unknown>, flight: FlightRecord, skewMs: number): boolean {
  const [from, to] = [t - handingOverMs - skewMs, end + handingOverMs + skewMs]
  const around = flight.looks.slice(countBelow(flight.times, from - flight.longestMs), countBelow(flight.times, to, true)).filter(look => look.end >= from)
  return around.some(look => look.end <= t) && around.some(look => look.t >= end) && around.every(({ value }) => value && !holds(value))
}
