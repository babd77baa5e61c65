// Looks that take their time (a console, a page): one after the other, on a fixed schedule, each with its error in a few words.
import { AccessError } from '../access.ts'
import { now, type RunClock } from '../clock.ts'
import { wireWord } from '../wire-error.ts'
import { rounded, type Emit } from './samples.ts'
import { everyPeriod } from './schedule.ts'

export interface Looking {
  clock: RunClock
  emit: Emit
  signal: AbortSignal
}

/** Looks every period, or more often while it fails; while one look lasts, those that are due are left out: its length is in its `tookMs`. */
export function lookEvery(periodMs: number, who: { probe: string; node?: string; from?: string }, look: (signal: AbortSignal) => Promise<unknown>, { clock, emit, signal }: Looking, whileFailingMs = periodMs): void {
  let looking = false
  let due = -Infinity
  everyPeriod(whileFailingMs, ({ t, slipMs }) => {
    if (looking || t < due) return
    looking = true
    const tell = (seen: { value: unknown } | { error: string }): void => {
      looking = false
      // Half a tick early, so that no tick is missed by a hair.
      due = 'error' in seen ? t : t + periodMs - whileFailingMs / 2
      // A look that we broke off ourselves says nothing.
      if (!signal.aborted) emit({ t, ...who, tookMs: rounded(now(clock) - t), slipMs: rounded(slipMs), ...seen })
    }
    look(signal).then(value => tell({ value }), (error: unknown) => tell({ error: shortly(error) }))
  }, { clock, signal })
}

const kinds: Record<AccessError['kind'], string> = {
  unreachable: 'unreachable', 'refused-login': 'refused login', 'changed-host-key': 'changed host key', timeout: 'timeout', broken: 'reset', 'host-changed': 'host changed', missing: 'missing',
}

/** An error as a sample tells it: one line. */
export function shortly(error: unknown): string {
  if (error instanceof AccessError) return kinds[error.kind]
  return wireWord(error).split('\n')[0] ?? ''
}
