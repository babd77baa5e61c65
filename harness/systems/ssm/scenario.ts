// A scenario for SSM On-Prem: its body gets the cluster and what the product shows of it.
import type { Scenario } from '../../scenario.ts'
import type { Ssm } from './expectations.ts'

export type SsmScenario = Scenario<(ssm: Ssm) => Promise<void>>

/** Whatever is done to the product, its logs are read: every scenario promises what they tell. */
export function ssmScenario(id: `ssm/${string}`, definition: Omit<SsmScenario, 'id' | 'system' | 'body'>, body: SsmScenario['body']): SsmScenario {
  return { id, system: 'ssm', ...definition, promises: [...definition.promises, 'logs-tell-no-bad-news'], body }
}
