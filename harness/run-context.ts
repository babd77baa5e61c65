// What every process of one run (runner, probes, guardian) is started with: a JSON file in the run's folder, without secrets.
import { readFileSync, writeFileSync } from 'node:fs'
import type { RunClock } from './clock.ts'
import type { Target } from './target.ts'

export interface RunContext {
  run: string
  runDir: string
  historyPath: string
  evidenceDir: string
  journalPath: string
  /** CLOCK_MONOTONIC at the run's start, in nanoseconds, as decimal digits */
  startNs: string
  startUtc: string
  target: Target
  seed: number
  scenarios: string[]
  /** checks taken out on purpose, to show that a defect is missed without them */
  without: string[]
  /** checks whose first failure ends a scenario: it has shown then what it was run for */
  until: string[]
  /** names of the planted defects; empty for a clean twin and for every real cluster */
  defects: string[]
}

export function clockOf(context: Pick<RunContext, 'startNs' | 'startUtc'>): RunClock {
  return { startNs: BigInt(context.startNs), startUtc: context.startUtc }
}

export function readRunContext(path: string): RunContext {
  return JSON.parse(readFileSync(path, 'utf8')) as RunContext
}

export function writeRunContext(path: string, context: RunContext): void {
  writeFileSync(path, `${JSON.stringify(context, null, 2)}\n`)
}
