// Whether this host gives us processor time when we ask for it: one that is shared may take it away for minutes.
import { setTimeout as pause } from 'node:timers/promises'
import { milliseconds, type Duration } from './duration.ts'
import { limited } from './limit.ts'

/** How much processor time is asked for at a time, and the pause before the next: ms. Less than a tenth of one core. */
const askedMs = 20
const pauseMs = 200

/** Longest that both together may come late, in ms: a fifth of what a takeover's shortest timers bear (T1 / 10). */
const lateAtMostMs = 100

/** How long the host must have kept time without a break. */
const calmFor: Duration = '10s'

/** Waits until the host has kept time for 10 s in a row; false where it has not `within` that. Rejects with the reason of the signal. */
export async function hostCalm({ within, signal }: { within: Duration; signal: AbortSignal }): Promise<boolean> {
  using limit = limited(milliseconds(within), signal)
  let since = performance.now()
  while (performance.now() - since < milliseconds(calmFor)) {
    signal.throwIfAborted()
    if (limit.expired) return false
    if ((await latenessMs(limit.signal)) > lateAtMostMs) since = performance.now()
  }
  signal.throwIfAborted()
  return true
}

async function latenessMs(signal: AbortSignal): Promise<number> {
  const started = performance.now()
  const before = process.threadCpuUsage()
  let used = 0
  while (used < askedMs) {
    const { user, system } = process.threadCpuUsage(before)
    used = (user + system) / 1000
  }
  await pause(pauseMs, undefined, { signal }).catch(() => undefined)
  return performance.now() - started - askedMs - pauseMs
}
