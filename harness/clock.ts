// One monotonic clock for every process of a run: milliseconds since the run's start.

/**
 * A run's clock. `startNs` is CLOCK_MONOTONIC at the start of the run, so any process on this host, and any container on
 * it, can place its own readings on the same axis. `startUtc` is only for people.
 */
export interface RunClock {
  startNs: bigint
  startUtc: string
}

export function startClock(): RunClock {
  return { startNs: process.hrtime.bigint(), startUtc: new Date().toISOString() }
}

/** Now, in fractional milliseconds since the run's start. */
export function now(clock: RunClock): number {
  return sinceStart(clock, process.hrtime.bigint())
}

/** A CLOCK_MONOTONIC reading in nanoseconds, placed on the run's axis. */
export function sinceStart(clock: RunClock, monotonicNs: bigint): number {
  return Number(monotonicNs - clock.startNs) / 1e6
}
