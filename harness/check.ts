// A check is a pure function of the history: pass, fail or unknown, and why. Unknown is never green.
import type { Bounds, History, HistoryEvent, Outcome, RunEvent, ScenarioEvent } from './history.ts'

export type Verdict = {
  verdict: Outcome
  /** for a person at 3 a.m.: expected, observed, since which fault */
  why: string
  /** the times (ms since the run's start) that the verdict rests on; empty for a pass without a single moment */
  at: number[]
}

export interface Check {
  /** a statement that ought to be true: `one-active-at-a-time` */
  name: string
  /** one sentence for people */
  statement: string
  /** It fails by a limit of time, its own or the product's: where the host was too busy to keep time, such a failure shows nothing, and is unknown. */
  timed?: true
  /** capabilities of the target without which nobody can see what it judges: there it is not promised, and the history says so */
  needs?: string[]
  /** whether the history holds anything that this check is about; asked only where nobody said which checks to judge by */
  applies(view: ScenarioView): boolean
  judge(view: ScenarioView): Verdict
}

/** What a check gets to see: one scenario's part of the history, its bounds, and the run's description where there is one. */
export interface ScenarioView {
  scenario: string | undefined
  run: RunEvent | undefined
  begin: ScenarioEvent | undefined
  end: ScenarioEvent | undefined
  bounds: Bounds
  events: History
}

export const pass = (why: string, ...at: number[]): Verdict => ({ verdict: 'pass', why, at })
export const fail = (why: string, ...at: number[]): Verdict => ({ verdict: 'fail', why, at })
export const unknown = (why: string, ...at: number[]): Verdict => ({ verdict: 'unknown', why, at })

/** The worst of several: fail before unknown before pass; nothing at all is unknown. */
export function worst(outcomes: Outcome[]): Outcome {
  if (outcomes.includes('fail')) return 'fail'
  if (outcomes.includes('unknown') || outcomes.length === 0) return 'unknown'
  return 'pass'
}

/** The history cut into its scenarios; a history without scenario events is one. A scenario that never ended runs to the end of the file. */
export function scenariosOf(history: History): ScenarioView[] {
  const run = history.find(event => event.type === 'run')
  const begins = history.filter((event): event is ScenarioEvent => event.type === 'scenario' && event.phase === 'begin')
  if (begins.length === 0) return [view(run, undefined, undefined, history.filter(event => event.type !== 'run'))]
  return begins.map((begin, index) => {
    const next = begins[index + 1]
    const end = history.find((event): event is ScenarioEvent =>
      event.type === 'scenario' && event.phase === 'end' && event.scenario === begin.scenario && event.t >= begin.t && (!next || event.t <= next.t))
    const until = end?.t ?? next?.t ?? Infinity
    return view(run, begin, end, history.filter(event => event.t >= begin.t && event.t <= until && event.type !== 'run'))
  })
}

function view(run: RunEvent | undefined, begin: ScenarioEvent | undefined, end: ScenarioEvent | undefined, events: readonly HistoryEvent[]): ScenarioView {
  return { scenario: begin?.scenario, run, begin, end, bounds: { ...run?.bounds, ...begin?.bounds }, events }
}
