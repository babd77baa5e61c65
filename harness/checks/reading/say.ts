// Times and limits as verdicts say them, so that every check speaks alike.
import type { ScenarioView } from '../../check.ts'
import { sayMs } from '../../duration.ts'

/** `at 12.34 s`: seconds since the run's start. */
export function atTime(t: number): string {
  return `at ${sayMs(t)}`
}

export function fromTo(from: number, to: number): string {
  return `from ${sayMs(from)} to ${sayMs(to)}`
}

export interface Bound {
  limit: number
  /** `15 s (outageMs; T2 8 s + promotion)`: the limit, its name and its source */
  said: string
}

/** A bound of the history, with where it comes from; undefined where it is missing or no number. */
export function boundOf(view: ScenarioView, name: string): Bound | undefined {
  const limit: unknown = view.bounds[name]
  if (typeof limit !== 'number' || !Number.isFinite(limit)) return undefined
  const source = view.begin?.boundSources?.[name] ?? view.run?.boundSources?.[name]
  const amount = name.endsWith('Ms') ? sayMs(limit) : String(limit)
  return { limit, said: `${amount} (${name}${source ? `: ${source}` : ''})` }
}

export function noBound(name: string): string {
  return `the history holds no bound ${name}, so there is nothing to judge by`
}

/** `0.4 × its bound`: how near it came. */
export function margin(value: number, limit: number): string {
  return limit > 0 ? `${(value / limit).toFixed(2)} × the bound` : 'the bound is 0'
}
