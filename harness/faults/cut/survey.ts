// Where a node is on its networks, by which of them we reach it, and who is there: what a cut is made from.
import { quote, type Access } from '../../access.ts'
import type { FaultContext } from '../../fault.ts'
import type { TargetNode } from '../../target.ts'
import { asRoot } from '../on-node.ts'

/** Before everything else at a network card. A further cut of the same node comes before the earlier ones, so that each counts its packets. */
const firstPriority = -500
/** Longest that a peer may take to send one packet, in ms: one that is down must not hold up the proof. */
const peerLimitMs = 2000

export type Direction = 'both' | 'in' | 'out'

/** What is to be cut off: networks by name (all unless given), from these nodes (everybody unless given). */
export interface Scope {
  from?: string[]
  peers?: string[]
}

export interface Plan {
  priority: number
  links: Link[]
  /** our own SSH, by which we heal: its two addresses, its ports, and who passes its packets on */
  ssh: { harness: string; own: string; ports: number[]; nextHop: string }
  /** of the peers that it is cut off from; absent when it is cut off from everybody */
  peers?: { addresses: string[]; macs: string[] }
  /** others that answered a ping on these links before the cut: they have to again */
  answering: { node: string; address: string }[]
}

export interface Link {
  device: string
  /** our SSH session passes here */
  ours: boolean
  /** where the target knows it: only there somebody can send a packet to prove the cut */
  known?: { network: string; own: string; /** other nodes on it */ peers: { node: string; address: string }[] }
}

/** Looks at the node: its links, by which of them we reach it, and who is there. The pings also make everybody learn everybody's hardware address. */
export async function survey({ from, peers }: Scope, node: string, context: FaultContext): Promise<Plan> {
  const { access, signal } = context
  const [seen, macs] = await Promise.all([
    asRoot(node, `echo "ssh $SSH_CONNECTION"; ip -o addr; echo "route $(ip -o route get "\${SSH_CONNECTION%% *}")"; nft list tables 2>/dev/null; :`, context),
    Promise.all((peers ?? []).map(peer => asRoot(peer, 'cat /sys/class/net/*/address', context))),
  ])
  const facts = parseSurvey(seen, node)
  const own = targetNode(access, node)
  const others = access.target.nodes.filter(({ name }) => name !== node && (!peers || peers.includes(name)))
  for (const peer of peers ?? []) targetNode(access, peer)
  const networks = from ?? Object.keys(own.addresses)
  const isOurs = (device: string): boolean => device === facts.sshDevice || device === facts.deviceOf.get(facts.ssh.own)
  const known = networks.map(network => {
    const address = own.addresses[network]
    if (!address) throw new Error(`${node} has no address on the network ${network}; it has: ${Object.keys(own.addresses).join(', ')}`)
    const device = facts.deviceOf.get(address)
    if (!device) throw new Error(`no link of ${node} has the address ${address} (${network})`)
    const there = others.flatMap(({ name, addresses }) => (addresses[network] ? [{ node: name, address: addresses[network] }] : []))
    return { device, ours: isOurs(device), known: { network, own: address, peers: there } }
  })
  const further = from ? [] : facts.devices.filter(device => !known.some(link => link.device === device)).map(device => ({ device, ours: isOurs(device) }))
  const ports = [...new Set([facts.ssh.port, own.ssh.port, ...(own.root ? [own.root.port] : [])])]
  const candidates = known.flatMap(({ known }) => known.peers)
  const pings = candidates.map(({ address }) => `{ ping -n -q -c1 -W1 ${quote(address)} >/dev/null 2>&1 && echo ${quote(address)}; } &`).join('\n')
  // Whoever is to send a packet into the cut does it once before: the way there is then open, and its addresses are known.
  await Promise.allSettled(sendTo(known.map(({ known }) => known), !peers, { access, signal }))
  const answered = candidates.length > 0 ? (await asRoot(node, `${pings}\nwait; exit 0`, { access, signal })).split('\n') : []
  return {
    priority: firstPriority - facts.cuts,
    links: [...known, ...further],
    ssh: { harness: facts.ssh.harness, own: facts.ssh.own, ports, nextHop: facts.nextHop },
    ...(peers ? { peers: { addresses: others.flatMap(({ addresses }) => Object.values(addresses)), macs: macs.flatMap(text => text.split('\n')).filter(mac => /^(?!00(:00)+$)[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac)) } } : {}),
    answering: candidates.filter(({ address }) => answered.includes(address)),
  }
}

