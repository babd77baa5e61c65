// What reports need in order to speak to people who do not know the project: what each fault, check and row means.
import { checks } from '../../checks/index.ts'
import { faultKinds } from '../../faults/index.ts'
import { acceptanceRows, acceptedSystems } from '../acceptance.ts'

export function glossary(): { faults: Record<string, string>; checks: Record<string, string>; rows: Record<string, { statement: string; source: string }> } {
  return {
    faults: Object.fromEntries(Object.values(faultKinds).map(({ name, what }) => [name, what])),
    checks: Object.fromEntries(Object.values(checks).map(({ name, statement }) => [name, statement])),
    rows: Object.fromEntries(acceptedSystems().flatMap(acceptanceRows).map(({ id, statement, source }) => [id, { statement, source }])),
  }
}
