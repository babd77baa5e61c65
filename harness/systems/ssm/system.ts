// SSM On-Prem as the harness knows it.
import type { KeptBrowser } from '../../access/browser.ts'
import type { ClusterNode } from '../../cluster.ts'
import type { Target } from '../../target.ts'
import type { Load, System } from '../system.ts'
import { SsmAccounts } from './accounts.ts'
import { SsmConsole } from './console.ts'
import { Ssm } from './expectations.ts'
import { SsmGui } from './gui.ts'
import { health } from './health.ts'
import { Licensing } from './licensing.ts'
import { productLog } from './logs.ts'
import { Surroundings } from './products.ts'
import { Rest } from './rest.ts'
import type { Session } from './visitor.ts'
import { urlAt } from './wire.ts'

export const ssm: System<Ssm> = {
  name: 'ssm',
  log: productLog,
  // `.guard` is there for a moment, each time that a guard tries whether its disk takes writes, and longer where that was when the power went.
  folders: { paths: ['/var/lib/postgresql/15', '/var/lib/ssm'], mayChange: ['behind', 'console', 'kept-aside', '.guard'] },
  accounts: target => new SsmAccounts(target),
  async open({ cluster, story, workload, alsoMake, unique, browser, activeAtFirst, willMake, willDestroy, destroyed }) {
    const console = new SsmConsole(cluster.access)
    const gui = new SsmGui(cluster.target, browser)
    const ownGuis = new OwnGuis(cluster.target, browser)
    const around = new Surroundings(cluster.access, browser)
    const licensing = new Licensing({ target: cluster.target, access: cluster.access, story, gui, around, rest: new Rest(cluster.target), alsoMake: (maker, perSecond) => alsoMake(maker(), perSecond) })
    return {
      given: new Ssm({ cluster, story, console, gui, guiOf: node => ownGuis.of(node), licensing, workload, unique, wasActive: activeAtFirst, willMake, willDestroy, destroyed }),
      health: signal => health(cluster, console, gui, signal),
      close: async () => { await Promise.all([gui.close(), ownGuis.close(), around.close()]) },
    }
  },
  rehearse: parts => new RehearsedSsm(parts),
}

/** The pages that servers show on their own addresses, each opened when it is first asked for. */
class OwnGuis {
  readonly #target: Target
  readonly #browser: KeptBrowser
  readonly #opened = new Map<string, SsmGui>()

  constructor(target: Target, browser: KeptBrowser) {
    this.#target = target
    this.#browser = browser
  }

  of(node: ClusterNode): SsmGui {
    const gui = this.#opened.get(node.name) ?? new SsmGui({ ...this.#target, gui: { ...this.#target.gui, url: urlAt(node.address('public'), this.#target) } }, this.#browser)
    this.#opened.set(node.name, gui)
    return gui
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened.values()].map(gui => gui.close()))
  }
}

const nothing = async (): Promise<void> => undefined
const load: Load = { acknowledgedOnce: nothing, unlisted: async () => ({ acknowledged: 1, missing: [] }) }

/** Nobody is asked who is active: in a rehearsal it is the first server, and was the second, so that handing back is told. */
class RehearsedSsm extends Ssm {
  constructor({ cluster, story }: Pick<ConstructorParameters<typeof Ssm>[0], 'cluster' | 'story'>) {
    const gui = { createAccount: nothing, deleteAccount: nothing, on: nothing } as unknown as SsmGui
    const console = { enter: async () => '', enterCutOff: async (_node: unknown, _entered: unknown, cutOff: () => Promise<unknown>) => cutOff() } as unknown as SsmConsole
    const around = { enter: async () => '', central: async () => '', licensing: async () => ({ shown: {} }) } as unknown as Surroundings
    const licensing = new Licensing({ target: cluster.target, access: cluster.access, story, gui, around, rest: undefined as never, alsoMake: async () => load })
    super({ cluster, story, console, gui, guiOf: () => gui, licensing, workload: load, unique: 'RUN', wasActive: () => cluster.nodes[1]?.name, willMake: () => undefined, willDestroy: () => undefined, destroyed: () => undefined })
  }

  override async reinstall(node: ClusterNode): Promise<void> {
    await this.story.step(`a newly installed server in the place of ${node}`, nothing)
  }

  override async forgetsFailures(): Promise<boolean> {
    return true
  }

  override async logInAndOut(): Promise<Session> {
    return this.story.step('a person logs in and out', async () => ({ cookie: '', csrf: '' }))
  }

  override async events(): Promise<string[]> {
    return this.story.step('read the Event Logs', async () => [])
  }

  override active(): Promise<ClusterNode> {
    const [first] = this.cluster.nodes
    if (!first) throw new Error('a cluster without nodes')
    return Promise.resolve(first)
  }
}
