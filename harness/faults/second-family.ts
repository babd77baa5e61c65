// A node can be reached by IPv6 as well: products and their certificates then know it by two kinds of address.
import { nameOf, type NodeLike } from '../cluster.ts'
import type { Fault, FaultContext, FaultKind, Proof } from '../fault.ts'
import { asRoot, goneWithPower, unlessOff } from './on-node.ts'

interface SecondFamily {
  /** with its prefix length */
  address: string
  /** found on the node before: the network card of its public address, and whether IPv6 was off there */
  found?: { device: string; disabled: string }
}

/** Of the addresses that are kept for documentation and examples (RFC 9637): nobody answers to it but this node. */
const ownAddress = '3fff::5/64'

export function secondFamily(node: NodeLike): Fault<SecondFamily> {
  return { kind: 'second-family', node: nameOf(node), parameters: { address: ownAddress }, title: `${nameOf(node)} has an IPv6 address beside its IPv4 address` }
}

export const secondFamilyKind: FaultKind<SecondFamily> = {
  name: 'second-family',
  what: 'A node gets a global IPv6 address on its public network card, beside its IPv4 address. Nothing is routed to it: it is about what the product makes of having two.',
  needs: ['root-shell'],

  async prepare({ address }, node, context) {
    const ipv4 = context.access.target.nodes.find(({ name }) => name === node)?.addresses.public ?? ''
    const said = await asRoot(node, `device=$(ip -o -4 address show | awk -v own=${ipv4} '{ split($4, part, "/"); if (part[1] == own) print $2 }'); [ -n "$device" ] && echo "$device $(cat /proc/sys/net/ipv6/conf/$device/disable_ipv6)"`, context)
    const [device = '', disabled = ''] = said.trim().split(' ')
    if (!/^[\w.@-]+$/.test(device) || !/^[01]$/.test(disabled)) throw new Error(`${node} has no network card with the address ${ipv4} that could speak IPv6`)
    return { address, found: { device, disabled } }
  },

  async inject({ address, found }, node, context) {
    if (!found) throw new Error('the network card of the node is not known: prepare comes first')
    await asRoot(node, `${allow(found.device, '0')}\nip -6 address replace ${address} dev ${found.device} nodad`, context)
  },

  prove: ({ address, found }, node, context) => has(address, found, node, context),
  inForce: ({ address, found }, node, context) => has(address, found, node, context),

  async heal({ address, found }, node, context) {
    if (!found) return
    await unlessOff(node, context, () => asRoot(node, `if [ -n "$(ip -6 -o address show dev ${found.device} to ${address})" ]; then ip -6 address del ${address} dev ${found.device}; fi\n${allow(found.device, found.disabled)}`, context))
  },

  async proveHealed({ address, found }, node, context) {
    if (!found) return { proven: true, evidence: 'it was never done' }
    const left = await unlessOff(node, context, () => asRoot(node, `ip -6 -o address show dev ${found.device} to ${address}`, context))
    if (left === 'off') return goneWithPower
    return left.trim() === '' ? { proven: true, evidence: `${found.device} of ${node} has no ${address}` } : { proven: false, why: `${found.device} of ${node} still has ${address}` }
  },

  undo: ({ address, found }, node) => `as root on ${node}: ip -6 address del ${address} dev ${found?.device ?? 'DEVICE'}; sysctl -w net.ipv6.conf.${found?.device ?? 'DEVICE'}.disable_ipv6=${found?.disabled ?? '1'}`,
}

/** Shell commands; in a container /proc/sys may be read-only until it is mounted anew. */
function allow(device: string, disabled: string): string {
  const file = `/proc/sys/net/ipv6/conf/${device}/disable_ipv6`
  return `[ "$(cat ${file})" = ${disabled} ] || echo ${disabled} 2>/dev/null > ${file} || { mount -o remount,rw /proc/sys && echo ${disabled} > ${file}; }`
}

async function has(address: string, found: SecondFamily['found'], node: string, context: FaultContext): Promise<Proof> {
  if (!found) return { proven: false, why: 'the network card of the node is not known' }
  const seen = await asRoot(node, `ip -6 -o address show dev ${found.device} to ${address}`, context)
  return seen.includes(address) ? { proven: true, evidence: `${found.device} of ${node} has ${address}` } : { proven: false, why: `${found.device} of ${node} has no ${address}` }
}
