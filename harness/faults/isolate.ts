// A node is cut off from networks or peers as if its cable had been pulled: silently, whatever the protocol, and proven by packets of our own.
import { AccessError, quote, type Access } from '../access.ts'
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultContext, FaultKind, Proof } from '../fault.ts'
import type { TargetNode } from '../target.ts'
import { arm, disarm, onlyIfArmed, whetherArmed } from './armed-undo.ts'
import { asRoot, goneWithPower, proofOf, unlessOff } from './on-node.ts'

/** A packet on a LAN needs less than 1 ms; a node whose processors are overloaded needs seconds to send and to count one. */
const countedWithin = '20s'
/** After a cut, peers look for each other's addresses once a second; an overloaded node takes its time. Nothing but the proof waits for it. */
const passesWithin = '30s'
/** Longest that a peer may take to send one packet, in ms: one that is down must not hold up the proof. */
const peerLimitMs = 2000
/** Longest that one question to a node may take, in ms. */
const askLimitMs = 10_000
/** Before everything else at a network card. A further cut of the same node comes before the earlier ones, so that each counts its packets. */
const firstPriority = -500

export type Direction = 'both' | 'in' | 'out'

export interface IsolateOptions {
  /** names of networks; all unless given */
  from?: string[]
  /** only what goes to and comes from these nodes; everybody unless given */
  peers?: NodeLike[]
  direction?: Direction
}

