// A node is cut off from networks or peers: as if its cable had been pulled, or as by a firewall that says no; proven by packets of our own.
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultContext, FaultKind } from '../fault.ts'
import { arm, disarmByHand, onlyIfArmed } from './armed-undo.ts'
import { ways, type Firewall, type Manner } from './cut/firewall.ts'
import { iptables } from './cut/iptables.ts'
import { nft } from './cut/nft.ts'
import { packets, sendTo, survey, type Direction, type Link, type Plan, type Scope } from './cut/survey.ts'
import { goneAndPassing, takeAway } from './cut/undoing.ts'
import { asRoot, proofOf, unlessOff } from './on-node.ts'

/** A packet on a LAN needs less than 1 ms; a node whose processors are overloaded needs seconds to send and to count one. */
const countedWithin = '20s'

export interface IsolateOptions {
  /** names of networks; all unless given */
  from?: string[]
  /** only what goes to and comes from these nodes; everybody unless given */
  peers?: NodeLike[]
  direction?: Direction
  /** `drop` unless given: nobody is told */
  manner?: Manner
}

interface Isolation extends Scope {
  direction: Direction
  /** in a journal of before there were two, none: drop */
  manner?: Manner
  /** found on the node before the cut: with which tool, and what */
  tool?: Firewall['name']
  plan?: Plan
}

const firewalls: Record<Firewall['name'], Firewall> = { nft, iptables }

/**
 * `isolate(node)` cuts it off from everything, `isolate(node, { from: ['heartbeat'] })` from one network,
 * `isolate(node, { peers: [other], direction: 'in' })` lets it no longer hear one peer.
 */
export function isolate(node: NodeLike, { from, peers, direction = 'both', manner = 'drop' }: IsolateOptions = {}): Fault<Isolation> {
  const name = nameOf(node)
  const whom = peers?.map(nameOf)
  const where = from ? `the network ${from.join(' and ')}` : 'every network'
  const what = whom ? `${whom.join(' and ')} on ${where}` : where
  const how = { both: 'both directions', in: 'incoming only', out: 'outgoing only' }[direction]
  return { kind: 'isolate', node: name, parameters: { direction, manner, ...(from ? { from } : {}), ...(whom ? { peers: whom } : {}) }, title: `isolate ${name} from ${what}, ${how}${manner === 'reject' ? ', refusing' : ''}` }
}

export const isolateKind: FaultKind<Isolation> = {
  name: 'isolate',
  what: 'A node is cut off from networks or peers: every frame is dropped silently at its network cards, ARP and raw packets too (without nft, by iptables, those two pass); or every packet is refused, so that whoever sends is told. Only our own SSH session (its two addresses and port) goes on, so that we can heal. The links stay up, so nothing on the node sees a missing carrier.',
  needs: ['root-shell', 'firewall'],

  async prepare(parameters, node, context) {
    const tool = context.access.target.capabilities.nft ? nft : iptables
    const { direction, manner = 'drop' } = parameters
    const plan = await survey(parameters, node, context)
    // The kernel's own word on whether it can do that, without doing it.
    await asRoot(node, tool.check({ lease: context.lease, direction, manner, plan }), context).catch((cause: Error) => {
      throw new Error(`${tool.name} on ${node} cannot make that cut${tool === nft ? ' (at the network card that needs Linux 5.16 and nftables 1.0.1 or newer)' : ''}: ${cause.message}`, { cause })
    })
    return { ...parameters, tool: tool.name, plan }
  },

  async inject(parameters, node, context) {
    const { plan, direction, manner, tool } = known(parameters)
    const { lease, deadlineMs } = context
    await asRoot(node, arm({ lease, undo: tool.end(lease, manner), afterMs: deadlineMs }), context)
    context.armed(`the node takes the cut away by itself after ${deadlineMs} ms`)
    await asRoot(node, `${onlyIfArmed(lease)}\n${tool.begin({ lease, direction, manner, plan })}`, context)
  },

  async prove(parameters, node, context) {
    const { plan, tool, direction, manner } = known(parameters)
    const proof = await proofOf(eventually('a packet of our own was counted and lost on every link, in every direction that is cut', async () => {
      const counted = tool.counted(await sendAndCount(parameters, node, context))
      const parts = plan.links.map((link, index) => describeLink(link, index, direction, counted))
      return { value: counted, satisfied: parts.every(({ satisfied }) => satisfied), observed: parts.map(({ observed }) => observed).join('; ') }
    }, { within: countedWithin, every: '20ms', signal: context.signal }))
    const shortOf = tool.shortOf(manner)
    return proof.proven && shortOf !== undefined ? { ...proof, evidence: `${proof.evidence} (${shortOf})` } : proof
  },

  async inForce(parameters, node, context) {
    const { tool, manner } = known(parameters)
    const said = await unlessOff(node, context, () => asRoot(node, tool.whetherThere(context.lease, manner), context))
    if (said === 'off') return { proven: true, evidence: `${node} has no power: nothing passes` }
    return said.trim() === 'there' ? { proven: true, evidence: `${node} has the cut` } : { proven: false, why: `${node} has no cut ${context.lease} any more` }
  },

  async heal(parameters, node, context) {
    if (!parameters.plan) return
    const { tool, manner } = known(parameters)
    await takeAway(tool, manner, node, context)
  },

  async proveHealed(parameters, node, context) {
    if (!parameters.plan) return { proven: true, evidence: 'it was never done' }
    const { tool, manner, plan } = known(parameters)
    return goneAndPassing(tool, manner, plan, node, context)
  },

  undo: ({ tool = 'nft', manner = 'drop' }, node, lease) => `as root on ${node}: ${firewalls[tool].undo(lease, manner)}; ${disarmByHand(lease)}`,
}

