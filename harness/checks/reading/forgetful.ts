// Times in which the only server that is up is a standby that is behind: nobody may serve then.
import type { ScenarioView } from '../../check.ts'
import { evidenceOf, once, readingsOf } from './evidence.ts'
import { ended, faultsOf, named, type FaultStory } from './faults.ts'
import { finding, type Finding } from './findings.ts'
import { createsOf } from './ledger.ts'
import { atTime } from './say.ts'
import { readSql, streaming } from './shapes.ts'
import { gapLimitMs, type Watch } from './watch.ts'

/** The active server without power while the other is behind. */
export interface Trial {
  fault: FaultStory
  active: string
  /** accounts acknowledged since the standby last streamed */
  behind: number
  window: Watch
}

/** A power loss of which it is not known whether the other server was behind. */
export type Doubt = Finding & { fault: FaultStory }

/** Every power loss of an active server whose standby was shown to be behind, and those of which that is not known. */
export const trialsOf = once((view): { trials: Trial[]; doubts: Doubt[] } => {
  const trials: Trial[] = []
  const doubts: Doubt[] = []
  for (const fault of faultsOf(view).filter(candidate => candidate.fault === 'power-off')) {
    const off = fault.began
    const said = readingsOf(view, { probe: 'sql', node: fault.node }, readSql).readings.filter(({ end, value }) => end <= off && value !== undefined)
    const last = said.at(-1)
    if (!last?.value || off - last.end > gapLimitMs.sql) {
      doubts.push({ fault, ...finding(`there is no sql of ${fault.node} just before it lost power ${atTime(off)}, so it is not known whether the other was behind`, off) })
      continue
    }
    if (last.value.inRecovery || streaming(last.value)) continue
    const streamed = said.findLast(({ value }) => value !== undefined && streaming(value))?.end ?? said[0]?.t ?? off
    const behind = createsOf(view).filter(({ outcome, invoked, completed }) => outcome === 'ok' && invoked > streamed && completed <= off).length
    if (behind === 0) doubts.push({ fault, ...finding(`nothing was acknowledged between the standby's last streaming (${atTime(streamed)}) and ${named(fault)} (${atTime(off)}), so it was not shown to be behind`, streamed, off) })
    else trials.push({ fault, active: fault.node, behind, window: { from: fault.phases.proven ?? off, to: Math.min(ended(fault), backAt(view, fault), evidenceOf(view).last) } })
  }
  return { trials, doubts }
})

/** The first sign of life of a server that had lost power: from then on it may rightly be active again. */
function backAt(view: ScenarioView, { node, phases, began }: FaultStory): number {
  const off = (phases.proven ?? began) + gapLimitMs.flight
  const flights = evidenceOf(view).samples.get('flight') ?? []
  return flights.find(sample => sample.node === node && sample.t > off)?.t ?? Infinity
}
