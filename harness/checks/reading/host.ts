// Whether the harness's own host could keep time: what is late on a host that is late itself is nobody's fault.
import type { ScenarioView } from '../../check.ts'
import { sayMs } from '../../duration.ts'
import type { HistoryEvent } from '../../history.ts'
import { isRecord, once, readingsOf } from './evidence.ts'
import { finding, type Finding } from './findings.ts'
import { boundOf, fromTo } from './say.ts'
import { watchOf } from './watch.ts'

/** Undefined where the host kept time, or nobody bounds that. A single stall is in the error bars and gaps of the looks around it; one second of twenty is not single. */
export const busyHost = once((view): Finding | undefined => {
  const bound = boundOf(view, 'hostLateMs')
  const p95 = latenessOf(view).at95
  if (!bound || !p95 || p95.lateMs <= bound.limit) return undefined
  return finding(`the host was too busy to measure: probes were ${sayMs(p95.lateMs)} late or more in one second of twenty; allowed are ${bound.said}`, p95.t)
})

/** How late it was at any time from then on, for people; undefined where it kept time, or nobody bounds that. */
export function hostLate(events: HistoryEvent[], { from, limitMs = Infinity }: { from: number; limitMs?: number | undefined }): string | undefined {
  const late = events.flatMap(event => (event.type === 'sample' && event.probe === 'host' && event.t >= from && isRecord(event.value) && typeof event.value.lateMs === 'number' && event.value.lateMs > limitMs ? [event.value.lateMs] : []))
  return late.length === 0 ? undefined : `probes were up to ${sayMs(Math.max(...late))} late; allowed are ${sayMs(limitMs)}`
}

/** What is missing to know that. */
export function hostUnseen(view: ScenarioView): Finding[] {
  if (!boundOf(view, 'hostLateMs')) return []
  const { odd, at95, from, to } = latenessOf(view)
  return [...odd, ...(at95 ? [] : [finding(`there are no host samples ${fromTo(from, to)}, so it is not known whether the host could measure in time`)])]
}

function latenessOf(view: ScenarioView): { odd: Finding[]; at95: { t: number; lateMs: number } | undefined; from: number; to: number } {
  const { readings, odd } = readingsOf(view, { probe: 'host' }, value => (isRecord(value) && typeof value.lateMs === 'number' ? { lateMs: value.lateMs } : undefined))
  const { from, to } = watchOf(view)
  const seen = readings.flatMap(({ t, value }) => (value && t >= from && t <= to ? [{ t, lateMs: value.lateMs }] : [])).sort((a, b) => a.lateMs - b.lateMs)
  return { odd, at95: seen[Math.ceil(seen.length * 0.95) - 1], from, to }
}
