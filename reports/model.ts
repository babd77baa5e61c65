// What every report shows, worked out once from the history and run.json; no report interprets events by itself.
import { scenariosOf, worst, type ScenarioView } from '../harness/check.ts'
import type { Bounds, Evidence, FaultPhase, History, OpEvent, Outcome, RunEvent, StepEvent, VerdictEvent } from '../harness/history.ts'

/** How a run or a scenario ended, in the words of run.json. */
export type Ending = 'pass' | 'fail' | 'inconclusive' | 'skipped' | 'unfit' | 'unhealed' | 'interrupted'

export interface Outage {
  /** in which it was measured */
  scenario?: string
  /** the kind of the fault it followed */
  fault: string
  node?: string
  /** the fault's id */
  id?: string
  /** 0: none was seen */
  ms: number
  errorMs: number
  /** when it began and ended, ms since the run's start */
  from?: number
  to?: number
  /** which probe is quoted, and where it stood */
  seenBy?: string
  boundMs?: number
}

/** The part of run.json that reports read. */
export interface RunFile {
  verdict: Ending
  exitCode: number
  run?: string
  target: string
  seed: number
  startedAt: string
  endedAt?: string
  versions: Record<string, string>
  scenarios: { id: string; title?: string; verdict: Ending; covers: string[]; why?: string }[]
  outages: Outage[]
  /** the same outages as each place and protocol saw them */
  sightings?: Outage[]
  /** from the heal of a fault to a whole cluster */
  convergences?: { scenario?: string; fault: string; node?: string; /** null: it is not known that it was whole */ ms: number | null; boundMs?: number }[]
  accounts?: Accounts
  /** defects that were planted in the twin on purpose */
  planted?: { name: string; what: string }[]
  /** checks that were taken out on purpose */
  without?: string[]
  /** scenarios of the system that were not asked for */
  leftOut?: { id: string; why: string }[]
  /** the command that runs it again */
  again?: string
  /** by scenario, the folder of the take that counts, relative to this; only where something was taken again */
  takes?: Record<string, string>
}

/** What a report needs to know beyond the run's folder, so that it can speak to people who do not know the project. */
export interface Glossary {
  /** by the fault's kind: one sentence, with what it cannot show */
  faults: Record<string, string>
  /** by the check's name */
  checks: Record<string, string>
  /** by the acceptance row's id */
  rows: Record<string, { statement: string; source: string }>
}

export interface Report {
  run: string
  ending: Ending
  exitCode: number
  /** for people: why it ended so; one line per reason */
  why: string[]
  target: { name: string; system: string; twin: boolean; vip: string; nodes: { name: string; addresses: Record<string, string> }[] }
  versions: Record<string, string>
  seed: number
  startedAt: string
  lengthMs: number
  again: string
  planted: { name: string; what: string }[]
  without: string[]
  leftOut: { id: string; why: string }[]
  scenarios: ScenarioReport[]
  accounts: Accounts
}

export interface ScenarioReport {
  id: string
  system: string
  title: string
  ending: Ending
  why: string
  from: number
  to: number
  rows: RowReport[]
  /** neighbouring steps of the same stage of the arc */
  stages: StageReport[]
  checks: CheckReport[]
  faults: FaultReport[]
  outages: OutageReport[]
  accounts: Accounts
  bounds: { name: string; limit: number; source: string }[]
}

export interface RowReport {
  id: string
  statement: string
  source: string
  /** `undefined`: no assertion for it ran */
  outcome: Outcome | undefined
  provenBy: string[]
}

export interface StageReport {
  stage: string
  from: number
  to: number
  outcome: Outcome | undefined
  steps: StepReport[]
}

export interface StepReport {
  step: string
  title: string
  stage: string
  from: number
  /** `undefined`: it never ended */
  to: number | undefined
  check?: string
  rows: string[]
  expected?: string
  observed?: string
  outcome?: Outcome
  evidence: Evidence[]
}

export interface CheckReport {
  name: string
  statement: string
  verdict: Outcome
  why: string
  at: number[]
  bounds: { name: string; limit: number; source: string }[]
}

