// Promises that only the scenario can see for itself: their verdict is the worst of the assertions that spoke for them.
import { unknown, type Check, type ScenarioView, type Verdict } from '../../check.ts'
import type { StepEvent } from '../../history.ts'
import { evidenceOf } from './evidence.ts'
import { conclude, finding, type Finding } from './findings.ts'
import { busyHost, excusedBy } from './host.ts'
import { atTime } from './say.ts'

/** A check that is made of a scenario's own assertions. */
export function fromSteps(name: string, statement: string): Check {
  return {
    name,
    statement,
    applies: view => asserted(view, name).length > 0,
    judge: view => stepsVerdict(view, name) ?? unknown(`the scenario asserted nothing for ${name}`),
  }
}

/** What the assertions for a promise come to; undefined where there are none. */
export function stepsVerdict(view: ScenarioView, name: string): Verdict | undefined {
  const events = asserted(view, name)
  if (events.length === 0) return undefined
  const ends = events.filter(({ phase }) => phase === 'end')
  const unfinished = events.filter(({ phase, step }) => phase === 'begin' && !ends.some(end => end.step === step))
  // On a host that is late itself, what had to become true, or stay so, for a time may be late, and a page or an answer may not come in its own time; what was seen to be wrong was wrong.
  const busy = busyHost(view)
  const failed = ends.filter(({ outcome }) => outcome === 'fail')
  const excused = busy ? failed.filter(step => step.within !== undefined || step.for !== undefined || step.unseen === true) : []
  const missing = [
    ...(busy ? excused.map(step => excusedBy(busy, said(step))) : []),
    ...ends.filter(({ outcome }) => outcome !== 'pass' && outcome !== 'fail').map(said),
    ...unfinished.map(({ title, t }) => finding(`${title}: begun ${atTime(t)} and never ended`, t)),
  ]
  return conclude({
    broken: failed.filter(step => !excused.includes(step)).map(said),
    missing,
    seen: () => finding(`${ends.length === 1 ? 'its one assertion' : `all ${ends.length} assertions`} held: ${[...new Set(ends.map(({ title }) => title))].join(', ')}`, ...ends.map(({ t }) => t)),
  })
}

export function namesInSteps(view: ScenarioView): string[] {
  return [...new Set(evidenceOf(view).steps.flatMap(({ check }) => (typeof check === 'string' ? [check] : [])))]
}

function asserted(view: ScenarioView, name: string): StepEvent[] {
  return evidenceOf(view).steps.filter(({ check }) => check === name)
}

function said({ title, expected, observed, t }: StepEvent): Finding {
  return finding(`${title}: expected ${expected ?? '(nothing written down)'}; observed ${observed ?? '(nothing written down)'} (${atTime(t)})`, t)
}
