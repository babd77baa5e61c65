// Whether the harness's own host could keep time: what is late on a host that is late itself is nobody's fault.
import type { ScenarioView, Verdict } from '../../check.ts'
import { sayMs } from '../../duration.ts'
import type { HistoryEvent } from '../../history.ts'
import { isRecord, once, readingsOf } from './evidence.ts'
import { finding, type Finding } from './findings.ts'
import { boundOf, fromTo } from './say.ts'
import { watchOf } from './watch.ts'

/** Between two looks at the host, in ms. */
const periodMs = 1000

/** Undefined where the host kept time, or nobody bounds that. A single stall is in the error bars and gaps of the looks around it; one second of twenty is not single. */
export const busyHost = once((view): Finding | undefined => {
  const bound = boundOf(view, 'hostLateMs')
  const p95 = latenessOf(view).at95
  if (!bound || !p95 || p95.lateMs <= bound.limit) return undefined
  return finding(`the host was too busy to measure: probes were ${sayMs(p95.lateMs)} late or more in one second of twenty; allowed are ${bound.said}`, p95.t)
})

/** What would be a failure on another host. */
export function excusedBy(busy: Finding, { why, at }: Finding): Finding {
  return finding(`${busy.why}; so this shows nothing: ${why}`, ...busy.at, ...at)
}

/** How far from a late second what the same stall kept from being seen may lie, in ms: each processor stands still at its own time, and probes look every 5 s at least. */
const aroundMs = 5000

/**
 * Why a scenario that was judged so may be measured again: no check failed, and whatever is unknown is so because the host was late,
 * all the time or at the very moments that the unknown rests on. Undefined otherwise.
 */
export function spoiledByHost(view: ScenarioView, verdicts: readonly Verdict[]): string | undefined {
  const bound = boundOf(view, 'hostLateMs')
  const unknowns = verdicts.filter(({ verdict }) => verdict === 'unknown')
  if (!bound || unknowns.length === 0 || verdicts.some(({ verdict }) => verdict === 'fail')) return undefined
  const busy = busyHost(view)
  if (busy) return busy.why
  const explained = ({ at }: Verdict): boolean => at.length > 0 && at.every(moment => stoodStill(view, moment))
  return unknowns.every(explained) ? `the host stood still: probes were up to ${sayMs(Math.max(...lateLooks(view).map(({ lateMs }) => lateMs)))} late; allowed are ${bound.said}` : undefined
}

/** Whether the host was later than its bound around that moment. */
export function stoodStill(view: ScenarioView, moment: number): boolean {
  return lateLooks(view).some(({ t, lateMs }) => moment >= t - periodMs - lateMs - aroundMs && moment <= t + aroundMs)
}

const lateLooks = once((view): Lateness[] => {
  const bound = boundOf(view, 'hostLateMs')
  return bound ? lookedLate(view).seen.filter(({ lateMs }) => lateMs > bound.limit) : []
})

/** Why nobody can tell whether a cluster would have been healthy in that time on a host that keeps time; undefined where the host did. */
export function hostTooLate(events: readonly HistoryEvent[], { from, limitMs }: { from: number; limitMs: number | undefined }): string | undefined {
  const seen = events.flatMap(event => (event.type === 'sample' && event.probe === 'host' && event.t >= from ? [{ t: event.t, lateMs: lateMsOf(event.value) ?? 0 }] : []))
  const late = at95(seen)?.lateMs
  return limitMs !== undefined && late !== undefined && late > limitMs ? `probes were ${sayMs(late)} late or more in one second of twenty; allowed are ${sayMs(limitMs)}` : undefined
}

/** What is missing to know that. */
export function hostUnseen(view: ScenarioView): Finding[] {
  if (!boundOf(view, 'hostLateMs')) return []
  const { odd, at95, from, to } = latenessOf(view)
  return [...odd, ...(at95 ? [] : [finding(`there are no host samples ${fromTo(from, to)}, so it is not known whether the host could measure in time`)])]
}

function latenessOf(view: ScenarioView): { odd: Finding[]; at95: Lateness | undefined; from: number; to: number } {
  const { seen, odd } = lookedLate(view)
  const { from, to } = watchOf(view)
  return { odd, at95: at95(seen.filter(({ t }) => t >= from && t <= to)), from, to }
}

interface Lateness {
  t: number
  lateMs: number
}

function lookedLate(view: ScenarioView): { seen: Lateness[]; odd: Finding[] } {
  const { readings, odd } = readingsOf(view, { probe: 'host' }, lateMsOf)
  return { seen: readings.flatMap(({ t, value }) => (value === undefined ? [] : [{ t, lateMs: value }])), odd }
}

function lateMsOf(value: unknown): number | undefined {
  return isRecord(value) && typeof value.lateMs === 'number' ? value.lateMs : undefined
}

function at95(seen: Lateness[]): Lateness | undefined {
  const sorted = seen.toSorted((a, b) => a.lateMs - b.lateMs)
  return sorted[Math.ceil(sorted.length * 0.95) - 1]
}
