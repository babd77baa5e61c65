// Times in which the only server that is up is a standby that is behind: nobody may serve then.
import type { ScenarioView } from '../../check.ts'
import { evidenceOf, once, readingsOf } from './evidence.ts'
import { ended, faultsOf, named, type FaultStory } from './faults.ts'
import { finding, type Finding } from './findings.ts'
import { createsOf } from './ledger.ts'
import { atTime } from './say.ts'
import { readFlight, readSql, streaming } from './shapes.ts'
import { gapLimitMs, type Watch } from './watch.ts'

/** A database that was asked longer ago says nothing of the moment in which it is lost, in ms: four of its probe's periods. */
const justBeforeMs = 1000

/** The active server without power, or stopped, while the other is behind. */
export interface Trial {
  fault: FaultStory
  active: string
  /** accounts acknowledged since the standby last streamed */
  behind: number
  window: Watch
}

/** A loss of a server of which it is not known that it happened, or whether the other server was behind. */
export type Doubt = Finding & { fault: FaultStory }

/** Every loss of an active server whose standby was shown to be behind, by power or by a planned stop, and those of which that is not known. */
export const trialsOf = once((view): { trials: Trial[]; doubts: Doubt[] } => {
  const trials: Trial[] = []
  const doubts: Doubt[] = []
  for (const fault of faultsOf(view).filter(candidate => candidate.fault === 'power-off' || candidate.fault === 'ha-stop')) {
    const off = fault.began
    const { proven } = fault.phases
    if (proven === undefined) {
      doubts.push({ fault, ...finding(`${named(fault)}, requested ${atTime(off)}, was never proven, so it is not known when it was lost`, off) })
      continue
    }
    const said = readingsOf(view, { probe: 'sql', node: fault.node }, readSql).readings.filter(({ end, value }) => end <= off && value !== undefined)
    const last = said.at(-1)
    if (!last?.value || off - last.end > justBeforeMs) {
      doubts.push({ fault, ...finding(`there is no sql of ${fault.node} just before it was lost ${atTime(off)}, so it is not known whether the other was behind`, off) })
      continue
    }
    if (last.value.inRecovery || streaming(last.value)) continue
    const streamed = said.findLast(({ value }) => value !== undefined && streaming(value))?.end ?? said[0]?.t ?? off
    const behind = createsOf(view).filter(({ outcome, invoked, completed }) => outcome === 'ok' && invoked > streamed && completed <= off).length
    if (behind === 0) doubts.push({ fault, ...finding(`nothing was acknowledged between the standby's last streaming (${atTime(streamed)}) and ${named(fault)} (${atTime(off)}), so it was not shown to be behind`, streamed, off) })
    else trials.push({ fault, active: fault.node, behind, window: { from: proven, to: Math.min(ended(fault), backAt(view, fault, proven), evidenceOf(view).last) } })
  }
  return { trials, doubts }
})

/** The first sign of life of a server that had lost power, or of the database of one that was stopped: from then on it may rightly be active again. */
function backAt(view: ScenarioView, { fault, node }: FaultStory, proven: number): number {
  const flights = readingsOf(view, { probe: 'flight', node }, readFlight).readings
  if (fault === 'ha-stop') return flights.find(({ t, value }) => t > proven && value !== undefined && value.role !== 'down')?.t ?? Infinity
  return flights.find(({ t }) => t > proven + gapLimitMs.flight)?.t ?? Infinity
}
