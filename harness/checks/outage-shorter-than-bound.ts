// However a fault hits, clients get answers at the VIP again before the bound, from every place and by every protocol that asks.
import { unknown, type Check } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf } from './reading/evidence.ts'
import { outages, pingsMissing, sayOutageOf, silencesOf, surfacesOf } from './reading/availability.ts'
import { faultsOf } from './reading/faults.ts'
import { conclude, finding } from './reading/findings.ts'
import { boundOf, fromTo, margin, noBound } from './reading/say.ts'

/** The VIP was silent for longer than that at the end, in ms: no lost packet, and no outage that is known to have been short. */
const silentAtTheEndMs = 2000

export const outageShorterThanBound: Check = {
  name: 'outage-shorter-than-bound',
  statement: 'The VIP answers again within the bound, by TCP and HTTPS, from wherever it is watched.',
  timed: true,
  applies: view => boundOf(view, 'outageMs') !== undefined && ['vip-tcp', 'vip-https'].some(probe => evidenceOf(view).samples.has(probe)),
  judge(view) {
    const bound = boundOf(view, 'outageMs')
    if (!bound) return unknown(noBound('outageMs'))
    const faults = faultsOf(view)
    const surfaces = surfacesOf(view)
    const silences = silencesOf(view)
    const tooLong = silences.filter(({ provenMs }) => provenMs > bound.limit)
    const unended = silences.filter(({ open, ms, provenMs }) => open && ms > silentAtTheEndMs && provenMs <= bound.limit)
    const unclear = silences.filter(silence => silence.provenMs <= bound.limit && silence.mostMs > bound.limit && !unended.includes(silence))
    const unasked = (['vip-tcp', 'vip-https'] as const).filter(probe => !surfaces.some(surface => surface.probe === probe && surface.readings.length > 0))
    return conclude({
      broken: tooLong.map(silence => finding(
        `expected answers at the VIP again within ${bound.said}; ${silence.surface.name} got none for ${sayMs(silence.ms)} ± ${sayMs(silence.errorMs)}, ${fromTo(silence.failed?.first ?? silence.after, silence.before)}, ${sayOutageOf(faults, silence)}`,
        silence.failed?.first ?? silence.after, silence.before)),
      missing: [
        ...unasked.map(probe => finding(`there are no ${probe} samples, so it cannot be said how long the VIP was silent`)),
        ...surfaces.flatMap(({ odd }) => odd),
        ...pingsMissing(view),
        ...unended.map(silence => finding(`${silence.surface.name} got no answer for the last ${sayMs(silence.ms)}, ${fromTo(silence.after, silence.before)}, ${sayOutageOf(faults, silence)}: nobody knows when it would have ended`, silence.after, silence.before)),
        ...unclear.map(silence => finding(
          `whether the VIP answered within ${bound.said} cannot be told: ${silence.failed
            ? `${silence.surface.name} got no answer for ${sayMs(silence.ms)} ± ${sayMs(silence.errorMs)}`
            : `${silence.surface.name} did not ask for ${sayMs(silence.mostMs)}`}, ${fromTo(silence.after, silence.before)}, ${sayOutageOf(faults, silence)}`,
          silence.after, silence.before)),
      ],
      seen: () => {
        const worst = outages(view).sort((a, b) => b.ms - a.ms)[0]
        if (!worst) return finding(`no fault was injected, and the VIP was never silent for ${bound.said}`)
        return finding(`the longest outage was ${sayMs(worst.ms)} ± ${sayMs(worst.errorMs)} after ${worst.fault} on ${worst.node}, by ${worst.seenBy}; allowed are ${bound.said}: ${margin(worst.ms, bound.limit)}`, worst.from, worst.to)
      },
    })
  },
}
