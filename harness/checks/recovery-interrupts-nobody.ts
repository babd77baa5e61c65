// What was broken comes back while clients are served again: nobody pays for that with another outage.
import { unknown, type Check } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf } from './reading/evidence.ts'
import { silencesOf, skewMs, type Silence } from './reading/availability.ts'
import { ended, faultsOf, sinceFault, type FaultStory } from './reading/faults.ts'
import { conclude, finding } from './reading/findings.ts'
import { boundOf, fromTo, noBound } from './reading/say.ts'

/** The VIP has to answer for that long after a heal, and after its last silence, in ms: before, the outage of the fault itself may not be over. */
const servedForMs = 3000

export const recoveryInterruptsNobody: Check = {
  name: 'recovery-interrupts-nobody',
  statement: `Once the VIP has answered for ${sayMs(servedForMs)} after a heal, what recovers interrupts no client for longer than the bound.`,
  timed: true,
  applies: view => boundOf(view, 'recoveryGapMs') !== undefined && ['vip-tcp', 'vip-https'].some(probe => evidenceOf(view).samples.has(probe)),
  judge(view) {
    const bound = boundOf(view, 'recoveryGapMs')
    if (!bound) return unknown(noBound('recoveryGapMs'))
    const faults = faultsOf(view)
    const healed = faults.filter(fault => ended(fault) < Infinity)
    const late = lateSilences(silencesOf(view), faults)
    const said = ({ surface, failed, after, before, ms, errorMs }: Silence): string => `${surface.name} got no answer for ${sayMs(ms)} ± ${sayMs(errorMs)}, ${fromTo(failed?.first ?? after, before)}, ${sinceFault(view, failed?.first ?? after)}`
    return conclude({
      broken: late.filter(({ ms }) => ms > bound.limit).map(silence => finding(`expected no interruption longer than ${bound.said} once the VIP answers again and nothing is broken any more; ${said(silence)}`, silence.after, silence.before)),
      missing: [
        ...(healed.length === 0 ? [finding('no fault was healed, so nothing could recover')] : []),
        ...late.filter(({ ms, mostMs }) => ms <= bound.limit && mostMs > bound.limit).map(silence => finding(`whether it was shorter than ${bound.said} cannot be told: ${said(silence)}`, silence.after, silence.before)),
      ],
      seen: () => finding(late.length === 0
        ? `nothing interrupted clients after ${healed.length === 1 ? 'the heal' : `the ${healed.length} heals`}`
        : `the longest interruption after a heal: ${said(late.toSorted((a, b) => b.ms - a.ms)[0] as Silence)}; allowed are ${bound.said}`),
    })
  },
}

/** Those that began while no fault was in force, when the same surface had been answered for a while since the last heal. */
function lateSilences(silences: Silence[], faults: FaultStory[]): Silence[] {
  return silences.filter(({ surface, failed, after }) => {
    if (!failed) return false
    const begun = faults.filter(({ began }) => began <= failed.first + skewMs)
    const healedAt = Math.max(...begun.map(ended))
    const before = silences.filter(other => other.surface === surface && other.failed && other.before <= after).map(other => other.before)
    return begun.length > 0 && failed.first >= Math.max(healedAt, ...before) + servedForMs
  })
}
