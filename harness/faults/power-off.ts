// A node loses its power: silence on every link, then everything at once. Its disk stays; what the page cache hides cannot be shown.
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultKind } from '../fault.ts'
import { proofOf } from './on-node.ts'

/** A management controller answers "off" some seconds after it was told; an engine at once. */
const offWithin = '30s'
/** From power on to an SSH server that answers; real machines count memory first. */
const bootWithin = '150s'
/** How long a node must not answer to count as silent, in ms: a hundred times what a LAN needs. */
const silentForMs = 100

const says = { accepts: 'accepts connections', refuses: 'refuses connections', silent: 'is silent' }

type PowerOff = Record<string, never>

export function powerOff(node: NodeLike): Fault<PowerOff> {
  return { kind: 'power-off', node: nameOf(node), parameters: {}, title: `power off ${nameOf(node)}` }
}

export const powerOffKind: FaultKind<PowerOff> = {
  name: 'power-off',
  what: 'A node loses its power: it falls silent on every link, then all its processes end at once; the disk stays. In a container the page cache survives, so lost unsynced writes cannot be shown.',
  needs: ['power'],

  async prepare(parameters, node, { access, signal }) {
    if ((await access.power(node).status(signal)) !== 'on') throw new Error(`${node} is off already, so its power cannot be lost`)
    return parameters
  },

  async inject(_parameters, node, { access, signal }) {
    await access.power(node).off(signal)
  },

  async prove(_parameters, node, { access, signal }) {
    const look = async () => {
      const [power, knock] = await Promise.all([access.power(node).status(signal), access.knock(node, { withinMs: silentForMs, signal })])
      return { value: power, satisfied: power === 'off' && knock === 'silent', observed: `power is ${power}, the SSH port ${says[knock]}` }
    }
    return proofOf(eventually(`${node} is off and silent`, look, { within: offWithin, signal }))
  },

  async inForce(_parameters, node, { access, signal }) {
    const power = await access.power(node).status(signal)
    return power === 'off' ? { proven: true, evidence: 'power is off' } : { proven: false, why: `somebody else has switched ${node} on` }
  },

  async heal(_parameters, node, { access, signal }) {
    await access.power(node).on(signal)
  },

  async proveHealed(_parameters, node, { access, signal }) {
    const look = async () => {
      const [power, knock] = await Promise.all([access.power(node).status(signal), access.knock(node, { withinMs: 500, signal })])
      return { value: power, satisfied: power === 'on' && knock === 'accepts', observed: `power is ${power}, the SSH port ${says[knock]}` }
    }
    return proofOf(eventually(`${node} is on, and its SSH server runs`, look, { within: bootWithin, every: '100ms', signal }))
  },

  undo: (_parameters, node) => `switch ${node} on`,
}
