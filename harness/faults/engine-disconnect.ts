// The container engine takes a node's network cards away, and puts them back: on the node nothing is left of them, no address, no route, no VIP.
import { AccessError, type NetworkCard, type NetworkCards } from '../access.ts'
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultContext, FaultKind, Proof } from '../fault.ts'
import type { Target } from '../target.ts'
import { passing } from './cut/passing.ts'
import { survey, type Plan } from './cut/survey.ts'
import { proofOf } from './on-node.ts'

/** An engine answers when it is done. */
const goneWithin = '5s'

interface EngineDisconnect {
  /** names of networks */
  from: string[]
  /** found on the node before */
  found?: { cards: NetworkCard[]; answering: Plan['answering'] }
}

/** `engineDisconnect(node, ['public'])`: from those networks, at the same moment. */
export function engineDisconnect(node: NodeLike, from: string[]): Fault<EngineDisconnect> {
  return { kind: 'engine-disconnect', node: nameOf(node), parameters: { from }, title: `the engine disconnects ${nameOf(node)} from the network ${from.join(' and ')}` }
}

/** Only an engine can. */
export function canTakeCards({ power }: Pick<Target, 'power'>): boolean {
  return power?.driver === 'engine'
}

export const engineDisconnectKind: FaultKind<EngineDisconnect> = {
  name: 'engine-disconnect',
  what: 'The container engine takes a node\'s network cards away (docker network disconnect), and with them every address and route (the default route it moves to a card that is left); healing puts them back with the same address, hardware address, name and routes. The VIP does not come back with a card: that is for the cluster to decide. Nothing is armed on the node, which cannot undo it: whoever heals needs the engine.',
  needs: ['root-shell', 'network-cards'],

  async prepare({ from }, node, context) {
    const { links, answering } = await survey({ from }, node, context)
    const cards: NetworkCard[] = []
    for (const { known } of links) cards.push(await cardsOf(node, context).find(known?.own ?? '', context.signal))
    return { from, found: { cards, answering } }
  },

  async inject({ found }, node, context) {
    if (!found) throw new Error('the network cards are not known: prepare comes first')
    await Promise.all(found.cards.map(card => cardsOf(node, context).takeAway(card, context.signal)))
  },

  prove: ({ found }, node, context) => proofOf(eventually(`the network cards of ${node} are gone`, async () => {
    const { there, said } = await lookFor(found?.cards ?? [], node, context)
    return { value: there, satisfied: there === 0, observed: said }
  }, { within: goneWithin, every: '50ms', signal: context.signal })),

  async inForce({ found }, node, context) {
    const { there, said } = await lookFor(found?.cards ?? [], node, context)
    return there === 0 ? { proven: true, evidence: said } : { proven: false, why: said }
  },

  async heal({ found }, node, context) {
    // In the order in which they were found: an engine that numbers its cards then numbers them as before.
    for (const card of found?.cards ?? []) await cardsOf(node, context).putBack(card, context.signal)
  },

  async proveHealed({ found }, node, context): Promise<Proof> {
    if (!found) return { proven: true, evidence: 'it was never done' }
    const { access, signal } = context
    for (const card of found.cards) {
      const lacking = await cardsOf(node, context).lacking(card, signal)
      if (lacking !== undefined) return { proven: false, why: lacking }
    }
    if ((await access.power(node).status(signal)) === 'off') return { proven: true, evidence: `${node} is connected again; it has no power, and will boot with its network cards` }
    return passing(`${found.cards.map(({ device, address, mac }) => `${device} of ${node} has ${address} and ${mac} again`).join(', ')}`, found.answering, node, context)
  },

  undo: ({ found }, node) => `with the engine of ${node}: ${found?.cards.map(({ network, address, device }) => `docker network connect --ip ${address} ${network} CONTAINER, then in it, unless the card is called so, ip link set dev NEW name ${device}`).join('; ') ?? 'docker network connect NETWORK CONTAINER'}`,
}

async function lookFor(cards: NetworkCard[], node: string, context: FaultContext): Promise<{ there: number; said: string }> {
  const gone = await Promise.all(cards.map(card => cardsOf(node, context).gone(card, context.signal)))
  const said = cards.map(({ device, address }, index) => `${device} of ${node} (${address}) is ${gone[index] ? 'gone' : 'there'}`).join(', ')
  return { there: gone.filter(each => !each).length, said }
}

function cardsOf(node: string, { access }: Pick<FaultContext, 'access'>): NetworkCards {
  const { cards } = access.power(node)
  if (!cards) throw new AccessError('missing', `the target ${access.target.name} has no way to take a network card out of ${node}`)
  return cards
}
