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

/** How wrong the dates of the nodes' own records may be, in ms: as well as their monotonic clocks could be measured. A twin shares our clock. */
export function clockSkew(view: ScenarioView): number {
  const { readings } = readingsOf(view, { probe: 'flight' }, value => (isRecord(value) ? value : undefined))
  return readings.reduce((most, { value }) => Math.max(most, typeof value?.clockErrorMs === 'number' ? value.clockErrorMs : 0), 0)
}

function readResidue(value: unknown): Residue | undefined {
  return isRecord(value) && (value.at === 'before' || value.at === 'after') ? { at: value.at, fields: value } : undefined
}
