// A scenario for SSM On-Prem: its body gets the cluster and what the product shows of it.
import type { Scenario } from '../../scenario.ts'
import { recoveryGap } from './bounds.ts'
import type { Ssm } from './expectations.ts'

export type SsmScenario = Scenario<(ssm: Ssm) => Promise<void>>

/** Whatever is done to the product, its logs are read, and every scenario promises what they tell; where clients may lose the service, they lose it once; and who serves serves everybody. */
export function ssmScenario(id: `ssm/${string}`, definition: Omit<SsmScenario, 'id' | 'system' | 'body'>, body: SsmScenario['body']): SsmScenario {
  const { promises, bounds, onlyWith } = definition
  // Where there may be no fault at all, nothing of that could be judged.
  const interrupts = bounds.outageMs !== undefined && onlyWith === undefined
  return {
    id, system: 'ssm', ...definition,
    promises: [...promises, ...(interrupts ? ['recovery-interrupts-nobody'] : []), ...(interrupts || bounds.readGapMs !== undefined ? ['no-read-refused-in-service'] : []), 'logs-tell-no-bad-news'],
    bounds: { ...(interrupts ? { recoveryGapMs: recoveryGap } : {}), ...bounds },
    body,
  }
}
