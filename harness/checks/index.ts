// Every check by its name, and how a scenario is judged by those it promised.
import { unknown, worst, type Check, type ScenarioView, type Verdict } from '../check.ts'
import type { Outcome } from '../history.ts'
import { accountsAsDocumented } from './accounts-as-documented.ts'
import { clusterConverges } from './cluster-converges.ts'
import { consoleAsDocumented } from './console-as-documented.ts'
import { everyFaultProvenAndHealed } from './every-fault-proven-and-healed.ts'
import { givesUpBeforeTakeover } from './gives-up-before-takeover.ts'
import { guiAsDocumented } from './gui-as-documented.ts'
import { licencesAddUp } from './licences-add-up.ts'
import { licensingAsDocumented } from './licensing-as-documented.ts'
import { loadHighEnough } from './load-high-enough.ts'
import { logsTellNoBadNews } from './logs-tell-no-bad-news.ts'
import { noAcknowledgedAccountLost } from './no-acknowledged-account-lost.ts'
import { noAcknowledgedRegistrationLost } from './no-acknowledged-registration-lost.ts'
import { noAutomaticFailback } from './no-automatic-failback.ts'
import { noReadRefusedInService } from './no-read-refused-in-service.ts'
import { noWriteFails } from './no-write-fails.ts'
import { noWriteRefusedInService } from './no-write-refused-in-service.ts'
import { nothingLeftBehind } from './nothing-left-behind.ts'
import { nothingStalePromoted } from './nothing-stale-promoted.ts'
import { oneActiveAtATime } from './one-active-at-a-time.ts'
import { outageShorterThanBound } from './outage-shorter-than-bound.ts'
import { readsSeeNoGap } from './reads-see-no-gap.ts'
import { evidenceOf } from './reading/evidence.ts'
import { busyHost, excusedBy } from './reading/host.ts'
import { atTime } from './reading/say.ts'
import { namesInSteps, stepsVerdict } from './reading/steps.ts'
import { recoveryInterruptsNobody } from './recovery-interrupts-nobody.ts'
import { replicationRunsFromActiveToStandby } from './replication-runs-from-active-to-standby.ts'
import { standbyServesNoGui } from './standby-serves-no-gui.ts'
import { viewsAgree } from './views-agree.ts'
import { vipAnnouncedAfterTakeover } from './vip-announced-after-takeover.ts'
import { writesStallShorterThanBound } from './writes-stall-shorter-than-bound.ts'

export { hostTooLate, spoiledByHost } from './reading/host.ts'
export { convergences, type Convergence } from './cluster-converges.ts'
export { outages, sightings, type Outage } from './reading/availability.ts'

export type NamedVerdict = Verdict & { check: string; scenario?: string }

export const checks: Readonly<Record<string, Check>> = Object.fromEntries([
  oneActiveAtATime,
  noAcknowledgedAccountLost,
  noAcknowledgedRegistrationLost,
  outageShorterThanBound,
  recoveryInterruptsNobody,
  noReadRefusedInService,
  writesStallShorterThanBound,
  noWriteFails,
  noWriteRefusedInService,
  readsSeeNoGap,
  replicationRunsFromActiveToStandby,
  viewsAgree,
  givesUpBeforeTakeover,
  vipAnnouncedAfterTakeover,
  noAutomaticFailback,
  nothingStalePromoted,
  clusterConverges,
  everyFaultProvenAndHealed,
  nothingLeftBehind,
  logsTellNoBadNews,
  loadHighEnough,
  guiAsDocumented,
  consoleAsDocumented,
  standbyServesNoGui,
  accountsAsDocumented,
  licensingAsDocumented,
  licencesAddUp,
].map(check => [check.name, check]))

/**
 * Judges one scenario by the checks named; unnamed, by those it promised, or where nobody promised anything by all that
 * apply. A check that an assertion of the scenario spoke for is never left out, so a failed assertion is never lost.
 */
export function judgeScenario(view: ScenarioView, names?: readonly string[]): NamedVerdict[] {
  const wanted = names ?? [...new Set([...(promisesOf(view) ?? applying(view)), ...namesInSteps(view)])]
  return wanted.map(name => ({ ...(view.scenario === undefined ? {} : { scenario: view.scenario }), check: name, ...judgeBy(view, name) }))
}

/** The worst of a scenario's verdicts. */
export function outcomeOf(verdicts: readonly Verdict[]): Outcome {
  return worst(verdicts.map(({ verdict }) => verdict))
}

function judgeBy(view: ScenarioView, name: string): Verdict {
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined
  const own = check && judgeInTime(view, check)
  const asserted = stepsVerdict(view, name)
  const verdicts = [own, asserted].filter(verdict => verdict !== undefined)
  const outcome = worst(verdicts.map(({ verdict }) => verdict))
  const verdict = verdicts.find(candidate => candidate.verdict === outcome) ?? unknown(`there is no check ${name}`)
  return verdict.verdict === 'pass' ? doubted(view, verdict) : verdict
}

function judgeInTime(view: ScenarioView, check: Check): Verdict {
  const verdict = check.judge(view)
  const busy = verdict.verdict === 'fail' && check.timed ? busyHost(view) : undefined
  if (!busy) return verdict
  const { why, at } = excusedBy(busy, verdict)
  return unknown(why, ...at)
}

/** What held in a part of the scenario need not have held in the rest of it. */
function doubted(view: ScenarioView, verdict: Verdict): Verdict {
  const { begin, end } = view
  if (begin && !end) return unknown(`the scenario never ended: the history stops ${atTime(evidenceOf(view).last)}; until then ${verdict.why}`, ...verdict.at)
  if (end?.error !== undefined) return unknown(`the scenario ended early, ${atTime(end.t)}: ${end.error}; until then ${verdict.why}`, ...verdict.at)
  const [odd] = evidenceOf(view).odd
  return odd ? unknown(`the history holds lines that are not understood: ${odd.why}; by the rest ${verdict.why}`, ...odd.at) : verdict
}

function promisesOf({ begin }: ScenarioView): string[] | undefined {
  return Array.isArray(begin?.promises) ? begin.promises.filter(name => typeof name === 'string') : undefined
}

function applying(view: ScenarioView): string[] {
  return Object.values(checks).filter(check => check.applies(view)).map(({ name }) => name)
}
