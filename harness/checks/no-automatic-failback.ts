// The active server changes when we break it, never because the other one came back.
import type { Check, ScenarioView } from '../check.ts'
import { evidenceOf } from './reading/evidence.ts'
import { ended, faultsOf, named, sinceFault, type FaultStory } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { flightsOf, takeoversIn, vipSpans, type Span, type Takeover } from './reading/roles.ts'
import { atTime, boundOf } from './reading/say.ts'

/** A takeover that a fault set off may end after its heal, by as much as a cluster needs to settle, in ms. */
const settleMs = 60_000
/** A server that is mended in place may fail again and be left then; one that has held the VIP for that long has recovered, in ms: some monitors' intervals. */
const mendedForMs = 15_000

export const noAutomaticFailback: Check = {
  name: 'no-automatic-failback',
  statement: 'The active server changes only away from a server that a fault of ours hit, once for each fault, and never once that server has recovered from it.',
  // An active server without processor time is lost to the other, and rightly.
  timed: true,
  applies: view => evidenceOf(view).samples.has('flight') && evidenceOf(view).faults.length > 0,
  judge(view) {
    const { flights, missing } = flightsOf(view)
    const spans = vipSpans(flights)
    const faults = faultsOf(view)
    const takeovers = takeoversIn(spans)
    const graceMs = boundOf(view, 'convergenceMs')?.limit ?? settleMs
    const explained = explain({ takeovers, faults, spans, graceMs })
    return conclude({
      // Without a single fault in the history nothing tells a failback from a fault that was not written down.
      broken: faults.length === 0 ? [] : explained.flatMap(({ takeover, fault }) => (fault ? [] : [unexplained(view, takeover)])),
      missing: [
        ...missing,
        ...(faults.length === 0 ? [finding('no fault was injected, so nothing could come back')] : []),
        ...(spans.length === 0 ? [finding('by the flight records no server ever held the VIP')] : []),
      ],
      seen: () => finding(takeovers.length === 0
        ? `${spans[0]?.node ?? 'nobody'} held the VIP all the time`
        : `each change of the active server followed a fault: ${explained.map(({ takeover: { from, to }, fault }) => `${from.node} → ${to.node} ${atTime(to.first.t)} (${fault ? named(fault) : ''})`).join(', ')}`, ...takeovers.map(({ to }) => to.first.t)),
    })
  },
}

/** Gives each change the fault that set it off: one on the server that lost, in force or just over since it was active, used once, and not recovered from. */
function explain({ takeovers, faults, spans, graceMs }: { takeovers: Takeover[]; faults: FaultStory[]; spans: Span[]; graceMs: number }): { takeover: Takeover; fault: FaultStory | undefined }[] {
  const spent = new Set<FaultStory>()
  return takeovers.map(takeover => {
    const { from, to } = takeover
    const fault = faults.find(candidate =>
      !spent.has(candidate) && candidate.node === from.node && candidate.began <= to.first.end && ended(candidate) >= from.first.t && to.first.t <= ended(candidate) + graceMs && !recovered(from, candidate, spans))
    if (fault) spent.add(fault)
    return { takeover, fault }
  })
}

/** It had the VIP when the fault began, was seen without, and then held it again for longer than a first attempt at mending lasts. */
function recovered({ node, notYet, first, last }: Span, { began }: FaultStory, spans: Span[]): boolean {
  const had = spans.some(span => span.node === node && span.first.t <= began && span.last.end >= began && span.first !== first)
  const seenWithout = notYet !== undefined && notYet.t > began && !spans.some(span => span.last === notYet)
  return had && seenWithout && last.t - first.end > mendedForMs
}

function unexplained(view: ScenarioView, { from, to }: Takeover): Finding {
  return finding(`expected ${from.node} to stay active: nothing of ours had hit it, or it had recovered; ${to.node} took the VIP ${atTime(to.first.t)}, ${sinceFault(view, to.first.t)}`, to.first.t)
}