function targetNode({ target }: Access, name: string): TargetNode {
  const found = target.nodes.find(node => node.name === name)
  if (!found) throw new Error(`no node is called ${name}; there are: ${target.nodes.map(({ name }) => name).join(', ')}`)
  return found
}

interface Survey {
  /** how many cuts of ours the node has already */
  cuts: number
  ssh: { harness: string; own: string; port: number }
  nextHop: string
  sshDevice: string
  /** every link with an address that others can reach */
  devices: string[]
  deviceOf: Map<string, string>
}

export function parseSurvey(text: string, node: string): Survey {
  const [, harness, own, port] = /^ssh (\d+\.\d+\.\d+\.\d+) \d+ (\d+\.\d+\.\d+\.\d+) (\d+)$/m.exec(text) ?? []
  if (!harness || !own || !port) throw new Error(`${node} has to be reached by SSH over IPv4, so that this session can be kept; it says: ${/^ssh.*$/m.exec(text)?.[0] ?? text}`)
  const route = /^route (.*)$/m.exec(text)?.[1] ?? ''
  const sshDevice = / dev (\S+)/.exec(route)?.[1]
  if (!sshDevice || sshDevice === 'lo') throw new Error(`${node} says no link by which it reaches us at ${harness}: ${route || text}`)
  const addresses = [...text.matchAll(/^\d+: (\S+?)(?:@\S+)?\s+inet6? ([0-9a-f.:]+)(?:\/\d+)? /gm)].map(([, device = '', address = '']) => ({ device, address }))
  const reachable = addresses.filter(({ device, address }) => device !== 'lo' && !address.startsWith('fe80:'))
  return {
    cuts: text.match(/^table (?:netdev|inet) haywire_/gm)?.length ?? 0,
    ssh: { harness, own, port: Number(port) },
    nextHop: / via (\S+)/.exec(route)?.[1] ?? harness,
    sshDevice,
    devices: [...new Set(reachable.map(({ device }) => device))],
    deviceOf: new Map(reachable.map(({ device, address }) => [address, device])),
  }
}

/** To the node, on each link: from everybody there, and from here unless only peers are cut off. */
export function sendTo(links: NonNullable<Link['known']>[], fromHere: boolean, { access, signal }: Pick<FaultContext, 'access' | 'signal'>): Promise<unknown>[] {
  const senders = [...new Set(links.flatMap(({ peers }) => peers.map(({ node }) => node)))]
  const fromPeers = senders.map(sender => {
    const addresses = links.filter(({ peers }) => peers.some(({ node }) => node === sender)).map(({ own }) => own)
    return access.root(sender).run(packets(addresses), { signal, timeoutMs: peerLimitMs })
  })
  return fromHere ? [...fromPeers, ...links.map(({ own }) => access.sendPacket(own))] : fromPeers
}

/** One UDP datagram to the discard port of each. That it cannot be delivered is the point, so no error counts. */
export function packets(addresses: string[]): string {
  if (addresses.length === 0) return ':'
  const send = 'echo haywire > /dev/udp/$address/9'
  const all = addresses.map(quote).join(' ')
  return `{ if [ -n "$BASH_VERSION" ]; then for address in ${all}; do ${send}; done; else bash -c 'for address; do ${send}; done' - ${all}; fi; } 2>/dev/null || :`
}
