// What was broken comes back while clients are served again: nobody pays for that with another outage.
import { unknown, type Check } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf } from './reading/evidence.ts'
import { silencesOf, skewMs, surfacesOf, type Silence } from './reading/availability.ts'
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
    const unasked = (['vip-tcp', 'vip-https'] as const).filter(probe => !surfacesOf(view).some(surface => surface.probe === probe && surface.readings.length > 0))
    const said = ({ surface, failed, after, before, ms, errorMs }: Silence): string => `${surface.name} ${failed ? `got no answer for ${sayMs(ms)} ± ${sayMs(errorMs)}` : 'did not ask'}, ${fromTo(failed?.first ?? after, before)}, ${sinceFault(view, failed?.first ?? after)}`
    return conclude({
      broken: late.filter(({ provenMs }) => provenMs > bound.limit).map(silence => finding(`expected no interruption longer than ${bound.said} once the VIP answers again and nothing is broken any more; ${said(silence)}`, silence.after, silence.before)),
      missing: [
        ...(healed.length === 0 ? [finding('no fault was healed, so nothing could recover')] : []),
        ...unasked.map(probe => finding(`there are no ${probe} samples, so nobody looked for an interruption`)),
        ...late.filter(({ provenMs, mostMs }) => provenMs <= bound.limit && mostMs > bound.limit).map(silence => finding(`whether it was shorter than ${bound.said} cannot be told: ${said(silence)}`, silence.after, silence.before)),
      ],
      seen: () => finding(!late.some(({ failed }) => failed)
        ? `nothing interrupted clients after ${healed.length === 1 ? 'the heal' : `the ${healed.length} heals`}`
        : `the longest interruption after a heal: ${said(late.filter(({ failed }) => failed).toSorted((a, b) => b.ms - a.ms)[0] as Silence)}; allowed are ${bound.said}`),
    })
  },
}

/** Those that began while no fault was in force, when the same surface had been answered for a while since the last heal; and those in which nobody asked so late. */
function lateSilences(silences: Silence[], faults: FaultStory[]): Silence[] {
  return silences.filter(({ surface, failed, after, before: until }) => {
    const first = failed?.first ?? until
    const begun = faults.filter(({ began }) => began <= first + skewMs)
    const healedAt = Math.max(...begun.map(ended))
    const before = silences.filter(other => other.surface === surface && other.failed && other.before <= after).map(other => other.before)
    return begun.length > 0 && first >= Math.max(healedAt, ...before) + servedForMs
  })
}
