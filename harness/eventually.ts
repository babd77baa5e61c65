// The one place that waits by polling: `within` = it will become true, `for` = it stays true. It logs what it saw and can be told to stop.
import { setTimeout as pause } from 'node:timers/promises'
import { AccessError } from './access.ts'
import { milliseconds, sayMs, type Duration } from './duration.ts'
import { either, limited } from './limit.ts'

/** What a look found: whether it satisfies, and how to say it. */
export type Look<T> = { value: T; satisfied: boolean; observed: string }

export interface WaitOptions {
  /** ends the wait at once with its reason */
  signal: AbortSignal
  /** between two looks; 50 ms unless the look itself is costly */
  every?: Duration
  /** settles whenever a fact may have changed: the next look is then taken at once */
  changed?: (signal: AbortSignal) => Promise<void>
}

/** One line of what a wait saw: from when to when, in ms since its start, it was seen in a row. */
export type Observation = { fromMs: number; toMs: number; observed: string }

/** It did not become true, or did not stay so. The message says what was seen over time. */
export class NotObserved extends Error {
  override name = 'NotObserved'
  readonly observations: Observation[]
  /** why the last look saw nothing: whoever could not look knows nothing of the product */
  readonly blind: AccessError | undefined
  /** whether the last look saw nothing at all: a page that did not come, an answer that nobody understands */
  readonly unseen: boolean

  constructor(message: string, observations: Observation[], error: unknown) {
    super(`${message}\n${describe(observations)}`, { cause: error })
    this.observations = observations
    this.unseen = error !== undefined
    this.blind = error instanceof AccessError && ['timeout', 'broken', 'host-changed'].includes(error.kind) ? error : undefined
  }
}

/** Waits until a look satisfies; rejects with NotObserved when `within` has passed. An error thrown by the look counts as seen, not as an end. */
export async function eventually<T>(what: string, look: (signal: AbortSignal) => Promise<Look<T>>, { within, signal, every = '50ms', changed }: WaitOptions & { within: Duration }): Promise<{ value: T; tookMs: number; observed: string }> {
  const limitMs = milliseconds(within)
  const started = performance.now()
  const log = new ObservationLog(started)
  using limit = limited(limitMs, signal)
  let lastError: unknown
  for (;;) {
    const found = await attempt(look, limit.signal)
    signal.throwIfAborted()
    const tookMs = performance.now() - started
    const late = found.satisfied && (limit.expired || tookMs > limitMs)
    // A look that the limit itself broke off, or this host, adds nothing to those before it.
    const brokenOff = found.error !== undefined && (limit.expired || byThisHost(found.error))
    if (!brokenOff || log.entries.length === 0) {
      log.saw(late ? `${found.observed}, too late` : found.observed)
      lastError = found.error
    }
    if (found.satisfied && !late) return { value: found.value as T, tookMs, observed: found.observed }
    // A timer may be a fraction of a millisecond early; a look with a signal that has ended would hang.
    if (limit.expired || tookMs >= limitMs) throw new NotObserved(`not within ${within}: ${what}`, log.entries, lastError)
    await nextLook(milliseconds(every), limit.signal, changed)
    signal.throwIfAborted()
  }
}

/** Looks once, now; rejects with NotObserved when it does not satisfy. */
export async function once<T>(what: string, look: (signal: AbortSignal) => Promise<Look<T>>, signal: AbortSignal): Promise<{ value: T; tookMs: number; observed: string }> {
  const started = performance.now()
  const found = await attempt(look, signal)
  signal.throwIfAborted()
  const tookMs = performance.now() - started
  if (found.satisfied) return { value: found.value as T, tookMs, observed: found.observed }
  throw new NotObserved(`not so now: ${what}`, [{ fromMs: 0, toMs: tookMs, observed: found.observed }], found.error)
}

/** Watches for the whole of `for`; rejects with NotObserved at the first look that does not satisfy. */
export async function always<T>(what: string, look: (signal: AbortSignal) => Promise<Look<T>>, { for: duration, signal, every = '50ms' }: WaitOptions & { for: Duration }): Promise<{ value: T; tookMs: number; observed: string }> {
  const lengthMs = milliseconds(duration)
  const started = performance.now()
  const log = new ObservationLog(started)
  for (;;) {
    const found = await attempt(look, signal)
    signal.throwIfAborted()
    log.saw(found.observed)
    const tookMs = performance.now() - started
    if (!found.satisfied) throw new NotObserved(`not for ${duration}, but broken after ${sayMs(tookMs)}: ${what}`, log.entries, found.error)
    if (tookMs >= lengthMs) return { value: found.value as T, tookMs, observed: found.observed }
    await nextLook(milliseconds(every), signal, undefined)
  }
}

async function attempt<T>(look: (signal: AbortSignal) => Promise<Look<T>>, signal: AbortSignal): Promise<{ value?: T; satisfied: boolean; observed: string; error?: unknown }> {
  try {
    return await look(signal)
  } catch (error) {
    return { satisfied: false, observed: `could not look: ${error instanceof Error ? error.message : String(error)}`, error }
  }
}

function byThisHost(error: unknown): boolean {
  return error instanceof AccessError && error.kind === 'host-changed'
}

async function nextLook(everyMs: number, signal: AbortSignal, changed: WaitOptions['changed']): Promise<void> {
  const over = new AbortController()
  using until = either(signal, over.signal)
  const woken = [pause(everyMs, undefined, { signal: until.signal }), ...(changed ? [changed(until.signal)] : [])].map(wait => wait.catch(() => undefined))
  await Promise.race(woken)
  over.abort()
}

class ObservationLog {
  readonly entries: Observation[] = []
  readonly #started: number

  constructor(started: number) {
    this.#started = started
  }

  saw(observed: string): void {
    const atMs = performance.now() - this.#started
    const last = this.entries.at(-1)
    if (last?.observed === observed) last.toMs = atMs
    else this.entries.push({ fromMs: atMs, toMs: atMs, observed })
  }
}

const shownObservations = 12

function describe(observations: Observation[]): string {
  const left = observations.length - shownObservations
  const lines = observations.slice(-shownObservations).map(({ fromMs, toMs, observed }) => `  ${sayMs(fromMs)} – ${sayMs(toMs)}: ${observed}`)
  return [...(left > 0 ? [`  (${left} earlier observations left out)`] : []), ...lines].join('\n')
}
