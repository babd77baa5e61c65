// What the harness needs to know of a product, whichever it is: how to open it, whether it is healthy, and what a scenario's body is given.
import type { Cluster } from '../cluster.ts'
import type { Look } from '../eventually.ts'
import type { Story } from '../story.ts'

export interface System<Given = unknown> {
  name: string
  /** one sentence, for `haywire list` */
  what: string
  /** what makes the product look steady from outside: asked before the first fault, after every heal, and by `lab status` */
  health(cluster: Cluster, signal: AbortSignal): Promise<Look<unknown>>
  /** What a scenario's body works with, and how to let go of it. */
  open(cluster: Cluster, story: Story): Promise<{ given: Given; close(): Promise<void> }>
}
