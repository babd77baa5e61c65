// What the product logged, as far as the check of it relies on it; and the lists that a scenario's history brings for that.
import type { ScenarioView } from '../../check.ts'
import type { LogLists, LogPattern } from '../../logs.ts'
import { isRecord } from './evidence.ts'

export interface Logs {
  since: number
  startedAt: number
  logs: { log: string; from: number; to: number; dropped: number; error: string | undefined }[]
  told: { t: number; last: number | undefined; log: string; program: string; priority: number; text: string; times: number }[]
  more: number
}

export function readLogs(value: unknown): Logs | undefined {
  if (!isRecord(value) || !areNumbers(value.since, value.startedAt, value.more) || !Array.isArray(value.logs) || !Array.isArray(value.told)) return undefined
  const logs = value.logs.filter((log: unknown): log is Logs['logs'][number] => isRecord(log) && typeof log.log === 'string' && areNumbers(log.from, log.to, log.dropped) && (log.error === undefined || typeof log.error === 'string'))
  const told = value.told.filter((line: unknown): line is Logs['told'][number] => isRecord(line) && [line.log, line.program, line.text].every(text => typeof text === 'string') && areNumbers(line.t, line.priority, line.times) && (line.last === undefined || areNumbers(line.last)))
  if (logs.length === 0 || logs.length < value.logs.length || told.length < value.told.length) return undefined
  return { since: value.since as number, startedAt: value.startedAt as number, logs, told, more: value.more as number }
}

/** Undefined where the scenario's begin does not carry them, or one of them is no pattern. */
export function listsOf({ begin }: ScenarioView): LogLists | undefined {
  const lists: unknown = begin?.logs
  if (!isRecord(lists) || !Array.isArray(lists.badNews) || !Array.isArray(lists.expected)) return undefined
  return [...lists.badNews as unknown[], ...lists.expected as unknown[]].every(isPattern) ? (lists as unknown as LogLists) : undefined
}

function isPattern(value: unknown): value is LogPattern {
  if (!isRecord(value) || typeof value.pattern !== 'string' || typeof value.why !== 'string' || (value.program !== undefined && typeof value.program !== 'string')) return false
  try {
    return [value.pattern, value.program ?? ''].every(text => new RegExp(text) instanceof RegExp)
  } catch {
    return false
  }
}

function areNumbers(...values: unknown[]): boolean {
  return values.every(value => typeof value === 'number' && Number.isFinite(value))
}