export interface FaultReport {
  id: string
  fault: string
  node: string
  /** what it does, for people: `isolate primary-node from every network` */
  title: string
  /** what this kind of fault is, with what it cannot show */
  what: string
  phases: Partial<Record<FaultPhase, { t: number; detail: string }>>
}

export interface OutageReport extends Outage {
  title: string
  boundMs: number | undefined
  boundSource: string
}

export interface Accounts {
  acknowledged: number
  refused: number
  unknown: number
  /** acknowledged but missing when read back; null: nobody read back */
  lost: string[] | null
}

export function reportOf(history: History, run: RunFile, glossary: Glossary): Report {
  const begin = history.find(event => event.type === 'run')
  const scenarios = withoutEmpty(scenariosOf(history), run).map(view => scenarioReport(view, history, begin, run, glossary))
  const last = history.at(-1)
  return {
    run: run.run ?? begin?.run ?? 'run',
    ending: run.verdict,
    exitCode: run.exitCode,
    why: reasons(run, scenarios),
    target: { name: run.target, system: begin?.target.system ?? '', twin: begin?.target.twin ?? false, vip: begin?.target.vip ?? '', nodes: begin?.target.nodes ?? [] },
    versions: run.versions,
    seed: run.seed,
    startedAt: begin?.clock.utc ?? run.startedAt,
    lengthMs: last?.t ?? 0,
    again: run.again ?? `npx haywire run ${run.scenarios.map(({ id }) => id).join(' ')} --target ${run.target}`,
    planted: run.planted ?? [],
    without: run.without ?? [],
    leftOut: run.leftOut ?? [],
    scenarios: [...scenarios, ...neverBegun(run, scenarios, glossary)],
    accounts: together(scenarios.map(scenario => scenario.accounts)),
  }
}

/** A run that ended before its first scenario has a history, but nothing to show of it. */
function withoutEmpty(views: ScenarioView[], run: RunFile): ScenarioView[] {
  return views.filter(view => view.begin !== undefined || (run.scenarios.length > 0 && view.events.length > 0))
}

function neverBegun(run: RunFile, begun: ScenarioReport[], glossary: Glossary): ScenarioReport[] {
  return run.scenarios.filter(({ id }) => !begun.some(scenario => scenario.id === id)).map(({ id, title, verdict, covers, why }) => ({
    id, system: systemOf(id), title: title ?? id, ending: verdict, why: why ?? '', from: 0, to: 0, rows: rowsOf(covers, [], glossary), stages: [], checks: [], faults: [], outages: [],
    accounts: accountsIn([]), bounds: [],
  }))
}

function scenarioReport(view: ScenarioView, history: History, begin: RunEvent | undefined, run: RunFile, glossary: Glossary): ScenarioReport {
  const id = view.scenario ?? run.scenarios[0]?.id ?? 'scenario'
  const inRun = run.scenarios.find(scenario => scenario.id === id)
  const steps = stepsOf(view.events)
  const faults = faultsOf(view.events, glossary)
  const bounds = boundsOf(view.bounds, { ...begin?.boundSources, ...view.begin?.boundSources })
  const checks = checksOf(history, view.scenario, bounds, glossary)
  return {
    id,
    system: systemOf(id),
    title: view.begin?.title ?? inRun?.title ?? id,
    ending: inRun?.verdict ?? endingOf(checks, view.end?.error),
    why: inRun?.why ?? view.end?.error ?? '',
    from: view.begin?.t ?? view.events[0]?.t ?? 0,
    to: view.end?.t ?? view.events.at(-1)?.t ?? 0,
    rows: rowsOf([...new Set([...(view.begin?.covers ?? inRun?.covers ?? []), ...steps.flatMap(step => step.rows)])], steps, glossary),
    stages: stagesOf(steps),
    checks,
    faults,
    outages: outagesOf(run, faults, bounds),
    accounts: accountsIn(view.events),
    bounds,
  }
}

