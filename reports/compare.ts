// Two builds side by side: how each scenario ended with either, and how long the VIP was away after each fault.
import { precise, sayOutage, type RunFile } from './model.ts'
import { sayEndings, scenariosIn, spreadsOf, table, type Spread } from './summary.ts'

/** One build: a run of it, or several. */
export interface Side {
  name: string
  runs: RunFile[]
}

export interface Comparison {
  scenarios: { id: string; before: string; after: string; same: boolean }[]
  outages: ComparedOutage[]
}

export interface ComparedOutage {
  /** the fault, and in which scenario */
  title: string
  before: Spread | null
  after: Spread | null
  /** of the medians; null where one side measured none */
  differenceMs: number | null
  /** whether all of one side, error bars included, is above all of the other; null where there are too few runs to tell */
  clear: boolean | null
}

/** Fewer runs of a side do not show how far they differ among themselves. */
const enoughRuns = 3

export function compare(before: Side, after: Side): Comparison {
  const spreads = [before, after].map(({ runs }) => new Map(spreadsOf(runs).map(spread => [spread.title, spread]))) as [Map<string, Spread>, Map<string, Spread>]
  return {
    scenarios: scenariosIn([...before.runs, ...after.runs]).map(id => {
      const [one, other] = [sayEndings(id, before.runs), sayEndings(id, after.runs)]
      return { id, before: one, after: other, same: one === other }
    }),
    outages: [...new Set([...spreads[0].keys(), ...spreads[1].keys()])].map(title => {
      const [one, other] = [spreads[0].get(title) ?? null, spreads[1].get(title) ?? null]
      return { title, before: one, after: other, differenceMs: one && other && other.medianMs - one.medianMs, clear: one && other && Math.min(one.runs, other.runs) >= enoughRuns ? below(one, other) || below(other, one) : null }
    }),
  }
}

/** Every measurement of the one, at its most, is shorter than every measurement of the other, at its least. */
function below(one: Spread, other: Spread): boolean {
  return one.maxMs + one.errorMs < other.minMs - other.errorMs
}

export function compareText(before: Side, after: Side): string {
  const { scenarios, outages } = compare(before, after)
  return [
    ...table([['before', before.name, describe(before)], ['after', after.name, describe(after)]], { left: 3 }),
    '',
    ...table([['scenario', 'before', 'after', ''], ...scenarios.map(({ id, before, after, same }) => [id, before, after, same ? '' : 'differs'])], { left: 4 }),
    ...(outages.length === 0 ? [] : ['', ...table([['VIP outage', 'before', 'after', 'difference', ''], ...outages.map(outage => [outage.title, sayLength(outage.before), sayLength(outage.after), ...sayDifference(outage)])])]),
  ].join('\n')
}

function describe({ runs }: Side): string {
  const said = (values: string[]): string => [...new Set(values)].join(', ')
  return `${runs.length === 1 ? '1 run' : `${runs.length} runs`} on ${said(runs.map(({ target }) => target))}, by haywire ${said(runs.map(({ versions }) => versions.haywire ?? 'of unknown version'))}`
}

function sayLength(spread: Spread | null): string {
  if (!spread) return 'not measured'
  return spread.runs === 1 ? sayOutage(spread.medianMs, spread.errorMs) : `${precise(spread.medianMs)} (${precise(spread.minMs)} to ${precise(spread.maxMs)})`
}

function sayDifference({ differenceMs, clear }: ComparedOutage): [difference: string, verdict: string] {
  if (differenceMs === null) return ['', '']
  const verdict = clear === null ? `fewer than ${enoughRuns} runs do not tell` : clear ? (differenceMs > 0 ? 'longer' : 'shorter') : 'ranges overlap'
  return [`${differenceMs < 0 ? '-' : '+'}${precise(Math.abs(differenceMs))}`, verdict]
}
