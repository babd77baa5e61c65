// The new owner of the VIP tells the whole network so by gratuitous ARP within the bound, and from then on the old one is silent.
import { unknown, type Check, type ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf, readingsOf, type Reading } from './reading/evidence.ts'
import { faultsOf, named, sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { flightsOf, takeoversIn, vipSpans, type Takeover } from './reading/roles.ts'
import { clockSkew } from './reading/residue.ts'
import { atTime, boundOf, fromTo, noBound, type Bound } from './reading/say.ts'
import { readClaim, type Claim } from './reading/shapes.ts'
import { gapLimitMs, gapsIn } from './reading/watch.ts'

/** A new owner may announce itself a look before its record says that it has the address, in ms. */
const recordLagMs = 200

/** When the takeover itself came late (which is another promise's concern), its announcement has to follow at once, in ms. */
const atOnceMs = 1000

export const vipAnnouncedAfterTakeover: Check = {
  name: 'vip-announced-after-takeover',
  statement: 'After a takeover the new owner announces the VIP to all by gratuitous ARP within the outage bound, and no frame of the old one follows.',
  applies: view => boundOf(view, 'outageMs') !== undefined && evidenceOf(view).samples.has('vip-arp') && evidenceOf(view).samples.has('flight'),
  judge(view) {
    const bound = boundOf(view, 'outageMs')
    if (!bound) return unknown(noBound('outageMs'))
    const { flights, missing } = flightsOf(view)
    const { readings, odd } = readingsOf(view, { probe: 'vip-arp' }, readClaim)
    const takeovers = takeoversIn(vipSpans(flights))
    const judged = takeovers.map((takeover, index) => ({ takeover, ...announcement(view, takeover, takeovers[index + 1], readings, bound, clockSkew(view)) }))
    return conclude({
      broken: judged.flatMap(({ broken }) => broken),
      missing: [
        ...missing,
        ...odd,
        ...(readings.length === 0 ? [finding('there are no vip-arp samples, so nobody listened')] : []),
        ...(takeovers.length === 0 ? [finding('by the flight records the VIP never moved, so nothing could be announced')] : []),
        ...(readings.length === 0 ? [] : judged.flatMap(({ unheard }) => unheard)),
      ],
      seen: () => finding(judged.map(({ takeover: { to }, announced }) => `${to.node} announced the VIP ${atTime(announced?.t ?? 0)}, ${sayMs(Math.max(0, (announced?.t ?? 0) - to.first.t))} after it had it`).join('; ') + '; no frame of the old owner followed', ...judged.flatMap(({ announced }) => announced?.t ?? [])),
    })
  },
}

function announcement(view: ScenarioView, { from, to, until }: Takeover, next: Takeover | undefined, readings: Reading<Claim>[], bound: Bound, skewMs: number): { announced: Reading<Claim> | undefined; broken: Finding[]; unheard: Finding[] } {
  const fault = faultsOf(view).findLast(({ began }) => began <= to.first.t)
  const earliest = Math.min(to.notYet?.t ?? to.first.t, to.first.t) - recordLagMs - skewMs
  const deadline = Math.max((fault?.began ?? 0) + bound.limit, to.first.end + atOnceMs)
  const announced = readings.find(({ t, value }) => t >= earliest && t < until && value?.kind === 'gratuitous' && value.owner === to.node)
  // Frames whose sender cannot be told apart may be anyone's.
  const nameless = readings.some(({ t, value }) => t >= earliest && t <= deadline && value?.kind === 'gratuitous' && !value.known)
  const deaf = gapsIn(readings, { from: earliest, to: Math.min(deadline, evidenceOf(view).last) }, gapLimitMs['vip-arp'])
  const since = fault ? `after ${named(fault)} (${sinceFault(view, to.first.t)})` : sinceFault(view, to.first.t)
  // A history that stops in the middle may stop before the announcement.
  const unfinished = view.end === undefined && evidenceOf(view).last < deadline ? [finding(`${to.node} has announced the VIP by ${atTime(deadline).slice(3)} or not: the history ends before that`, to.first.t)] : []
  const unheard = [...unfinished, ...deaf.map(gap => finding(`nobody listened for ARP ${fromTo(gap.from, gap.to)}, when ${to.node} took the VIP ${since}`, gap.from, gap.to))]
  if (!announced) {
    if (unheard.length > 0) return { announced, broken: [], unheard }
    if (nameless) return { announced, broken: [], unheard: [finding(`the VIP was announced after ${to.node} took it, but by a MAC that is not known to be anyone's`, to.first.t)] }
    const told = readings.find(({ t, value }) => t >= earliest && t < until && value?.kind === 'unicast' && value.owner === to.node)
    return { announced, broken: [finding(`expected a gratuitous ARP from ${to.node} to all within ${bound.said}; ${told ? `the client alone was told, ${atTime(told.t)},` : 'none was heard'} after it took the VIP ${atTime(to.first.t)}, ${since}`, to.first.t)], unheard }
  }
  const broken: Finding[] = []
  if (announced.t > deadline) broken.push(finding(`expected a gratuitous ARP from ${to.node} within ${bound.said}; the first came ${atTime(announced.t)}, ${sayMs(announced.t - (fault?.began ?? to.first.t))} ${since}`, to.first.t, announced.t))
  // Its frames count again from when it may have taken the VIP back: after the last look that says it had not, on a busy host some looks before the first that says so.
  const own = Math.min(until, next?.to.notYet?.t ?? until) - recordLagMs - skewMs
  const stale = readings.filter(({ t, value }) => t > announced.t + skewMs && t < own && value?.owner === from.node)
  const [first] = stale
  if (first) broken.push(finding(`expected no frame for the VIP from ${from.node} after ${to.node} announced it ${atTime(announced.t)}; ${stale.length} came, the first ${atTime(first.t)} (${sinceFault(view, first.t)})`, announced.t, first.t))
  return { announced, broken, unheard }
}
