// What the harness needs to know of a product, whichever it is: whether it is healthy, and what a scenario's body is given.
import type { Access } from '../access.ts'
import type { KeptBrowser } from '../access/browser.ts'
import type { Cluster } from '../cluster.ts'
import type { Look } from '../eventually.ts'
import type { ProductLog } from '../logs.ts'
import type { Story } from '../story.ts'
import type { Target } from '../target.ts'
import type { Maker } from '../workload.ts'

export interface Opened<Given> {
  given: Given
  /** Everything that makes the product look steady from outside, asked before the first fault and after the last heal; its value is the active server's name. */
  health(signal: AbortSignal): Promise<Look<string | undefined>>
  close(): Promise<void>
}

/** Clients that make something all the time, as far as a scenario may know them. */
export interface Load {
  /** settles when one that was asked for after this call has been acknowledged */
  acknowledgedOnce(signal: AbortSignal): Promise<void>
  /** how many were acknowledged before this call, and which of them are not listed at the VIP */
  unlisted(through: { access: Access; signal: AbortSignal }): Promise<{ acknowledged: number; missing: string[] }>
}

export interface Parts {
  cluster: Cluster
  story: Story
  browser: KeptBrowser
  workload: Load
  /** Starts clients of another kind, beside the workload: from then on they make so many a second, until everything is healed; then all is read back. */
  alsoMake(maker: Maker, perSecond: number): Promise<Load>
  /** tells this run's names from every other's */
  unique: string
  /** the name of the server that was active before the run's first fault; undefined until a healthy cluster was seen */
  activeAtFirst(): string | undefined
  /** Says, before it is made, that an account whose name begins so will have to be removed where the target wants that. */
  willMake(account: string): void
  /** Says, before it is done, that this server is taken out of its cluster, which nothing undoes. */
  willDestroy(node: string): void
  /** Says that it has been. */
  destroyed(node: string): void
}

/** Of the product, on each node: nothing in them comes or goes for good by a failure. */
export interface Folders {
  paths: string[]
  /** names of entries that may */
  mayChange: string[]
}

export interface System<Given = unknown> {
  name: string
  log(target: Target): ProductLog
  folders: Folders
  /** what the workload creates, and reads back */
  accounts(target: Target): Maker
  /** Opens what a scenario works with; it is closed when the scenario ends, however it does. */
  open(parts: Parts): Promise<Opened<Given>>
  /** The same for a body that is only told, not done: nothing is reached, nothing is waited for. */
  rehearse(parts: Pick<Parts, 'cluster' | 'story'>): Given
}
