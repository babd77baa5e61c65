// Losing the standby is nothing that a client notices: no attempt at the VIP fails for longer than the bound, and pages come.
import { unknown, type Check, type ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf, readingsOf, type Reading } from './reading/evidence.ts'
import { pingsMissing, sayOutageOf, silencesOf, surfacesOf } from './reading/availability.ts'
import { faultsOf } from './reading/faults.ts'
import { conclude, finding } from './reading/findings.ts'
import { boundOf, fromTo, noBound } from './reading/say.ts'
import { readHaPage } from './reading/shapes.ts'
import { watchOf } from './reading/watch.ts'

/** What the page's probe says when the product, and not the browser, failed to show a page: harness/systems/ssm/tab.ts. */
const noPage = /^(timeout|refused|unreachable|reset|http .*)$/

export const readsSeeNoGap: Check = {
  name: 'reads-see-no-gap',
  statement: 'Connections and pages at the VIP go on through the fault: no attempt fails for longer than the bound, and no page fails to come.',
  timed: true,
  applies: view => boundOf(view, 'readGapMs') !== undefined && ['vip-tcp', 'vip-https'].some(probe => evidenceOf(view).samples.has(probe)),
  judge(view) {
    const bound = boundOf(view, 'readGapMs')
    if (!bound) return unknown(noBound('readGapMs'))
    const faults = faultsOf(view)
    const surfaces = surfacesOf(view)
    const silences = silencesOf(view)
    const pages = readingsOf(view, { probe: 'gui' }, readHaPage)
    const unasked = (['vip-tcp', 'vip-https'] as const).filter(probe => !surfaces.some(surface => surface.probe === probe && surface.readings.length > 0))
    return conclude({
      broken: [...pagesMissed(view, pages.readings, bound.limit).map(({ t, end, error }) => finding(
        `expected pages to come; High Availability Status did not (${error}), ${fromTo(t, end)}, though the VIP answered all the time`, t, end)),
      ...silences.filter(({ failed, ms }) => failed && ms > bound.limit).map(silence => finding(
        `expected no failed attempt for longer than ${bound.said}; ${silence.surface.name} got no answer for ${sayMs(silence.ms)} ± ${sayMs(silence.errorMs)}, ${fromTo(silence.failed?.first ?? silence.after, silence.before)}, ${sayOutageOf(faults, silence)}`,
        silence.failed?.first ?? silence.after, silence.before))],
      missing: [
        ...(faults.length === 0 ? [finding('no fault was injected, so there was nothing to go on through')] : []),
        ...unasked.map(probe => finding(`there are no ${probe} samples, so nobody looked for a gap`)),
        ...(pages.readings.length === 0 ? [finding('there are no gui samples, so nobody looked at a page')] : []),
        ...[pages, ...surfaces].flatMap(({ odd }) => odd),
        ...pingsMissing(view),
        ...silences.filter(({ ms, mostMs }) => ms <= bound.limit && mostMs > bound.limit).map(silence => finding(`${silence.surface.name} ${silence.failed ? 'got few answers' : 'did not ask'} ${fromTo(silence.after, silence.before)} (${sayMs(silence.mostMs)}), so a gap longer than ${bound.said} could hide there`, silence.after, silence.before)),
      ],
      seen: () => {
        const attempts = surfaces.reduce((sum, { readings }) => sum + readings.length, 0)
        const worst = silences.toSorted((a, b) => b.ms - a.ms)[0]
        return finding(worst
          ? `the longest gap was ${sayMs(worst.ms)} ± ${sayMs(worst.errorMs)}, by ${worst.surface.name}; allowed are ${bound.said}`
          : `all ${attempts} attempts by ${surfaces.map(({ name }) => name).join(', ')} were answered; allowed are ${bound.said}`)
      },
    })
  },
}

/** Pages that did not come, or not within the limit, while every request before, meanwhile and after was answered: they hung on something else than the connection. */
function pagesMissed(view: ScenarioView, pages: Reading<unknown>[], limitMs: number): Reading<unknown>[] {
  const { from, to } = watchOf(view)
  const answers = surfacesOf(view).filter(({ probe }) => probe === 'vip-https').flatMap(({ readings }) => readings)
  return pages.filter(({ t, end, error }) => {
    const around = [answers.findLast(answer => answer.end <= t), ...answers.filter(answer => answer.end > t && answer.t < end), answers.find(answer => answer.t >= end)]
    return t > from && end < to && noPage.test(error ?? '') && (error !== 'timeout' || end - t > limitMs) && around.every(answer => answer?.value?.ok === true)
  })
}
