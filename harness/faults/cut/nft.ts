// Cuts by nftables: silent ones at the network card, where raw sockets and ARP pass as well; refusing ones where packets come in and go out.
import { ways, type Cut, type Firewall, type Manner } from './firewall.ts'
import type { Link } from './survey.ts'

export const nft: Firewall = {
  name: 'nft',
  shortOf: () => undefined,
  check: cut => `nft -c -f - <<'EOF'\n${ruleset(cut)}EOF`,
  begin: cut => `nft -f - <<'EOF'\n${ruleset(cut)}EOF`,
  end: (lease, manner) => `tables=$(nft list tables ${family[manner]}) || exit 1
if printf '%s\\n' "$tables" | grep -qxF 'table ${table(lease, manner)}'; then nft delete table ${table(lease, manner)} || exit 1; fi`,
  whetherThere: (lease, manner) => `tables=$(nft list tables ${family[manner]}) || exit 1
if printf '%s\\n' "$tables" | grep -qxF 'table ${table(lease, manner)}'; then echo there; fi`,
  counters: (lease, manner) => `nft list counters table ${table(lease, manner)}`,
  counted: text => new Map([...text.matchAll(/counter (\S+) \{\s*packets (\d+)/g)].map(([, name = '', count]) => [name, Number(count)])),
  undo: (lease, manner) => `nft delete table ${table(lease, manner)}`,
}

const family: Record<Manner, string> = { drop: 'netdev', reject: 'inet' }

export function table(lease: string, manner: Manner): string {
  return `${family[manner]} haywire_${lease}`
}

/** What is cut, as one nft transaction: a chain per link and direction. */
export function ruleset(cut: Cut): string {
  const { lease, direction, manner, plan: { links } } = cut
  const chains = links.flatMap((link, index) => ways(direction).map(way => (manner === 'drop' ? droppingChain : rejectingChain)(cut, way, link, index)))
  return `table ${table(lease, manner)} {\n${chains.join('')}}\n`
}

function droppingChain({ plan: { priority, ssh, peers } }: Cut, way: 'in' | 'out', { device, ours, known }: Link, index: number): string {
  const [hook, here, there] = way === 'in' ? ['ingress', 'daddr', 'saddr'] : ['egress', 'saddr', 'daddr']
  const name = `${way}_${index}`
  // A drop on the way out is not silent: the sender gets ENOBUFS, and corosync then tries that packet for ever. What is sent
  // to the loopback device instead is thrown away there, as a pulled cable would.
  const lose = way === 'in' ? 'drop' : 'fwd to "lo"'
  const neighbours = known?.peers.map(({ address }) => address) ?? []
  // Nobody else sends to the discard port.
  const proofs = known ? [`ip ${here} ${known.own}${peers ? ` ip ${there} ${set(neighbours)}` : ''} udp dport 9 counter name "packets_${name}" ${lose}`] : []
  // Where an earlier cut has made the peers forget each other's hardware address, our packet is preceded by a question for it.
  const questions = known && neighbours.length > 0 ? [`arp ${here} ip ${known.own} arp ${there} ip ${set(neighbours)} counter name "questions_${name}" ${lose}`] : []
  const ownSsh = [
    // No connection tracking: an accept for established connections would let the product's own live on.
    `ip ${here} ${ssh.own} ip ${there} ${ssh.harness} tcp ${way === 'in' ? 'dport' : 'sport'} ${set(ssh.ports.map(String))} accept`,
    // Only of the node's own address: an answer for the VIP must not get out, nor a question for it in.
    `arp ${here} ip ${ssh.own} arp ${there} ip ${ssh.nextHop} accept`,
  ]
  const rules = peers
    ? [...proofs, ...questions, `ip ${there} ${set(peers.addresses)} counter ${lose}`, `arp ${there} ip ${set(peers.addresses)} counter ${lose}`, `ether ${there} ${set(peers.macs)} counter ${lose}`]
    : [...(ours ? ownSsh : []), ...proofs, ...questions, `counter ${lose}`]
  const counters = [...proofs.map(() => `packets_${name}`), ...questions.map(() => `questions_${name}`)]
  return chainText({ name, counters, type: `type filter hook ${hook} device "${device}" priority ${priority}; policy ${peers ? 'accept' : 'drop'};`, rules })
}

function rejectingChain({ plan: { priority, ssh, peers } }: Cut, way: 'in' | 'out', { device, ours, known }: Link, index: number): string {
  const [hook, here, there, interfaceName] = way === 'in' ? ['input', 'daddr', 'saddr', 'iifname'] : ['output', 'saddr', 'daddr', 'oifname']
  const name = `${way}_${index}`
  const on = `${interfaceName} "${device}"`
  const proofs = known ? [`${on} ip ${here} ${known.own}${peers ? ` ip ${there} ${set(known.peers.map(({ address }) => address))}` : ''} udp dport 9 counter name "packets_${name}" reject`] : []
  const ownSsh = `${on} ip ${here} ${ssh.own} ip ${there} ${ssh.harness} tcp ${way === 'in' ? 'dport' : 'sport'} ${set(ssh.ports.map(String))} accept`
  // What says no to the others goes out here as well.
  const refusals = way === 'out' ? [`${on} icmp type destination-unreachable accept`, `${on} icmpv6 type destination-unreachable accept`] : []
  const rules = peers ? [...refusals, ...proofs, `${on} ip ${there} ${set(peers.addresses)} counter reject`] : [...(ours ? [ownSsh] : []), ...refusals, ...proofs, `${on} counter reject`]
  return chainText({ name, counters: proofs.map(() => `packets_${name}`), type: `type filter hook ${hook} priority ${priority}; policy accept;`, rules })
}

function chainText({ name, counters, type, rules }: { name: string; counters: string[]; type: string; rules: string[] }): string {
  return `${counters.map(counter => `  counter ${counter} {\n  }\n`).join('')}  chain ${name} {
    ${type}
${rules.map(rule => `    ${rule}\n`).join('')}  }
`
}

function set(elements: string[]): string {
  return `{ ${elements.join(', ')} }`
}
