// Looks are launched at fixed times, whatever became of the looks before; how late each was is part of what it says.
import { now, type RunClock } from '../clock.ts'

/** One moment to look. */
export interface Tick {
  /** when the look begins, in ms since the run's start */
  t: number
  /** how late that is */
  slipMs: number
}

/** How punctual a probe was, for whoever asks the next time. */
export interface Punctuality {
  slipsMs: number[]
  /** looks that were due while this process could not run: they are missing, nobody makes up for them */
  missed: number
}

/**
 * Launches a look at each multiple of the period until told to stop. The launch must not wait for anything.
 * A timer that comes late does not move those that follow.
 */
export function everyPeriod(periodMs: number, launch: (tick: Tick) => void, { clock, signal, punctuality }: { clock: RunClock; signal: AbortSignal; punctuality?: Punctuality }): void {
  if (signal.aborted) return
  let due = now(clock)
  let timer: NodeJS.Timeout
  const look = (): void => {
    const t = now(clock)
    const { next, slipMs, missed } = afterTick(due, t, periodMs)
    due = next
    if (punctuality) {
      punctuality.slipsMs.push(slipMs)
      punctuality.missed += missed
    }
    // Armed before the launch: what the launch costs is then not added to the next delay.
    timer = setTimeout(look, Math.max(0, due - now(clock)))
    launch({ t, slipMs })
  }
  timer = setTimeout(look, 0)
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
}

/** When the look after this one is due, and how many were due in between. A timer may come a fraction of a millisecond early: that is no slip. */
export function afterTick(due: number, t: number, periodMs: number): { next: number; slipMs: number; missed: number } {
  const slipMs = Math.max(0, t - due)
  const missed = Math.floor(slipMs / periodMs)
  return { next: due + (missed + 1) * periodMs, slipMs, missed }
}

/** The value that 99 of 100 do not exceed; 0 where there are none. */
export function percentile99(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? 0
}