function endingOf(checks: CheckReport[], error: string | undefined): Ending {
  const verdict = worst(checks.map(check => check.verdict))
  if (verdict === 'fail') return 'fail'
  return verdict === 'unknown' || error !== undefined ? 'inconclusive' : 'pass'
}

function reasons(run: RunFile, scenarios: ScenarioReport[]): string[] {
  const grave = scenarios.flatMap(scenario => scenario.checks.filter(check => check.verdict === 'fail').map(check => `${check.name}: ${check.why}`))
  const open = scenarios.flatMap(scenario => scenario.checks.filter(check => check.verdict === 'unknown').map(check => `${check.name}: ${check.why}`))
  const told = run.scenarios.filter(scenario => scenario.verdict !== 'pass' && scenario.why).map(scenario => `${scenario.title ?? scenario.id}: ${scenario.why}`)
  if (run.verdict === 'pass') return []
  if (run.verdict === 'fail') return grave.length > 0 ? grave : told
  if (run.verdict === 'inconclusive') return open.length > 0 ? open : told
  return told.length > 0 ? told : [...grave, ...open]
}

function systemOf(id: string): string {
  return id.split('/')[0] ?? id
}

function stepsOf(events: History): StepReport[] {
  const steps = new Map<string, StepReport>()
  for (const event of events) {
    if (event.type !== 'step') continue
    const known = steps.get(event.step)
    if (event.phase === 'begin') steps.set(event.step, stepReport(event, undefined))
    else steps.set(event.step, { ...stepReport(event, event.t), from: known?.from ?? event.t })
  }
  return [...steps.values()].sort((a, b) => a.from - b.from)
}

function stepReport({ t, step, title, stage, check, rows, expected, observed, outcome, evidence }: StepEvent, to: number | undefined): StepReport {
  return { step, title, stage: stage ?? 'observe', from: t, to, check, rows: rows ?? [], expected, observed, outcome, evidence: evidence ?? [] }
}

function stagesOf(steps: StepReport[]): StageReport[] {
  const stages: StageReport[] = []
  for (const step of steps) {
    const last = stages.at(-1)
    if (last?.stage === step.stage) last.steps.push(step)
    else stages.push({ stage: step.stage, from: step.from, to: step.from, outcome: undefined, steps: [step] })
  }
  return stages.map(stage => {
    const outcomes = stage.steps.flatMap(step => step.outcome ?? [])
    return { ...stage, to: Math.max(...stage.steps.map(step => step.to ?? step.from)), outcome: outcomes.length > 0 ? worst(outcomes) : undefined }
  })
}

function rowsOf(ids: string[], steps: StepReport[], glossary: Glossary): RowReport[] {
  return ids.map(id => {
    const proofs = steps.filter(step => step.rows.includes(id) && step.outcome !== undefined)
    return {
      id,
      statement: glossary.rows[id]?.statement ?? '',
      source: glossary.rows[id]?.source ?? '',
      outcome: proofs.length > 0 ? worst(proofs.map(step => step.outcome ?? 'unknown')) : undefined,
      provenBy: proofs.map(step => step.step),
    }
  })
}

/** Which limits a check is judged by, where its name alone does not say it. */
const boundsByCheck: Record<string, string[]> = {
  'outage-shorter-than-bound': ['outageMs'],
  'writes-stall-shorter-than-bound': ['writeStallMs'],
  'views-agree': ['viewsAgreeMs'],
  'cluster-converges': ['convergenceMs'],
  'gives-up-before-takeover': ['giveUpMs', 'takeOverMs'],
  'load-high-enough': ['loadPerSecond', 'hostLateMs'],
  'reads-see-no-gap': ['readGapMs'],
}

function checksOf(history: History, scenario: string | undefined, bounds: ScenarioReport['bounds'], glossary: Glossary): CheckReport[] {
  const verdicts = new Map<string, VerdictEvent>()
  for (const event of history) if (event.type === 'verdict' && event.scenario === scenario) verdicts.set(event.check, event)
  return [...verdicts.values()].map(({ check, verdict, why, at }) => ({
    name: check, statement: glossary.checks[check] ?? '', verdict, why, at, bounds: bounds.filter(bound => boundsByCheck[check]?.includes(bound.name)),
  }))
}

