// How one scenario ended, and what a run makes of it: run.json.
import type { Accounts, Ending } from '../../../reports/model.ts'
import type { Convergence, Outage } from '../../checks/index.ts'
import type { Scenario } from '../../scenario.ts'
import { gravest, exitCodes, type ExitCode } from '../exit.ts'

export type ScenarioVerdict = Ending

export interface ScenarioResult {
  id: string
  title: string
  /** the option with which it ended the run: no test of its own */
  onlyWith?: string
  verdict: ScenarioVerdict
  covers: string[]
  /** one line for people; empty for a pass */
  why: string
  /** the checks that did not pass */
  failures: { check: string; verdict: 'fail' | 'unknown'; why: string }[]
  /** how late the host was, or what it made the browser drop, where that alone is why nothing was shown: no check failed, everything was healed, and it may be taken again */
  spoiled?: string
  /** whether the cluster may be used for the next scenario */
  clusterInDoubt: boolean
}

type Head = Pick<Scenario, 'id' | 'title' | 'covers' | 'onlyWith'>

/** What a result says of its scenario, however it ended. */
export function headOf({ id, title, covers, onlyWith }: Head): Pick<ScenarioResult, 'id' | 'title' | 'covers' | 'onlyWith'> {
  return { id, title, covers, ...(onlyWith === undefined ? {} : { onlyWith }) }
}

/** Nobody could judge it: the harness itself failed, or its disk was full. */
export function unfinished(scenario: Head, why: string): ScenarioResult {
  return { ...headOf(scenario), verdict: 'inconclusive', why, failures: [], clusterInDoubt: true }
}

export interface RunResult {
  verdict: Exclude<Ending, 'skipped'>
  exitCode: ExitCode
  run: string
  target: string
  seed: number
  startedAt: string
  endedAt: string
  versions: Record<string, string>
  scenarios: ScenarioResult[]
  outages: (Outage & { scenario?: string; boundMs?: number })[]
  /** the same outages as each place and protocol saw them */
  sightings: (Outage & { scenario?: string })[]
  /** from the heal of a fault to a whole cluster */
  convergences: (Convergence & { scenario?: string })[]
  accounts: Accounts
  /** defects that were planted in the twin on purpose */
  planted: { name: string; what: string }[]
  /** checks that were taken out on purpose */
  without: string[]
  /** scenarios of the system that were not asked for */
  leftOut: { id: string; why: string }[]
  /** the command that runs it again */
  again: string
}

const codeOf: Record<ScenarioVerdict, ExitCode> = {
  pass: exitCodes.pass,
  fail: exitCodes.failed,
  inconclusive: exitCodes.inconclusive,
  skipped: exitCodes.pass,
  unfit: exitCodes.unfit,
  unhealed: exitCodes.unhealed,
  interrupted: exitCodes.interrupted,
}

const verdictOf: Record<ExitCode, RunResult['verdict']> = { 0: 'pass', 1: 'fail', 2: 'unfit', 3: 'unfit', 4: 'inconclusive', 5: 'unhealed', 130: 'interrupted' }

/** A scenario that was asked for by name and skipped is inconclusive; a run of nothing but skipped ones as well, whatever ended it. */
export function judgeRun(scenarios: ScenarioResult[], askedByName: boolean): { verdict: RunResult['verdict']; exitCode: ExitCode } {
  const codes = scenarios.map(({ verdict }) => (verdict === 'skipped' && askedByName ? exitCodes.inconclusive : codeOf[verdict]))
  const nothingRan = scenarios.every(({ verdict, onlyWith }) => verdict === 'skipped' || onlyWith !== undefined)
  const exitCode = nothingRan ? exitCodes.inconclusive : gravest(codes)
  return { verdict: verdictOf[exitCode], exitCode }
}
