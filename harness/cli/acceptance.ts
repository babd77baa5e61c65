// The acceptance matrix of a system: what its documents promise, row by row.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { AcceptanceRow } from './coverage.ts'
import { projectRoot } from './project.ts'

export function acceptedSystems(): string[] {
  return globSync('scenarios/*/acceptance.yaml', { cwd: projectRoot }).map(path => path.split('/')[1] ?? '').sort()
}

export function acceptanceRows(system: string): AcceptanceRow[] {
  const { rows } = parse(readFileSync(join(projectRoot, 'scenarios', system, 'acceptance.yaml'), 'utf8')) as { rows: Record<string, Omit<AcceptanceRow, 'id'>> }
  return Object.entries(rows).map(([id, row]) => ({ id, ...row }))
}
