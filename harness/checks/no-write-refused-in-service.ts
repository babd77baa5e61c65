// A server that serves serves every writer: where accounts, or registrations of products, are acknowledged before, during and after, none is turned away in between. Around an outage, and while everybody waits, other checks judge.
import type { Check, ScenarioView } from '../check.ts'
import { silencesOf } from './reading/availability.ts'
import { sinceFault } from './reading/faults.ts'
import { conclude, finding } from './reading/findings.ts'
import { accountsMade, createsOf, operationsOf, registrationsMade, type Making, type Operation } from './reading/ledger.ts'
import { boundOf, fromTo } from './reading/say.ts'
import type { Watch } from './reading/watch.ts'

/** Acknowledgements further apart belong to two stretches of service, in ms, or so many times as far as is usual where few are asked for. */
const pauseMs = 500
const usualPauses = 5
/** At both ends of a stretch, and around an outage, the service comes or goes, in ms. */
const edgeMs = 500

export const noWriteRefusedInService: Check = {
  name: 'no-write-refused-in-service',
  statement: 'While accounts are acknowledged all the time, or registrations, none is refused or broken off.',
  // A host that stands still may look like a service that does.
  timed: true,
  // Where there is a load, as promised elsewhere; a single attempt says nothing of service.
  applies: view => boundOf(view, 'loadPerSecond') !== undefined && createsOf(view).length > 0,
  judge(view) {
    // Who only registers where there is a crowd of products says nothing of accounts, and the other way round.
    const services = [accountsMade, registrationsMade].map(making => serviceOf(view, making)).filter(({ attempts }) => attempts.length > 0)
    return conclude({
      broken: services.flatMap(({ making: { thing }, within, refused }) => refused.slice(0, 1).map(first => finding(`expected every ${thing} that is asked for while others are acknowledged to be acknowledged, too; ${refused.length} of ${within} were not, the first one ${fromTo(first.invoked, first.completed)} (${first.error ?? 'no reason'}; ${sinceFault(view, first.completed)})`, first.invoked, first.completed))),
      missing: services.length === 0 ? [finding('nobody asked for anything')] : services.filter(({ stretches }) => stretches.length === 0).map(({ making: { thing } }) => finding(`${thing}s were never acknowledged for longer than ${2 * edgeMs} ms without a pause`)),
      seen: () => finding(services.map(({ making: { thing }, within, stretches }) => `none of ${within} ${thing}s was refused in ${(stretches.reduce((sum, { from, to }) => sum + to - from, 0) / 1000).toFixed(1)} s of service`).join('; ')),
    })
  },
}

interface Service {
  making: Making
  attempts: Operation[]
  stretches: Watch[]
  /** how many of the attempts fell into these, and those of them that were turned away */
  within: number
  refused: Operation[]
}

function serviceOf(view: ScenarioView, making: Making): Service {
  const attempts = operationsOf(view).filter(({ f }) => f === making.make)
  const stretches = stretchesOf(attempts.flatMap(({ outcome, completed }) => (outcome === 'ok' ? [completed] : [])), silencesOf(view))
  const within = attempts.filter(({ invoked, completed }) => stretches.some(({ from, to }) => invoked >= from && completed <= to))
  return { making, attempts, stretches, within: within.length, refused: within.filter(({ outcome, error }) => outcome !== 'ok' && !error?.endsWith('timeout')) }
}

/** When acknowledgements came without a pause and without an outage, however short and whoever saw it; without the edges. */
function stretchesOf(acknowledged: number[], outages: { after: number; before: number }[]): Watch[] {
  const times = acknowledged.toSorted((a, b) => a - b)
  const pauses = times.slice(1).map((t, index) => t - (times[index] as number)).sort((a, b) => a - b)
  const limitMs = Math.max(pauseMs, usualPauses * (pauses[Math.floor(pauses.length / 2)] ?? 0))
  const stretches: Watch[] = []
  for (const t of times) {
    const last = stretches.at(-1)
    if (last && t - last.to <= limitMs && !outages.some(({ after, before }) => before > last.to && after < t)) last.to = t
    else stretches.push({ from: t, to: t })
  }
  return stretches.map(({ from, to }) => ({ from: from + edgeMs, to: to - edgeMs })).filter(({ from, to }) => to > from)
}
