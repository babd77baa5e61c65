// Every way in which a node loses networks and is still reached by us: they differ in who is told, and in what is left on the node.
import type { Cluster, NodeLike } from '../cluster.ts'
import type { Fault } from '../fault.ts'
import { canTakeCards, engineDisconnect } from './engine-disconnect.ts'
import { isolate } from './isolate.ts'

/** By name, each a fault yet to be given its node; without the engine's own where the target has no engine. */
export function everyCut({ target }: Pick<Cluster, 'target'>, from: string[]): Record<string, (node: NodeLike) => Fault> {
  return {
    // First, so that those who meet it in turn go on with a card that came back as another one.
    ...(canTakeCards(target) ? { 'taken away by the engine': (node: NodeLike) => engineDisconnect(node, from) } : {}),
    'dropped, both directions': node => isolate(node, { from }),
    'dropped, coming in only': node => isolate(node, { from, direction: 'in' }),
    'dropped, going out only': node => isolate(node, { from, direction: 'out' }),
    'refused': node => isolate(node, { from, manner: 'reject' }),
  }
}
