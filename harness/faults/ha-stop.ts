// HA is stopped on a node, and started again, by the product's own console: the planned way to move the service.
import { AccessError, type Access } from '../access.ts'
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultContext, FaultKind } from '../fault.ts'
import { SsmConsole } from '../systems/ssm/console.ts'
import { proofOf } from './on-node.ts'

/** Stopping demotes the database and stops its resources in turn; starting may seed the database anew. In ms. */
const commandLimitMs = 120_000
/** The peer's view lags: its role line flips only when the database is promoted (SSM-17), after a monitor of 20 s at worst. */
const seenByPeerWithin = '30s'
/** From the start command to a cluster that answers on the node. */
const runningWithin = '30s'

type HaStop = Record<string, never>

export function haStop(node: NodeLike): Fault<HaStop> {
  return { kind: 'ha-stop', node: nameOf(node), parameters: {}, title: `ha_cluster_stop on ${nameOf(node)}` }
}

export const haStopKind: FaultKind<HaStop> = {
  name: 'ha-stop',
  what: 'HA is stopped on a node by the product itself (ha_cluster_stop), and started again (ha_cluster_start): a planned handover, not a failure.',
  needs: ['console'],

  async prepare(parameters, node, { access, signal }) {
    const { status } = await new SsmConsole(access).haStatus(node, signal)
    if (status.cluster !== 'running') throw new Error(`the cluster does not run on ${node} (${status.cluster}), so it cannot be stopped`)
    return parameters
  },

  inject: (_parameters, node, context) => command(node, 'ha_cluster_stop', context),

  async prove(_parameters, node, { access, signal }) {
    return proofOf(eventually(`${node} says that its cluster is stopped, and its peers replicate to it no more`, async () => {
      const [own, ...peers] = await Promise.all([ownView(node, access, signal), ...peersOf(node, access).map(peer => peerView(peer, node, access, signal))])
      const views = [own, ...peers]
      return { value: views, satisfied: views.every(({ satisfied }) => satisfied), observed: views.map(({ observed }) => observed).join('; ') }
    }, { within: seenByPeerWithin, every: '200ms', signal }))
  },

  async inForce(_parameters, node, { access, signal }) {
    const { satisfied, observed } = await ownView(node, access, signal)
    return satisfied ? { proven: true, evidence: observed } : { proven: false, why: `${observed}, though nobody had started it` }
  },

  async heal(_parameters, node, context) {
    const { status } = await new SsmConsole(context.access).haStatus(node, context.signal)
    return status.cluster === 'running' ? undefined : command(node, 'ha_cluster_start', context)
  },

  async proveHealed(_parameters, node, { access, signal }) {
    return proofOf(eventually(`${node} says that its cluster runs`, async () => {
      const { status } = await new SsmConsole(access).haStatus(node, signal)
      return { value: status, satisfied: status.cluster === 'running', observed: `${node}: cluster ${status.cluster}` }
    }, { within: runningWithin, every: '200ms', signal }))
  },

  undo: (_parameters, node) => `ha_cluster_start in the console of ${node}`,
}

async function command(node: string, name: string, { access, signal }: Pick<FaultContext, 'access' | 'signal'>): Promise<string> {
  const { code, stdout, stderr } = await access.console(node).run(name, { signal, timeoutMs: commandLimitMs })
  const said = stdout + stderr
  if (code !== null && code !== 0) throw new Error(`${name} on ${node} ended with ${code}:\n${said.trim()}`)
  return said
}

type View = { satisfied: boolean; observed: string }

async function ownView(node: string, access: Access, signal: AbortSignal): Promise<View> {
  const { status } = await new SsmConsole(access).haStatus(node, signal)
  return { satisfied: status.cluster === 'stopped', observed: `${node}: cluster ${status.cluster}` }
}

async function peerView(peer: string, node: string, access: Access, signal: AbortSignal): Promise<View> {
  try {
    const { status } = await new SsmConsole(access).haStatus(peer, signal)
    const addresses = Object.values(access.target.nodes.find(({ name }) => name === node)?.addresses ?? {})
    const streams = (status.replication?.toStandby ?? []).filter(({ clientAddr }) => addresses.includes(clientAddr))
    return { satisfied: streams.length === 0, observed: `${peer}: cluster ${status.cluster}, ${streams.length === 0 ? 'no stream' : 'still streams'} to ${node}` }
  } catch (error) {
    // A peer that is down as well has no view; the node's own word has to do.
    if (error instanceof AccessError && error.kind === 'unreachable') return { satisfied: true, observed: `${peer}: cannot be reached` }
    throw error
  }
}

function peersOf(node: string, { target }: Access): string[] {
  return target.nodes.map(({ name }) => name).filter(name => name !== node)
}
