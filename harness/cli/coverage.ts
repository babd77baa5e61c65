// A row counts as proven only by an assertion that ran in that run.
import { worst } from '../check.ts'
import type { History, StepEvent } from '../history.ts'
import type { Scenario } from '../scenario.ts'

export interface AcceptanceRow {
  id: string
  statement: string
  source: string
  /** why a twin cannot prove it */
  notProvable?: string
}

export interface CoverageRow extends AcceptanceRow {
  state: 'proven' | 'failed' | 'inconclusive' | 'not run' | 'not provable here'
  why?: string
  scenarios: string[]
  evidence: { scenario: string; step: string; check: string; outcome: string; expected: string; observed: string; files: string[] }[]
}

const stateOf = { pass: 'proven', fail: 'failed', unknown: 'inconclusive' } as const

export function coverageOf(rows: AcceptanceRow[], scenarios: Pick<Scenario, 'id' | 'covers'>[], history: History | undefined): CoverageRow[] {
  const ended = (history ?? []).filter((event): event is StepEvent => event.type === 'step' && event.phase === 'end' && event.outcome !== undefined && event.check !== undefined)
  return rows.map(row => {
    const proofs = ended.filter(step => step.rows?.includes(row.id))
    const evidence = proofs.map(({ step, title, check, outcome, expected, observed, evidence }) => ({
      scenario: step.split('#')[0] ?? step, step: title, check: check ?? '', outcome: outcome ?? 'unknown', expected: expected ?? '', observed: observed ?? '', files: (evidence ?? []).map(({ path }) => path),
    }))
    const covering = scenarios.filter(scenario => scenario.covers.includes(row.id)).map(scenario => scenario.id)
    const state = proofs.length > 0 ? stateOf[worst(proofs.map(step => step.outcome ?? 'unknown'))] : row.notProvable ? 'not provable here' : 'not run'
    const why = state === 'not provable here' ? row.notProvable : undefined
    return { ...row, state, ...(why ? { why } : {}), scenarios: covering, evidence }
  })
}
