// SSM On-Prem as the harness knows it.
import type { System } from '../system.ts'
import type { ClusterNode } from '../../cluster.ts'
import { SsmAccounts } from './accounts.ts'
import { SsmConsole } from './console.ts'
import { Ssm } from './expectations.ts'
import { SsmGui } from './gui.ts'
import { health } from './health.ts'

export const ssm: System<Ssm> = {
  name: 'ssm',
  accounts: target => new SsmAccounts(target),
  async open({ cluster, story, workload, unique, browser, activeAtFirst, willMake }) {
    const console = new SsmConsole(cluster.access)
    const gui = new SsmGui(cluster.target, browser)
    return {
      given: new Ssm({ cluster, story, console, gui, workload, unique, wasActive: activeAtFirst, willMake }),
      health: signal => health(cluster, console, gui, signal),
      close: () => gui.close(),
    }
  },
  rehearse: parts => new RehearsedSsm(parts),
}

/** Nobody is asked who is active: in a rehearsal it is the first server, and was the second, so that handing back is told. */
class RehearsedSsm extends Ssm {
  constructor({ cluster, story }: Pick<ConstructorParameters<typeof Ssm>[0], 'cluster' | 'story'>) {
    const nothing = async (): Promise<void> => undefined
    const gui = { createAccount: nothing } as unknown as SsmGui
    super({ cluster, story, console: new SsmConsole(cluster.access), gui, workload: { acknowledgedOnce: nothing }, unique: 'RUN', wasActive: () => cluster.nodes[1]?.name, willMake: () => undefined })
  }

  override active(): Promise<ClusterNode> {
    const [first] = this.cluster.nodes
    if (!first) throw new Error('a cluster without nodes')
    return Promise.resolve(first)
  }
}
