// A whole node stops in its tracks and later goes on, as a virtual machine does that its host suspends: nobody on it knows that time has passed.
import { AccessError, type Freezer } from '../access.ts'
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultContext, FaultKind } from '../fault.ts'
import { proofOf } from './on-node.ts'

/** A hypervisor answers when it is done. */
const frozenWithin = '10s'
/** From the thaw to a shell that answers. */
const thawedWithin = '30s'
/** How long a shell must not answer to count as frozen, in ms: a hundred times what it needs. */
const silentForMs = 500

type FreezeNode = Record<string, never>

export function freezeNode(node: NodeLike): Fault<FreezeNode> {
  return { kind: 'freeze-node', node: nameOf(node), parameters: {}, title: `freeze ${nameOf(node)}` }
}

export const freezeNodeKind: FaultKind<FreezeNode> = {
  name: 'freeze-node',
  what: 'A whole node is frozen and later thawed, as a suspended virtual machine: nothing on it runs, and nothing of it is lost. It is silent meanwhile. A container is so because we make it, its kernel being the host\'s, which goes on; it stays so for the tenth of a second that an engine needs after the thaw.',
  needs: ['root-shell', 'freezer'],

  async prepare(parameters, node, { access, signal }) {
    const power = access.power(node)
    if ((await power.status(signal)) !== 'on') throw new Error(`${node} is off, so it cannot be frozen`)
    if (await freezerOf(access, node).frozen(signal)) throw new Error(`${node} is frozen already, and not by us`)
    return parameters
  },

  async inject(_parameters, node, { access, signal }) {
    await freezerOf(access, node).freeze(signal)
  },

  async prove(_parameters, node, { access, signal }) {
    return proofOf(eventually(`${node} is frozen`, async () => {
      const frozen = await freezerOf(access, node).frozen(signal)
      const answers = await answersIn(silentForMs, node, { access, signal })
      return { value: frozen, satisfied: frozen && !answers, observed: `${node} is ${frozen ? '' : 'not '}frozen, a command there ${answers ? 'is answered' : `has no answer within ${silentForMs} ms`}` }
    }, { within: frozenWithin, signal }))
  },

  async inForce(_parameters, node, { access, signal }) {
    return (await freezerOf(access, node).frozen(signal)) ? { proven: true, evidence: `${node} is frozen` } : { proven: false, why: `somebody else has thawed ${node}` }
  },

  async heal(_parameters, node, { access, signal }) {
    const freezer = freezerOf(access, node)
    // Also where it is not frozen: whoever began may have died in the middle. And where it is called off: that is what many say of a suspended machine.
    if ((await access.power(node).status(signal)) === 'on' || (await suspended(freezer, signal))) await freezer.thaw(signal)
  },

  async proveHealed(_parameters, node, { access, signal }) {
    if ((await access.power(node).status(signal)) === 'off' && !(await suspended(freezerOf(access, node), signal))) return { proven: true, evidence: 'the node has no power; it will boot anew' }
    return proofOf(eventually(`${node} goes on`, async () => {
      const frozen = await freezerOf(access, node).frozen(signal)
      const answers = !frozen && (await answersIn(2000, node, { access, signal }))
      return { value: answers, satisfied: answers, observed: frozen ? `${node} is frozen` : `a command on ${node} ${answers ? 'is answered' : 'is not answered'}` }
    }, { within: thawedWithin, every: '50ms', signal }))
  },

  undo: (_parameters, node) => `thaw ${node}: what its power driver calls thaw, or virsh resume; a container: docker unpause NAME, then docker exec NAME nft delete table netdev haywire_frozen`,
}

/** A machine that really is off may not be one that can be asked. */
async function suspended(freezer: Freezer, signal: AbortSignal): Promise<boolean> {
  return freezer.frozen(signal).catch(() => false)
}

function freezerOf(access: FaultContext['access'], node: string): Freezer {
  const { freezer } = access.power(node)
  if (!freezer) throw new AccessError('missing', `the target ${access.target.name} has no way to freeze ${node}`)
  return freezer
}

async function answersIn(ms: number, node: string, { access, signal }: Pick<FaultContext, 'access' | 'signal'>): Promise<boolean> {
  try {
    return (await access.root(node).run(':', { signal, timeoutMs: ms })).code === 0
  } catch (error) {
    if (error instanceof AccessError && error.kind !== 'refused-login') return false
    throw error
  }
}
