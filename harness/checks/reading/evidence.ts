// What a scenario's history holds, sorted once by who said it; odd lines are set aside and named, never trusted and never fatal.
import type { ScenarioView } from '../../check.ts'
import type { FaultEvent, OpEvent, SampleEvent, StepEvent } from '../../history.ts'
import { finding, type Finding } from './findings.ts'
import { atTime } from './say.ts'

export interface Evidence {
  samples: ReadonlyMap<string, SampleEvent[]>
  /** ops in the order of their times */
  ops: OpEvent[]
  faults: FaultEvent[]
  steps: StepEvent[]
  /** lines that are no event of their type */
  odd: Finding[]
  first: number
  last: number
}

/** One look of a probe. The fact was so at some moment between `t` and `end`; `value` is absent where the probe got none. */
export interface Reading<T> {
  t: number
  end: number
  node: string | undefined
  from: string | undefined
  value?: T
  /** why there is none */
  error?: string
}

export interface Readings<T> {
  readings: Reading<T>[]
  /** samples whose value is not what this probe reports: missing evidence, with a name */
  odd: Finding[]
}

export interface Source {
  probe: string
  node?: string
  from?: string
}

/** Reads a view once, however many checks ask: a history may hold a quarter of a million events. */
export function once<T>(read: (view: ScenarioView) => T): (view: ScenarioView) => T {
  const known = new WeakMap<ScenarioView, { found: T }>()
  return view => {
    const entry = known.get(view) ?? { found: read(view) }
    known.set(view, entry)
    return entry.found
  }
}

export const evidenceOf = once(sort)

/** Everything one probe saw, read by a function that gives undefined for what it does not understand. */
export function readingsOf<T>(view: ScenarioView, { probe, node, from }: Source, read: (value: unknown) => T | undefined, usualTookMs = 0): Readings<T> {
  const readings: Reading<T>[] = []
  const odd: Finding[] = []
  for (const sample of evidenceOf(view).samples.get(probe) ?? []) {
    if ((node !== undefined && sample.node !== node) || (from !== undefined && sample.from !== from)) continue
    const end = sample.t + (isLength(sample.tookMs) ? sample.tookMs : usualTookMs)
    const reading: Reading<T> = { t: sample.t, end, node: sample.node, from: sample.from }
    if (sample.error !== undefined) reading.error = sample.error
    else {
      const value = read(sample.value)
      if (value === undefined) {
        odd.push(finding(`${sourceName(sample)} ${atTime(sample.t)} says ${short(sample.value)}, which is no value of this probe`, sample.t))
        continue
      }
      reading.value = value
    }
    readings.push(reading)
  }
  return { readings, odd: summed(odd) }
}

/** The places or nodes from which a probe spoke. */
export function sourcesOf(view: ScenarioView, probe: string, by: 'node' | 'from'): string[] {
  const names = new Set<string>()
  for (const sample of evidenceOf(view).samples.get(probe) ?? []) {
    const name = sample[by]
    if (name !== undefined) names.add(name)
  }
  return [...names]
}

/** The cluster's nodes: those that the run names, else those that any probe or fault named. */
export function nodesOf(view: ScenarioView): string[] {
  const named = targetNodes(view).map(node => node.name)
  if (named.length > 0) return named
  const { samples, faults } = evidenceOf(view)
  const seen = new Set<string>(faults.map(fault => fault.node))
  for (const probe of ['flight', 'sql', 'console', 'residue']) for (const sample of samples.get(probe) ?? []) if (sample.node) seen.add(sample.node)
  return [...seen].sort()
}

/** The run's nodes with their addresses by network; empty where the run event is missing or odd. */
export function targetNodes(view: ScenarioView): { name: string; addresses: Record<string, string> }[] {
  const nodes: unknown = view.run?.target?.nodes
  if (!Array.isArray(nodes)) return []
  return nodes.filter((node: unknown): node is { name: string; addresses: Record<string, string> } =>
    isRecord(node) && typeof node.name === 'string' && isRecord(node.addresses))
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sort(view: ScenarioView): Evidence {
  const samples = new Map<string, SampleEvent[]>()
  const evidence = { ops: [] as OpEvent[], faults: [] as FaultEvent[], steps: [] as StepEvent[] }
  const odd: Finding[] = []
  for (const event of view.events) {
    const problem = problemOf(event as unknown as Record<string, unknown>)
    if (problem) odd.push(finding(`the ${event.type} event ${atTime(event.t)} ${problem}`, event.t))
    else if (event.type === 'sample') {
      const list = samples.get(event.probe)
      if (list) list.push(event)
      else samples.set(event.probe, [event])
    } else if (event.type === 'op') evidence.ops.push(event)
    else if (event.type === 'fault') evidence.faults.push(event)
    else if (event.type === 'step') evidence.steps.push(event)
  }
  return { samples, ...evidence, odd: summed(odd), first: view.events[0]?.t ?? 0, last: view.events.at(-1)?.t ?? 0 }
}

/** The fields without which an event says nothing: their type, or the words they may hold. */
const needed: Record<string, [field: string, kind: 'string' | 'number' | readonly string[]][]> = {
  sample: [['probe', 'string']],
  op: [['id', 'number'], ['client', 'string'], ['f', 'string'], ['phase', ['invoke', 'ok', 'fail', 'info']]],
  fault: [['id', 'string'], ['fault', 'string'], ['node', 'string'], ['phase', ['requested', 'proven', 'healed', 'proven-healed']]],
  step: [['step', 'string'], ['title', 'string'], ['phase', ['begin', 'end']]],
}

function problemOf(event: Record<string, unknown>): string | undefined {
  for (const [field, kind] of needed[event.type as string] ?? []) {
    const value = event[field]
    const right = typeof kind === 'string' ? typeof value === kind : kind.includes(value as string)
    if (!right) return value === undefined ? `has no ${field}` : `has the ${field} ${short(value)}`
  }
  if (event.type !== 'sample') return undefined
  if (event.node !== undefined && typeof event.node !== 'string') return `has the node ${short(event.node)}`
  if (event.error !== undefined && typeof event.error !== 'string') return `has the error ${short(event.error)}`
  return undefined
}

function summed(odd: Finding[]): Finding[] {
  const [first] = odd
  if (!first || odd.length === 1) return odd
  return [finding(`${first.why} (and ${odd.length - 1} more like it)`, ...first.at)]
}

function sourceName({ probe, node, from }: SampleEvent): string {
  return [probe, ...(node ? [`of ${node}`] : []), ...(from ? [`from ${from}`] : [])].join(' ')
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
