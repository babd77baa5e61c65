// Only the active server serves the GUI: a standby refuses on its own address, not at one moment but all the time.
import type { Check, ScenarioView } from '../check.ts'
import { evidenceOf, nodesOf, readingsOf, type Reading } from './reading/evidence.ts'
import { sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { clockSkew } from './reading/residue.ts'
import { flightsOf } from './reading/roles.ts'
import { fromTo } from './reading/say.ts'
import { holds, readConnected, type Flight } from './reading/shapes.ts'
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
    const doors = nodesOf(view).map(node => ({ node, ...readingsOf(view, { probe: 'own-tcp', node }, readConnected), flight: flights.get(node) ?? [] }))
    const served = doors.flatMap(({ readings }) => readings.filter(({ value }) => value?.ok))
    return conclude({
      broken: doors.flatMap(({ node, readings, flight }) => servedAsStandby(view, node, readings, flight, skewMs)),
      missing: [
        ...missing,
        ...doors.flatMap(({ odd }) => odd),
        ...doors.flatMap(({ node, readings }) => missingFrom(view, `look at the web port of ${node}'s own address`, readings, gapLimitMs['own-tcp'])),
        // Silence means something only where an answer would have been heard.
        ...(served.length === 0 ? [finding('not even the active server was ever seen to serve on its own address, so the silence of the others tells nothing')] : []),
      ],
      seen: () => finding(`while not active ${doors.map(({ node, readings, flight }) => `${node} accepted none of ${readings.filter(reading => notActive(reading, flight, skewMs)).length} connections`).join(', ')}; active servers accepted ${served.length}`),
    })
  },
}

function servedAsStandby(view: ScenarioView, node: string, readings: Reading<{ ok: boolean }>[], flight: Reading<Flight>[], skewMs: number): Finding[] {
  const wrong = readings.filter(reading => reading.value?.ok && notActive(reading, flight, skewMs))
  const [first] = wrong
  if (!first) return []
  const last = wrong.at(-1) ?? first
  return [finding(`expected no GUI on ${node}'s own address while it was not active; it accepted ${wrong.length} connections ${fromTo(first.t, last.end)} (${sinceFault(view, first.t)})`, first.t, last.end)]
}

/** By its own record it was up and held nothing at the time of that look, nor shortly before or after. */
function notActive({ t, end }: Reading<unknown>, flight: Reading<Flight>[], skewMs: number): boolean {
  const [from, to] = [t - handingOverMs - skewMs, end + handingOverMs + skewMs]
  const around = flight.filter(look => look.end >= from && look.t <= to)
  return around.length > 0 && around.every(({ value }) => value && !holds(value))
}