/** What was found before the cut. */
function known(parameters: Isolation): Omit<Isolation, 'tool' | 'plan' | 'manner'> & { plan: Plan; manner: Manner; tool: Firewall } {
  const { plan, tool = 'nft', manner = 'drop' } = parameters
  if (!plan) throw new Error('the links of the node are not known: prepare comes first')
  return { ...parameters, plan, manner, tool: firewalls[tool] }
}

/** Packets of our own, from everybody to the node and from the node to everybody; then what its counters say. */
async function sendAndCount(parameters: Isolation, node: string, { access, signal, lease }: FaultContext): Promise<string> {
  const { tool, direction, manner, plan: { links, ssh, peers } } = known(parameters)
  const there = links.flatMap(link => (link.known ? [{ ...link.known, ours: link.ours }] : []))
  const outgoing = direction === 'in' ? [] : there.flatMap(({ ours, peers: others }) => [...others.map(({ address }) => address), ...(ours && !peers ? [ssh.harness] : [])])
  const incoming = direction === 'out' ? [] : sendTo(there, !peers, { access, signal })
  const [counted] = await Promise.all([
    // By the time that sleep has begun, the packets of the others have come; if not, they are counted with the next ones.
    asRoot(node, `${packets(outgoing)}; sleep 0.001; ${tool.counters(lease, manner)}`, { access, signal }),
    // A peer that is down cannot send, and we are not on every network; the counters tell whether somebody could.
    Promise.allSettled(incoming),
  ])
  return counted
}

function describeLink({ device, known }: Link, index: number, direction: Direction, counted: Map<string, number>): { satisfied: boolean; observed: string } {
  if (!known) return { satisfied: true, observed: `${device}: cut as well, but nobody is known there to send a packet` }
  const counts = ways(direction).map(way => ({ way: way === 'in' ? 'coming in' : 'going out', packets: counted.get(`packets_${way}_${index}`) ?? 0, questions: counted.get(`questions_${way}_${index}`) ?? 0 }))
  const dropped = counts.map(({ way, packets, questions }) => (packets > 0 || questions === 0 ? `${packets} of our packets lost ${way}` : `no packet of ours got as far, but ${questions} questions for its address were lost ${way}`))
  return {
    satisfied: counts.every(({ packets, questions }) => packets > 0 || questions > 0),
    observed: `${device} (${known.network}): ${dropped.join(', ')}`,
  }
}
