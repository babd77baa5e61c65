// A network card of a node is switched off (ip link set down): unlike a pulled cable, its routes go as well, and everybody on that node who looks knows.
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultContext, FaultKind } from '../fault.ts'
import { putBackRoutes, readRoutes, showRoutes } from '../routes.ts'
import { arm, disarm, disarmByHand, onlyIfArmed, whetherArmed } from './armed-undo.ts'
import { passing } from './cut/passing.ts'
import { survey, type Plan } from './cut/survey.ts'
import { asRoot, goneWithPower, proofOf, unlessOff } from './on-node.ts'

/** A link goes down with the command itself. */
const downWithin = '5s'

interface LinkDown {
  network: string
  /** found on the node before */
  found?: { device: string; answering: Plan['answering']; /** those that nobody puts back by itself when the link comes up */ routes: string[] }
}

export function linkDown(node: NodeLike, network: string): Fault<LinkDown> {
  return { kind: 'link-down', node: nameOf(node), parameters: { network }, title: `${nameOf(node)}'s link to the network ${network} goes down` }
}

export const linkDownKind: FaultKind<LinkDown> = {
  name: 'link-down',
  what: 'A network card of a node is switched off: its kernel knows at once, keeps the IPv4 addresses and drops the routes; healing puts back those that the kernel does not. Never the card by which we reach the node.',
  needs: ['root-shell'],

  async prepare({ network }, node, context) {
    const { links: [link], answering } = await survey({ from: [network] }, node, context)
    if (!link) throw new Error(`${node} has no link to the network ${network}`)
    if (link.ours) throw new Error(`${link.device} of ${node} is the link by which it is reached: when that is down nobody can bring it up again`)
    if ((await lookAt(link.device, node, context)).down) throw new Error(`${link.device} of ${node} is down already, and not by us`)
    const global = await asRoot(node, `ip -6 -o addr show dev ${link.device} scope global`, context)
    if (global.trim() !== '') throw new Error(`${link.device} of ${node} has a global IPv6 address, which it would lose with its link, and nobody would put it back`)
    return { network, found: { device: link.device, answering, routes: await routesOf(link.device, node, context) } }
  },

  async inject({ found }, node, context) {
    if (!found) throw new Error('the link is not known: prepare comes first')
    const { lease, deadlineMs } = context
    await asRoot(node, arm({ lease, undo: up(found), afterMs: deadlineMs }), context)
    context.armed(`the node brings its link up by itself after ${deadlineMs} ms`)
    await asRoot(node, `${onlyIfArmed(lease)}\nip link set dev ${found.device} down`, context)
  },

  prove: ({ found }, node, context) => proofOf(eventually(`the link of ${node} is down`, async () => {
    const { down, said } = await lookAt(found?.device ?? '', node, context)
    return { value: said, satisfied: down, observed: said }
  }, { within: downWithin, every: '20ms', signal: context.signal })),

  async inForce({ found }, node, context) {
    const look = await unlessOff(node, context, () => lookAt(found?.device ?? '', node, context))
    if (look === 'off') return { proven: true, evidence: `${node} has no power: nothing passes` }
    return look.down ? { proven: true, evidence: look.said } : { proven: false, why: look.said }
  },

  async heal({ found }, node, context) {
    if (!found) return
    await unlessOff(node, context, () => asRoot(node, `(set -e\n${up(found)}) || exit 1\n${disarm(context.lease)}`, context))
  },

  async proveHealed({ found }, node, context) {
    if (!found) return { proven: true, evidence: 'it was never done' }
    const armed = await unlessOff(node, context, () => asRoot(node, whetherArmed(context.lease), context))
    if (armed === 'off') return goneWithPower
    if (armed.trim() !== '') return { proven: false, why: `the undo on ${node} is still armed` }
    const { down, said } = await lookAt(found.device, node, context)
    if (down) return { proven: false, why: said }
    const routes = await routesOf(found.device, node, context)
    const missing = found.routes.filter(route => !routes.includes(route))
    return missing.length > 0 ? { proven: false, why: `${found.device} of ${node} is up, but lacks the route ${missing.join(' and ')}` } : passing(said, found.answering, node, context)
  },

  undo: ({ found }, node, lease) => `as root on ${node}: ${found ? up(found).replaceAll('\n', '; ') : 'ip link set dev DEVICE up'}; ${disarmByHand(lease)}`,
}

/** Shell commands; they may be repeated. */
function up({ device, routes }: NonNullable<LinkDown['found']>): string {
  return `ip link set dev ${device} up\n${putBackRoutes(device, routes)}`
}

async function routesOf(device: string, node: string, context: FaultContext): Promise<string[]> {
  return readRoutes(await asRoot(node, showRoutes(device), context))
}

async function lookAt(device: string, node: string, context: FaultContext): Promise<{ down: boolean; said: string }> {
  const flags = Number((await asRoot(node, `cat /sys/class/net/${device}/flags`, context)).trim())
  // IFF_UP of net/if.h.
  const down = (flags & 1) === 0
  return { down, said: `${device} of ${node} is ${down ? 'down' : 'up'}` }
}
