// The faults of a scenario: when each was requested, proven, healed and proven healed, and which of them a moment belongs to.
import type { ScenarioView } from '../../check.ts'
import { sayMs } from '../../duration.ts'
import type { FaultPhase } from '../../history.ts'
import { evidenceOf } from './evidence.ts'

export interface FaultStory {
  id: string
  fault: string
  node: string
  /** its first event */
  began: number
  /** the first event of each phase */
  phases: Partial<Record<FaultPhase, number>>
}

export function faultsOf(view: ScenarioView): FaultStory[] {
  const faults = new Map<string, FaultStory>()
  for (const { id, fault, node, phase, t } of evidenceOf(view).faults) {
    const story = faults.get(id) ?? { id, fault, node, began: t, phases: {} }
    story.phases[phase] ??= t
    faults.set(id, story)
  }
  return [...faults.values()].sort((a, b) => a.began - b.began)
}

export function named({ fault, node }: FaultStory): string {
  return `${fault} on ${node}`
}

/** When a fault stopped to be in force; Infinity while it is. */
export function ended({ phases }: FaultStory): number {
  return phases.healed ?? phases['proven-healed'] ?? Infinity
}

/** `2.1 s after ha-stop on primary-node was requested (10 s)`: the last thing done to the cluster before that moment. */
export function sinceFault(view: ScenarioView, t: number): string {
  const last = evidenceOf(view).faults.findLast(event => event.t <= t)
  if (!last) return 'before any fault'
  return `${sayMs(t - last.t)} after ${last.fault} on ${last.node} was ${last.phase.replace('-', ' ')} (${sayMs(last.t)})`
}

/** The stretches in which no fault is in force, each with the heal that began it (none for the first). */
export function calms(view: ScenarioView, until: number): { from: number | undefined; to: number }[] {
  const faults = faultsOf(view)
  const found: { from: number | undefined; to: number }[] = []
  let from: number | undefined
  let open = -Infinity
  for (const fault of faults) {
    if (fault.began >= open) found.push({ from, to: fault.began })
    open = Math.max(open, ended(fault))
    from = open
  }
  if (open < until) found.push({ from, to: until })
  return found
}
