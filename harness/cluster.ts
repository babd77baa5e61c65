// The system under test, already up. The only object with a life, and the only door for faults.
import type { Access } from './access.ts'
import type { Fault } from './fault.ts'
import type { Duration } from './duration.ts'
import type { Lease, Leases } from './lease.ts'
import type { Target, TargetNode } from './target.ts'

export class ClusterNode {
  readonly name: string
  /** by network: `public`, `heartbeat` */
  readonly addresses: Readonly<Record<string, string>>

  constructor({ name, addresses }: TargetNode) {
    this.name = name
    this.addresses = addresses
  }

  /** Its address on that network; throws where it has none, so that a typo cannot become an assertion about nothing. */
  address(network: string): string {
    const address = this.addresses[network]
    if (!address) throw new Error(`${this.name} has no address on the network ${network}; it has: ${Object.keys(this.addresses).join(', ')}`)
    return address
  }

  toString(): string {
    return this.name
  }
}

/** A node, or its name. */
export type NodeLike = string | { name: string }

export function nameOf(node: NodeLike): string {
  return typeof node === 'string' ? node : node.name
}

export class Cluster {
  readonly target: Target
  readonly access: Access
  readonly nodes: readonly ClusterNode[]
  readonly #leases: Pick<Leases, 'inject'>

  constructor(target: Target, access: Access, leases: Pick<Leases, 'inject'>) {
    this.target = target
    this.access = access
    this.nodes = target.nodes.map(node => new ClusterNode(node))
    this.#leases = leases
  }

  get vip(): string {
    return this.target.vip
  }

  node(name: string): ClusterNode {
    const found = this.nodes.find(node => node.name === name)
    if (!found) throw new Error(`no node is called ${name}; there are: ${this.nodes.join(', ')}`)
    return found
  }

  /** The other node of a cluster of two. */
  otherThan(node: ClusterNode): ClusterNode {
    const [other, ...more] = this.nodes.filter(candidate => candidate.name !== node.name)
    if (!other || more.length > 0) throw new Error(`"the other" of ${this.nodes.length} nodes is not one node`)
    return other
  }

  /** Does the fault, proves it and gives the lease by which it is undone; rejects when it could not be proven. */
  inject(fault: Fault, options: { for?: Duration } = {}): Promise<Lease> {
    return this.#leases.inject(fault, options)
  }
}