function boundsOf(bounds: Bounds, sources: Record<string, string>): ScenarioReport['bounds'] {
  return Object.entries(bounds).map(([name, limit]) => ({ name, limit, source: sources[name] ?? '' }))
}

function faultsOf(events: History, glossary: Glossary): FaultReport[] {
  const faults = new Map<string, FaultReport>()
  for (const event of events) {
    if (event.type !== 'fault') continue
    const fault = faults.get(event.id) ?? { id: event.id, fault: event.fault, node: event.node, title: `${event.fault} ${event.node}`, what: glossary.faults[event.fault] ?? '', phases: {} }
    fault.phases[event.phase] ??= { t: event.t, detail: event.detail ?? '' }
    if (event.phase === 'requested' && event.detail) fault.title = event.detail
    faults.set(event.id, fault)
  }
  return [...faults.values()]
}

function outagesOf(run: RunFile, faults: FaultReport[], bounds: ScenarioReport['bounds']): OutageReport[] {
  const bound = bounds.find(({ name }) => name === 'outageMs')
  return run.outages.flatMap(outage => {
    const fault = faults.find(({ id, fault, node }) => (outage.id === undefined ? fault === outage.fault && (outage.node ?? node) === node : id === outage.id))
    return fault ? [{ ...outage, title: fault.title, boundMs: bound?.limit ?? outage.boundMs, boundSource: bound?.source ?? '' }] : []
  })
}

/** Lost is what any of the last readings, one per server and one through the VIP, lacks; a reading counts if it began after the last acknowledgement. */
function accountsIn(events: History): Accounts {
  const open = new Map<string, OpEvent>()
  const acknowledged = new Set<string>()
  const reads = new Map<string, { began: number; names: Set<string> }>()
  let lastAcknowledgedT = -Infinity
  let refused = 0
  let unknown = 0
  for (const event of events) {
    if (event.type !== 'op') continue
    const key = `${event.client} ${event.id}`
    const invoked = open.get(key)
    if (event.phase === 'invoke') {
      open.set(key, event)
      continue
    }
    open.delete(key)
    const value = event.value ?? invoked?.value
    if (event.f === 'read' && event.phase === 'ok' && Array.isArray(value)) reads.set(event.node ?? '', { began: invoked?.t ?? event.t, names: new Set(value.map(String)) })
    if (event.f !== 'create') continue
    if (event.phase === 'ok') {
      acknowledged.add(String(value))
      lastAcknowledgedT = event.t
    } else if (event.phase === 'fail') refused += 1
    else unknown += 1
  }
  unknown += [...open.values()].filter(({ f }) => f === 'create').length
  const final = [...reads.values()].filter(({ began }) => began >= lastAcknowledgedT)
  return { acknowledged: acknowledged.size, refused, unknown, lost: final.length === 0 ? null : [...acknowledged].filter(name => final.some(({ names }) => !names.has(name))) }
}

/** Of several scenarios together; each has accounts of its own, and read them back itself. */
export function accountsOf(scenarios: History[]): Accounts {
  return together(scenarios.map(accountsIn))
}

function together(all: Accounts[]): Accounts {
  const read = all.flatMap(({ lost }) => (lost === null ? [] : [lost]))
  const sum = (of: (accounts: Accounts) => number): number => all.reduce((total, accounts) => total + of(accounts), 0)
  return { acknowledged: sum(one => one.acknowledged), refused: sum(one => one.refused), unknown: sum(one => one.unknown), lost: read.length === 0 ? null : read.flat() }
}

/** An outage with its error bar: `412 ms ± 14 ms`. */
export function sayOutage(ms: number, errorMs: number): string {
  if (ms === 0) return `none seen (± ${precise(errorMs)})`
  return `${precise(ms)} ± ${precise(errorMs)}`
}

/** Milliseconds while they can be told apart, then seconds. */
export function precise(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 60_000 ? `${(ms / 1000).toFixed(2)} s` : `${(ms / 1000).toFixed(1)} s`
}
