// What each node looked like before the first fault and after the last heal.
import type { ScenarioView } from '../../check.ts'
import { isRecord, nodesOf, readingsOf } from './evidence.ts'
import type { Finding } from './findings.ts'

export interface Residue {
  at: 'before' | 'after'
  fields: Record<string, unknown>
}

export interface Audit {
  node: string
  before: (Residue & { t: number }) | undefined
  after: (Residue & { t: number }) | undefined
  odd: Finding[]
}

/** The first look before, and the last look after, for each node. */
export function auditsOf(view: ScenarioView): Audit[] {
  return nodesOf(view).map(node => {
    const { readings, odd } = readingsOf(view, { probe: 'residue', node }, readResidue)
    const looks = readings.flatMap(({ t, value }) => (value ? [{ ...value, t }] : []))
    return { node, before: looks.find(({ at }) => at === 'before'), after: looks.findLast(({ at }) => at === 'after'), odd }
  })
}

/** How far the nodes' clocks may be from ours: two records of one moment can differ by that. A twin shares our clock. */
export function clockSkew(view: ScenarioView): number {
  return auditsOf(view).reduce((most, { before, after }) => Math.max(most, ...[before, after].map(look => (typeof look?.fields.clockOffsetMs === 'number' ? Math.abs(look.fields.clockOffsetMs) : 0))), 0)
}

function readResidue(value: unknown): Residue | undefined {
  return isRecord(value) && (value.at === 'before' || value.at === 'after') ? { at: value.at, fields: value } : undefined
}
