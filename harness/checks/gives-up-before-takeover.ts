// A server that is cut off has let go of everything before the other one begins: T1 before T2, by the server's own record.
import type { Check, ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf, type Reading } from './reading/evidence.ts'
import { ended, faultsOf, named, sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { createsOf, type Operation } from './reading/ledger.ts'
import { clockSkew } from './reading/residue.ts'
import { activeSpans, flightsOf, takeoversIn, type Takeover } from './reading/roles.ts'
import { atTime, boundOf } from './reading/say.ts'
import { holds, type Flight } from './reading/shapes.ts'

/** Faults that leave the other server with nothing but silence to go by: it has to wait for T2. */
const silencing = ['isolate', 'engine-disconnect', 'power-off']

export const givesUpBeforeTakeover: Check = {
  name: 'gives-up-before-takeover',
  statement: 'The old active server last held the VIP or took writes before the new one first did, and before it first acknowledged.',
  applies: view => evidenceOf(view).samples.has('flight') && evidenceOf(view).faults.some(({ fault }) => fault === 'isolate' || fault === 'engine-disconnect'),
  judge(view) {
    const { flights, missing } = flightsOf(view)
    const takeovers = takeoversIn(activeSpans(flights))
    const creates = createsOf(view)
    const skewMs = clockSkew(view)
    const ordered = takeovers.map(takeover => ({ takeover, ...order(takeover, flights, creates) }))
    return conclude({
      broken: ordered.flatMap(({ takeover, last, acknowledged }) => [
        ...late(view, takeover, last, acknowledged, skewMs),
        ...againstTimers(view, takeover, flights, skewMs),
      ]),
      missing: [...missing, ...(takeovers.length === 0 ? [finding('nobody took over, so the order could not be seen')] : [])],
      seen: () => finding(ordered.map(({ takeover: { from, to }, last, acknowledged }) =>
        `${from.node} last held ${atTime(last.t)}; ${to.node} first did ${sayMs(to.first.t - last.t)} later${acknowledged ? `, and acknowledged first ${sayMs(acknowledged.completed - last.t)} later` : ''}`).join('; '), ...ordered.flatMap(({ takeover, last }) => [last.t, takeover.to.first.t])),
    })
  },
}

/** The old server's last look that said it held anything before it next took over, and the new one's first acknowledgement. */
function order({ from, to, until }: Takeover, flights: Map<string, Reading<Flight>[]>, creates: Operation[]): { last: Reading<unknown>; acknowledged: Operation | undefined } {
  const last = lastHeld(flights.get(from.node) ?? [], until) ?? from.last
  const acknowledged = creates
    .filter(({ outcome, node, completed }) => outcome === 'ok' && node === to.node && completed > from.first.end && completed < until)
    .sort((a, b) => a.completed - b.completed)[0]
  return { last, acknowledged }
}

function late(view: ScenarioView, { from, to }: Takeover, last: Reading<unknown>, acknowledged: Operation | undefined, skewMs: number): Finding[] {
  const began = to.first.end
  if (last.t > began + skewMs) {
    return [finding(`expected ${from.node} to have let go before ${to.node} began; by the flight records ${from.node} still held ${atTime(last.t)}, ${sayMs(last.t - began)} after ${to.node} did (${sinceFault(view, last.t)})`, began, last.t)]
  }
  if (acknowledged && last.t > acknowledged.completed + skewMs) {
    return [finding(`expected ${from.node} to have let go before ${to.node} acknowledged; by its flight record ${from.node} still held ${atTime(last.t)}, ${sayMs(last.t - acknowledged.completed)} after that (${sinceFault(view, last.t)})`, acknowledged.completed, last.t)]
  }
  return []
}

/** T1 and T2, where the history bounds them: from the silence on, which began no earlier than the fault was requested and no later than it was proven. */
function againstTimers(view: ScenarioView, { from, to, until }: Takeover, flights: Map<string, Reading<Flight>[]>, skewMs: number): Finding[] {
  const fault = faultsOf(view).findLast(candidate => candidate.node === from.node && candidate.began <= to.first.t)
  if (!fault || !silencing.includes(fault.fault)) return []
  const findings: Finding[] = []
  const giveUp = boundOf(view, 'giveUpMs')
  const last = lastHeld(flights.get(from.node) ?? [], Math.min(until, ended(fault)))
  const heldMs = last && fault.phases.proven !== undefined ? last.t - fault.phases.proven - skewMs : 0
  if (giveUp && last && heldMs > giveUp.limit) findings.push(finding(`expected ${from.node} to let go within ${giveUp.said}; it still held ${sayMs(heldMs)} after ${named(fault)} was proven, ${atTime(last.t)}`, last.t))
  const takeOver = boundOf(view, 'takeOverMs')
  const waitedMs = to.first.end - fault.began + skewMs
  // Once healed, the other server can say that it holds nothing, and nobody has to wait.
  const silent = ended(fault) > to.first.end
  if (takeOver && silent && waitedMs < takeOver.limit) findings.push(finding(`expected ${to.node} to wait for ${takeOver.said}; it took over ${sayMs(waitedMs)} after ${named(fault)} was requested, ${atTime(to.first.t)}`, to.first.t))
  return findings
}

function lastHeld(readings: Reading<Flight>[], before: number): Reading<Flight> | undefined {
  return readings.findLast(({ t, value }) => t < before && value !== undefined && holds(value))
}