interface Isolation {
  from?: string[]
  peers?: string[]
  direction: Direction
  /** found on the node before the cut */
  plan?: Plan
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

interface Link {
  device: string
  /** our SSH session passes here */
  ours: boolean
  /** where the target knows it: only there somebody can send a packet to prove the cut */
  known?: { network: string; own: string; /** other nodes on it */ peers: { node: string; address: string }[] }
}

/**
 * `isolate(node)` cuts it off from everything, `isolate(node, { from: ['heartbeat'] })` from one network,
 * `isolate(node, { peers: [other], direction: 'in' })` lets it no longer hear one peer.
 */
export function isolate(node: NodeLike, { from, peers, direction = 'both' }: IsolateOptions = {}): Fault<Isolation> {
  const name = nameOf(node)
  const whom = peers?.map(nameOf)
  const where = from ? `the network ${from.join(' and ')}` : 'every network'
  const what = whom ? `${whom.join(' and ')} on ${where}` : where
  const how = { both: 'both directions', in: 'incoming only', out: 'outgoing only' }[direction]
  return { kind: 'isolate', node: name, parameters: { direction, ...(from ? { from } : {}), ...(whom ? { peers: whom } : {}) }, title: `isolate ${name} from ${what}, ${how}` }
}

export const isolateKind: FaultKind<Isolation> = {
  name: 'isolate',
  what: 'A node is cut off from networks or peers: every frame is dropped silently at its network cards, ARP and raw packets too. Only our own SSH session (its two addresses and port) goes on, so that we can heal. The links stay up, so nothing on the node sees a missing carrier.',
  needs: ['root-shell', 'nft'],

  async prepare(parameters, node, context) {
    const plan = await survey(parameters, node, context)
    // The kernel's own word on whether it can do that, without doing it.
    await asRoot(node, `nft -c -f - <<'EOF'\n${ruleset(context.lease, parameters.direction, plan)}EOF`, context).catch((cause: Error) => {
      throw new Error(`nft on ${node} cannot cut at the network card (that needs Linux 5.16 and nftables 1.0.1 or newer): ${cause.message}`, { cause })
    })
    return { ...parameters, plan }
  },

  async inject({ direction, plan }, node, context) {
    if (!plan) throw new Error('the links of the node are not known: prepare comes first')
    const { lease, deadlineMs } = context
    await asRoot(node, arm({ lease, undo: `nft delete table ${table(lease)}`, afterMs: deadlineMs }), context)
    context.armed(`the node deletes ${table(lease)} by itself after ${deadlineMs} ms`)
    await asRoot(node, `${onlyIfArmed(lease)}\nnft -f - <<'EOF'\n${ruleset(lease, direction, plan)}EOF`, context)
  },

  async prove({ direction, plan }, node, context) {
    if (!plan) return { proven: false, why: 'the links of the node are not known' }
    return proofOf(eventually('a packet of our own was counted and dropped on every link, in every direction that is cut', async () => {
      const counted = parseCounters(await sendAndCount(plan, node, direction, context))
      const parts = plan.links.map((link, index) => describeLink(link, index, direction, counted))
      return { value: counted, satisfied: parts.every(({ satisfied }) => satisfied), observed: parts.map(({ observed }) => observed).join('; ') }
    }, { within: countedWithin, every: '20ms', signal: context.signal }))
  },

  async inForce(_parameters, node, context) {
    const cut = table(context.lease)
    const tables = await unlessOff(node, context, () => asRoot(node, 'nft list tables netdev', context))
    if (tables === 'off') return { proven: true, evidence: `${node} has no power: nothing passes` }
    return tables.split('\n').includes(`table ${cut}`) ? { proven: true, evidence: `${node} has the table ${cut}` } : { proven: false, why: `${node} has no table ${cut} any more` }
  },

  async heal(_parameters, node, context) {
    const { lease } = context
    const cut = table(lease)
    await unlessOff(node, context, () => asRoot(node, `tables=$(nft list tables netdev) || exit 1
if printf '%s\\n' "$tables" | grep -qxF 'table ${cut}'; then nft delete table ${cut} || exit 1; fi
${disarm(lease)}`, context))
  },

  async proveHealed({ plan }, node, context) {
    const state = await unlessOff(node, context, () => asRoot(node, `nft list tables && { ${whetherArmed(context.lease)}; }`, context))
    if (state === 'off') return goneWithPower
    if (state.includes(table(context.lease))) return { proven: false, why: `${node} still has the table ${table(context.lease)}` }
    if (/^armed$/m.test(state)) return { proven: false, why: `the undo on ${node} is still armed` }
    return passing(plan?.answering ?? [], node, context)
  },

  undo: (_parameters, node, lease) => `as root on ${node}: nft delete table ${table(lease)}; systemctl stop haywire-${lease}.timer; rm -f /run/haywire-${lease}.undo`,
}

function table(lease: string): string {
  return `netdev haywire_${lease}`
}

/** What is cut, as one nft transaction: a chain per link and direction, at the network card, where raw sockets and ARP pass as well. */
export function ruleset(lease: string, direction: Direction, { priority, links, ssh, peers }: Plan): string {
  const chains = links.flatMap((link, index) => [
    ...(direction === 'out' ? [] : [chain('ingress', link, index)]),
    ...(direction === 'in' ? [] : [chain('egress', link, index)]),
  ])
  return `table ${table(lease)} {\n${chains.join('')}}\n`

  function chain(hook: 'ingress' | 'egress', { device, ours, known }: Link, index: number): string {
    const [way, here, there] = hook === 'ingress' ? ['in', 'daddr', 'saddr'] : ['out', 'saddr', 'daddr']
    const name = `${way}_${index}`
    // A drop on the way out is not silent: the sender gets ENOBUFS, and corosync then tries that packet for ever. What is sent
    // to the loopback device instead is thrown away there, as a pulled cable would.
    const lose = hook === 'ingress' ? 'drop' : 'fwd to "lo"'
    const neighbours = known?.peers.map(({ address }) => address) ?? []
    // Nobody else sends to the discard port.
    const proofs = known ? [`ip ${here} ${known.own}${peers ? ` ip ${there} ${set(neighbours)}` : ''} udp dport 9 counter name "packets_${name}" ${lose}`] : []
    // Where an earlier cut has made the peers forget each other's hardware address, our packet is preceded by a question for it.
    const questions = known && neighbours.length > 0 ? [`arp ${here} ip ${known.own} arp ${there} ip ${set(neighbours)} counter name "questions_${name}" ${lose}`] : []
    const ownSsh = [
      // No connection tracking: an accept for established connections would let the product's own live on.
      `ip ${here} ${ssh.own} ip ${there} ${ssh.harness} tcp ${hook === 'ingress' ? 'dport' : 'sport'} ${set(ssh.ports.map(String))} accept`,
      // Only of the node's own address: an answer for the VIP must not get out, nor a question for it in.
      `arp ${here} ip ${ssh.own} arp ${there} ip ${ssh.nextHop} accept`,
    ]
    const rules = peers
      ? [...proofs, ...questions, `ip ${there} ${set(peers.addresses)} counter ${lose}`, `arp ${there} ip ${set(peers.addresses)} counter ${lose}`, `ether ${there} ${set(peers.macs)} counter ${lose}`]
      : [...(ours ? ownSsh : []), ...proofs, ...questions, `counter ${lose}`]
    const counters = [...proofs.map(() => `packets_${name}`), ...questions.map(() => `questions_${name}`)]
    return `${counters.map(counter => `  counter ${counter} {\n  }\n`).join('')}  chain ${name} {
    type filter hook ${hook} device "${device}" priority ${priority}; policy ${peers ? 'accept' : 'drop'};
${rules.map(rule => `    ${rule}\n`).join('')}  }
`
  }
}

function set(elements: string[]): string {
  return `{ ${elements.join(', ')} }`
}

/** Looks at the node: its links, by which of them we reach it, and who is there. The pings also make everybody learn everybody's hardware address. */
async function survey({ from, peers }: Isolation, node: string, context: FaultContext): Promise<Plan> {
  const { access, signal } = context
  const [seen, macs] = await Promise.all([
    asRoot(node, `echo "ssh $SSH_CONNECTION"; ip -o addr; echo "route $(ip -o route get "\${SSH_CONNECTION%% *}")"; nft list tables`, context),
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
    cuts: text.match(/^table netdev haywire_/gm)?.length ?? 0,
    ssh: { harness, own, port: Number(port) },
    nextHop: / via (\S+)/.exec(route)?.[1] ?? harness,
    sshDevice,
    devices: [...new Set(reachable.map(({ device }) => device))],
    deviceOf: new Map(reachable.map(({ device, address }) => [address, device])),
  }
}

/** Packets of our own, from everybody to the node and from the node to everybody; then what its counters say. */
async function sendAndCount({ links, ssh, peers }: Plan, node: string, direction: Direction, { access, signal, lease }: FaultContext): Promise<string> {
  const known = links.flatMap(link => (link.known ? [{ ...link.known, ours: link.ours }] : []))
  const outgoing = direction === 'in' ? [] : known.flatMap(({ ours, peers: there }) => [...there.map(({ address }) => address), ...(ours && !peers ? [ssh.harness] : [])])
  const incoming = direction === 'out' ? [] : sendTo(known, !peers, { access, signal })
  const [counted] = await Promise.all([
    // By the time that sleep has begun, the packets of the others have come; if not, they are counted with the next ones.
    asRoot(node, `${packets(outgoing)}; sleep 0.001; nft list counters table ${table(lease)}`, { access, signal }),
    // A peer that is down cannot send, and we are not on every network; the counters tell whether somebody could.
    Promise.allSettled(incoming),
  ])
  return counted
}

/** To the node, on each link: from everybody there, and from here unless only peers are cut off. */
function sendTo(links: NonNullable<Link['known']>[], fromHere: boolean, { access, signal }: Pick<FaultContext, 'access' | 'signal'>): Promise<unknown>[] {
  const senders = [...new Set(links.flatMap(({ peers }) => peers.map(({ node }) => node)))]
  const fromPeers = senders.map(sender => {
    const addresses = links.filter(({ peers }) => peers.some(({ node }) => node === sender)).map(({ own }) => own)
    return access.root(sender).run(packets(addresses), { signal, timeoutMs: peerLimitMs })
  })
  return fromHere ? [...fromPeers, ...links.map(({ own }) => access.sendPacket(own))] : fromPeers
}

/** One UDP datagram to the discard port of each. That it cannot be delivered is the point, so no error counts. */
function packets(addresses: string[]): string {
  if (addresses.length === 0) return ':'
  const send = 'echo haywire > /dev/udp/$address/9'
  const all = addresses.map(quote).join(' ')
  return `{ if [ -n "$BASH_VERSION" ]; then for address in ${all}; do ${send}; done; else bash -c 'for address; do ${send}; done' - ${all}; fi; } 2>/dev/null || :`
}

/** How many packets each named counter has, by its name. */
function parseCounters(text: string): Map<string, number> {
  return new Map([...text.matchAll(/counter (\S+) \{\s*packets (\d+)/g)].map(([, name = '', count]) => [name, Number(count)]))
}

function describeLink({ device, known }: Link, index: number, direction: Direction, counted: Map<string, number>): { satisfied: boolean; observed: string } {
  if (!known) return { satisfied: true, observed: `${device}: cut as well, but nobody is known there to send a packet` }
  const ways = (['in', 'out'] as const).filter(way => direction === 'both' || direction === way)
  const counts = ways.map(way => ({ way: way === 'in' ? 'coming in' : 'going out', packets: counted.get(`packets_${way}_${index}`) ?? 0, questions: counted.get(`questions_${way}_${index}`) ?? 0 }))
  const dropped = counts.map(({ way, packets, questions }) => (packets > 0 || questions === 0 ? `${packets} of our packets dropped ${way}` : `no packet of ours got as far, but ${questions} questions for its address were dropped ${way}`))
  return {
    satisfied: counts.every(({ packets, questions }) => packets > 0 || questions > 0),
    observed: `${device} (${known.network}): ${dropped.join(', ')}`,
  }
}

/** After the cut: everybody who answered before answers again, unless they are down or cut off by another fault. */
async function passing(answering: { node: string; address: string }[], node: string, context: FaultContext): Promise<Proof> {
  const gone = 'the cut and its timer are gone'
  if (answering.length === 0) return { proven: true, evidence: gone }
  const proof = await proofOf(eventually(`packets pass between ${node} and its peers again`, async () => {
    const parts = await Promise.all(answering.map(peer => passes(peer, node, context)))
    return { value: parts, satisfied: parts.every(({ satisfied }) => satisfied), observed: parts.map(({ observed }) => observed).join('; ') }
  }, { within: passesWithin, every: '50ms', signal: context.signal }))
  return proof.proven ? { proven: true, evidence: `${gone}; ${proof.evidence}` } : proof
}

async function passes({ node: peer, address }: { node: string; address: string }, node: string, context: FaultContext): Promise<{ satisfied: boolean; observed: string }> {
  const { code } = await context.access.root(node).run(`ping -n -q -c1 -W1 ${quote(address)}`, { signal: context.signal, timeoutMs: askLimitMs })
  if (code === 0) return { satisfied: true, observed: `${address} answers` }
  const excuse = (await cutStill(node, context)) ?? (await cutStill(peer, context))
  return excuse ? { satisfied: true, observed: `${address} does not answer: ${excuse}` } : { satisfied: false, observed: `${address} does not answer` }
}

/** Why nothing can pass at that node for reasons that are not ours to heal here. */
async function cutStill(node: string, { access, signal }: FaultContext): Promise<string | undefined> {
  try {
    const { stdout } = await access.root(node).run('nft list tables', { signal, timeoutMs: askLimitMs })
    const other = /^table netdev haywire_\S+$/m.exec(stdout)
    return other ? `${node} is cut by another fault` : undefined
  } catch (error) {
    if (error instanceof AccessError && error.kind !== 'refused-login') return `${node} cannot be reached`
    throw error
  }
}
