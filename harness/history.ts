// The append-only, typed event log of a run: the single source of truth for every check and every report.
import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { now, type RunClock } from './clock.ts'
import type { LogLists } from './logs.ts'

/** Upper and lower limits a run is judged by, fixed before it starts. Keys end in their unit: `outageMs`, `loadPerSecond`. */
export type Bounds = Record<string, number>

export type RunEvent = {
  t: number
  type: 'run'
  run: string
  target: { name: string; system: string; twin: boolean; vip?: string; /** whether a client machine watches the VIP, too */ client?: boolean; nodes: { name: string; addresses: Record<string, string> }[] }
  bounds: Bounds
  /** Where each bound comes from, by the bound's name. */
  boundSources?: Record<string, string>
  seed: number
  clock: { monotonicNs: string; utc: string }
}
/** Frames the events of one scenario. A history without them is one scenario. `begin` names what it promised and its own bounds. */
export type ScenarioEvent = {
  t: number
  type: 'scenario'
  scenario: string
  phase: 'begin' | 'end'
  title?: string
  promises?: string[]
  covers?: string[]
  bounds?: Bounds
  boundSources?: Record<string, string>
  /** what is bad news in the product's logs, and which errors are expected there */
  logs?: LogLists
  /** how long it took until the cluster looked steady */
  steadyMs?: number
  /** Why the body ended early; absent when it ran to its end. */
  error?: string
}
export type Outcome = 'pass' | 'fail' | 'unknown'
export type Evidence = { title: string; /** relative to the run's folder */ path: string; contentType: string }
/**
 * What the scenario is doing (`begin`), and how it ended (`end`). A step that asserts names the check it speaks for and
 * carries expected, observed and outcome. `rows` are the acceptance rows that this very assertion proves.
 */
export type StepEvent = {
  t: number
  type: 'step'
  step: string
  phase: 'begin' | 'end'
  title: string
  /** steady, fault, observe, heal, settle or judge */
  stage?: string
  check?: string
  rows?: string[]
  expected?: string
  observed?: string
  outcome?: Outcome
  /** the limit of time in which it had to become true, or for which it had to stay so, as the scenario wrote it: '35s' */
  within?: string
  for?: string
  /** the last look saw nothing at all: a page that did not come, an answer that nobody understands */
  unseen?: boolean
  evidence?: Evidence[]
}
export type FaultPhase = 'requested' | 'proven' | 'healed' | 'proven-healed'
export type FaultEvent = {
  t: number
  type: 'fault'
  id: string
  fault: string
  node: string
  phase: FaultPhase
  detail?: string
  /** with `requested`: the fault is undone that many ms later, whatever happens */
  limitMs?: number
}
/** One reading of a probe: a value or an error, never both. `t` is when the reading began; `slipMs` how late that was. */
export type SampleEvent = {
  t: number
  type: 'sample'
  probe: string
  node?: string
  /** where the probe stood: `harness` or `client` */
  from?: string
  value?: unknown
  error?: string
  tookMs?: number
  slipMs?: number
}
/** Two events for each operation. `fail` only if it provably never took effect; a time-out, reset or 5xx after sending is `info`. */
export type OpEvent = { t: number; type: 'op'; id: number; client: string; f: string; value?: unknown; phase: 'invoke' | 'ok' | 'fail' | 'info'; node?: string; error?: string }
export type VerdictEvent = { t: number; type: 'verdict'; scenario?: string; check: string; verdict: Outcome; why: string; at: number[] }

export type HistoryEvent = RunEvent | ScenarioEvent | StepEvent | FaultEvent | SampleEvent | OpEvent | VerdictEvent
type WithoutTime<E> = E extends HistoryEvent ? Omit<E, 't'> & { t?: number } : never
export type NewEvent = WithoutTime<HistoryEvent>

/** Events in the order of their `t`. */
export type History = readonly HistoryEvent[]

/**
 * Appends events to a history file. Any number of processes may write to the same file: each write is one O_APPEND of whole
 * lines, which Linux keeps together.
 */
export class HistoryWriter {
  readonly #path: string
  readonly clock: RunClock

  constructor(path: string, clock: RunClock) {
    this.#path = path
    this.clock = clock
  }

  /** Writes at once; an event without a `t` gets the present one. Returns the events' times. */
  append(...events: NewEvent[]): number[] {
    const t = now(this.clock)
    const timed = events.map(event => ({ ...event, t: event.t ?? t }))
    if (timed.length > 0) appendFileSync(this.#path, timed.map(historyLine).join(''))
    return timed.map(event => event.t)
  }
}

/** An event as a line of the file. */
export function historyLine(event: HistoryEvent): string {
  const { t, ...rest } = event
  return `${JSON.stringify({ t: Number(t.toFixed(3)), ...rest })}\n`
}

/** A history file that cannot be read as one: says where and why. */
export class HistoryError extends Error {
  override name = 'HistoryError'
}

const types = new Set(['run', 'scenario', 'step', 'fault', 'sample', 'op', 'verdict'])

/** Its size in bytes as it is now. Lines are written whole, so it is the end of one. */
export function endOfHistory(path: string): number {
  return statSync(path).size
}

/**
 * Reads a history; or of a long one, what was written `after` that many bytes, and the run's own event with which it begins. Lines of types that this version does not know are kept out and ignored; a line that is no JSON object with
 * a finite `t` and a `type` is an error, except a torn last line without its newline (the writer was killed).
 */
export function readHistory(path: string, { after = 0 } = {}): HistoryEvent[] {
  const bytes = readFileSync(path)
  const head = after === 0 ? 0 : bytes.indexOf('\n') + 1
  return parseHistory(bytes.toString('utf8', 0, head) + bytes.toString('utf8', after), path)
}

export function parseHistory(text: string, path = 'history'): HistoryEvent[] {
  const lines = text.split('\n')
  const torn = lines.pop()
  const events: HistoryEvent[] = []
  if (torn) {
    const last = readLine(torn)
    if (last.event) events.push(last.event)
  }
  lines.forEach((text, index) => {
    if (text.trim() === '') return
    const read = readLine(text)
    if (read.problem) throw new HistoryError(`${path}: line ${index + 1}: ${read.problem}`)
    if (read.event) events.push(read.event)
  })
  return events.sort((a, b) => a.t - b.t)
}

function readLine(text: string): { event?: HistoryEvent; problem?: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    return { problem: `not JSON: ${(cause as Error).message}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'not a JSON object' }
  const { t, type } = value as { t?: unknown; type?: unknown }
  if (typeof t !== 'number' || !Number.isFinite(t)) return { problem: `"t" is not a number` }
  if (typeof type !== 'string') return { problem: `"type" is not a string` }
  return types.has(type) ? { event: value as HistoryEvent } : {}
}
