// Histories small enough to write down: seconds in, whole events out.
import { scenariosOf, type ScenarioView } from '../../harness/check.ts'
import type { Bounds, FaultPhase, HistoryEvent, OpEvent, Outcome } from '../../harness/history.ts'
import { run } from './story.ts'

let operations = 0

/** A fault as it goes well: requested, proven 0.1 s later. */
export const fault = (seconds: number, id: string, kind = id, node = 'primary-node'): HistoryEvent[] => [phase(seconds, id, 'requested', kind, node), phase(seconds + 0.1, id, 'proven', kind, node)]
export const heal = (seconds: number, id: string, kind = id, node = 'primary-node'): HistoryEvent[] => [phase(seconds, id, 'healed', kind, node), phase(seconds + 0.1, id, 'proven-healed', kind, node)]
export const phase = (seconds: number, id: string, what: FaultPhase, kind = id, node = 'primary-node'): HistoryEvent => ({ t: seconds * 1000, type: 'fault', id, fault: kind, node, phase: what })

/** A create that was asked for 10 ms before and answered then. */
export const ack = (seconds: number, name: string | number, node = 'primary-node'): HistoryEvent[] => create(seconds, name, 'ok', node)
export const refuse = (seconds: number, name: string | number): HistoryEvent[] => create(seconds, name, 'fail')
export const lose = (seconds: number, name: string | number): HistoryEvent[] => create(seconds, name, 'info')
export const read = (seconds: number, names: unknown, node = 'vip'): HistoryEvent[] => pair(seconds, 'read', null, names, 'ok', node)

/** One create each 0.1 s, all acknowledged. */
export const acks = (from: number, to: number): HistoryEvent[] =>
  Array.from({ length: Math.round((to - from) * 10) + 1 }, (_, index) => from + index / 10).flatMap(seconds => ack(seconds, `at ${seconds.toFixed(1)}`))

export const look = (seconds: number, probe: string, value: unknown, more: { node?: string; from?: string; tookMs?: number } = {}): HistoryEvent => ({ t: seconds * 1000, type: 'sample', probe, value, ...more })

/** One probe's looks at its own rate. */
export const looks = (from: number, to: number, periodMs: number, each: (seconds: number) => HistoryEvent): HistoryEvent[] =>
  Array.from({ length: Math.round((to - from) * 1000 / periodMs) }, (_, index) => each((from * 1000 + index * periodMs) / 1000))

/** TCP and HTTPS at the VIP: an answer, or none. */
export const answers = (from: number, to: number): HistoryEvent[] => [
  ...looks(from, to, 10, seconds => look(seconds, 'vip-tcp', { connected: true }, { from: 'harness' })),
  ...looks(from, to, 200, seconds => look(seconds, 'vip-https', { status: 200, server: 'primary-node' }, { from: 'harness' })),
]
export const silence = (from: number, to: number): HistoryEvent[] => [
  ...looks(from, to, 10, seconds => ({ t: seconds * 1000, type: 'sample', probe: 'vip-tcp', from: 'harness', error: 'timeout' })),
  ...looks(from, to, 200, seconds => ({ t: seconds * 1000, type: 'sample', probe: 'vip-https', from: 'harness', error: 'timeout' })),
]

export const step = (seconds: number, title: string, check: string, outcome: Outcome, observed: string): HistoryEvent[] => [
  { t: seconds * 1000 - 100, type: 'step', step: title, title, phase: 'begin', check, expected: 'the document' },
  { t: seconds * 1000, type: 'step', step: title, title, phase: 'end', check, expected: 'the document', observed, outcome },
]

/** The view of a history without frame, with its bounds. */
export function viewOf(bounds: Bounds, ...events: (HistoryEvent | HistoryEvent[])[]): ScenarioView {
  const [view] = scenariosOf([{ ...run(), bounds }, ...events.flat()].sort((a, b) => a.t - b.t))
  if (!view) throw new Error('a history without a scenario')
  return view
}

function create(seconds: number, name: string | number, outcome: OpEvent['phase'], node?: string): HistoryEvent[] {
  return pair(seconds, 'create', name, name, outcome, node)
}

function pair(seconds: number, f: string, asked: unknown, answered: unknown, outcome: OpEvent['phase'], node?: string): HistoryEvent[] {
  operations += 1
  const op = { type: 'op' as const, id: operations, client: 'accounts-1', f }
  return [{ ...op, t: seconds * 1000 - 10, value: asked, phase: 'invoke' }, { ...op, t: seconds * 1000, value: answered, phase: outcome, ...(node ? { node } : {}) }]
}
