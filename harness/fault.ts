// A fault is a value; injecting it gives a lease. A fault kind knows how to do, prove, undo and prove the undoing, from its journal line alone.
import type { Access } from './access.ts'

/** A fault that does nothing yet: what, where, and the plain data its kind needs to do and undo it. */
export interface Fault<P = unknown> {
  kind: string
  node: string
  parameters: P
  /** one line for people: `isolate primary-node from every network, both directions` */
  title: string
}

/** What a proof saw; `proven: false` says why the fault cannot be called effective (or healed). */
export type Proof = { proven: true; evidence: string } | { proven: false; why: string }

export interface FaultContext {
  access: Access
  /** the lease's id: names our own nft table, marker file or timer on the node */
  lease: string
  /** ms after which whatever was armed on the node undoes the fault by itself */
  deadlineMs: number
  signal: AbortSignal
  /** told when the node will undo the fault by itself, before it is done */
  armed(how: string): void
}

/**
 * One kind of fault, one file. Every function works from the parameters alone, so that another process can heal from the
 * journal; `heal` may be called for a fault that never took hold, or twice.
 */
export interface FaultKind<P = unknown> {
  name: string
  /** one sentence for `haywire list` and the report, with what it cannot show */
  what: string
  /** what the target must have (`root-shell`, `nft`, `power`, `console`), for `haywire list`; a scenario is skipped by its own `needs` */
  needs: string[]
  /** Looks at the node and changes nothing: which processes, which links. What it returns is journalled as the parameters before the fault is done. */
  prepare?(parameters: P, node: string, context: FaultContext): Promise<P>
  /** Does it; what the node printed, where that is worth showing. */
  inject(parameters: P, node: string, context: FaultContext): Promise<string | void>
  prove(parameters: P, node: string, context: FaultContext): Promise<Proof>
  /** Looks, before it is undone, whether it is in force still: one that ended by itself leaves in doubt whatever was seen. Absent where nothing of it lasts. */
  inForce?(parameters: P, node: string, context: FaultContext): Promise<Proof>
  heal(parameters: P, node: string, context: FaultContext): Promise<string | void>
  proveHealed(parameters: P, node: string, context: FaultContext): Promise<Proof>
  /** how a person undoes it by hand */
  undo(parameters: P, node: string, lease: string): string
}
