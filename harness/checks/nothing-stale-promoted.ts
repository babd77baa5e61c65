// A standby that is behind never becomes active, even when it is the only server left: no service is better than one that has forgotten.
import type { Check, ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf, nodesOf, readingsOf, sourcesOf } from './reading/evidence.ts'
import { named } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { trialsOf, type Trial } from './reading/forgetful.ts'
import { createsOf } from './reading/ledger.ts'
import { flightsOf } from './reading/roles.ts'
import { atTime, fromTo } from './reading/say.ts'
import { readAnswer, readSql, surelyHolds } from './reading/shapes.ts'
import { gapLimitMs, missingFrom, notRunning } from './reading/watch.ts'

export const nothingStalePromoted: Check = {
  name: 'nothing-stale-promoted',
  statement: 'While only a standby that is behind is up, it is never primary, holds no VIP, answers nobody and acknowledges nothing.',
  applies: view => evidenceOf(view).samples.has('flight') && trialsOf(view).trials.length > 0,
  judge(view) {
    const { flights, missing } = flightsOf(view)
    const { trials, doubts } = trialsOf(view)
    return conclude({
      broken: trials.flatMap(trial => promotions(view, trial, flights)),
      missing: [
        ...missing,
        ...doubts,
        ...(trials.length === 0 && doubts.length === 0 ? [finding('the active server was never lost while the standby was behind, so nothing was put to the test')] : []),
        ...trials.flatMap(({ active, window }) => [...flights].filter(([node]) => node !== active).flatMap(([node, readings]) =>
          missingFrom(view, `flight record of ${node}`, readings, gapLimitMs.flight, notRunning(view, node, readings), window))),
      ],
      seen: () => finding(trials.map(({ active, behind, window, fault }) => `${behind} acknowledged accounts behind, nobody became active ${fromTo(window.from, window.to)} while ${active} was away (${named(fault)})`).join('; '), ...trials.flatMap(({ window }) => [window.from, window.to])),
    })
  },
}

function promotions(view: ScenarioView, { active, window, fault }: Trial, flights: ReturnType<typeof flightsOf>['flights']): Finding[] {
  const { from, to } = window
  const during = <T extends { t: number; end: number }>(looks: T[]): T[] => looks.filter(({ t, end }) => t > from && end < to)
  const others = nodesOf(view).filter(node => node !== active)
  const shown: { t: number; who: string; what: string }[] = [
    ...others.flatMap(node => during(flights.get(node) ?? []).filter(({ value }) => value && surelyHolds(value)).map(({ t }) => ({ t, who: node, what: 'was active by its flight record' }))),
    ...others.flatMap(node => during(readingsOf(view, { probe: 'sql', node }, readSql).readings).filter(({ value }) => value?.inRecovery === false).map(({ t }) => ({ t, who: node, what: 'was primary by SQL' }))),
    ...sourcesOf(view, 'vip-https', 'from').flatMap(place => during(readingsOf(view, { probe: 'vip-https', from: place }, readAnswer).readings)
      .filter(({ value }) => value?.ok).map(({ t, value }) => ({ t, who: value?.server ?? 'somebody', what: `answered ${place} at the VIP` }))),
    ...createsOf(view).filter(({ outcome, invoked, completed }) => outcome === 'ok' && invoked > from && completed < to)
      .map(({ completed, node }) => ({ t: completed, who: node ?? 'somebody', what: 'acknowledged an account' })),
  ]
  const kinds = [...new Set(shown.map(({ who, what }) => `${who} ${what}`))]
  return kinds.map(kind => {
    const first = shown.filter(({ who, what }) => `${who} ${what}` === kind).sort((a, b) => a.t - b.t)[0] as { t: number }
    return finding(`expected nobody to become active while ${active} was away and the other behind; ${kind} ${atTime(first.t)}, ${sayMs(first.t - fault.began)} after ${named(fault)} was requested`, first.t)
  })
}
