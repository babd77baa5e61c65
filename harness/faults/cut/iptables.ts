// Cuts by iptables, for nodes without nft: chains of our own, jumped to before any other rule, and nothing of anybody else's touched.
import { ways, type Cut, type Firewall } from './firewall.ts'
import type { Link } from './survey.ts'

export const iptables: Firewall = {
  name: 'iptables',
  shortOf: manner => (manner === 'drop' ? 'ARP and raw packets pass: iptables sees neither' : undefined),
  check: cut => {
    // The kernel is asked in a chain of its own that nothing jumps to.
    const probe = chain(cut.lease, 'check')
    const device = cut.plan.links[0]?.device ?? 'lo'
    return `iptables -w -F ${probe} 2>/dev/null; iptables -w -X ${probe} 2>/dev/null
iptables -w -N ${probe} || exit 1
iptables -w -A ${probe} -i ${device} -p udp --dport 9 -m comment --comment probe -j ${verb(cut)}; able=$?
iptables -w -F ${probe}; iptables -w -X ${probe}
exit $able`
  },
  begin: cut => {
    const { lease, direction } = cut
    return [
      'set -e',
      ...ways(direction).flatMap(way => [
        `iptables -w -N ${chain(lease, way)}`,
        ...rules(cut, way).map(rule => `iptables -w -A ${chain(lease, way)} ${rule}`),
        `iptables -w -I ${hook[way]} 1 -j ${chain(lease, way)}`,
        // Nobody proves anything there, but nothing is to pass either.
        ...ifIpv6([`ip6tables -w -N ${chain(lease, way)}`, ...linksCutForIpv6(cut).map(({ device }) => `ip6tables -w -A ${chain(lease, way)} ${onLink(way, device)} -j ${verb(cut)}`), `ip6tables -w -I ${hook[way]} 1 -j ${chain(lease, way)}`], cut),
      ]),
    ].join('\n')
  },
  end: lease => (['in', 'out'] as const).flatMap(way => ['iptables', 'ip6tables'].map(tool => `if command -v ${tool} >/dev/null && ${tool} -w -nL ${chain(lease, way)} >/dev/null 2>&1; then
  while ${tool} -w -D ${hook[way]} -j ${chain(lease, way)} 2>/dev/null; do :; done
  { ${tool} -w -F ${chain(lease, way)} && ${tool} -w -X ${chain(lease, way)}; } || exit 1
fi`)).join('\n'),
  // A chain that nothing jumps to cuts nothing.
  whetherThere: lease => `rules=$(iptables -w -S && { ip6tables -w -S 2>/dev/null || :; }) || exit 1
if printf '%s\\n' "$rules" | grep -qE '^-A (INPUT|OUTPUT) -j HAYWIRE_${lease}_'; then echo there; fi`,
  counters: lease => `iptables -w -nvxL | sed -n '/^Chain HAYWIRE_${lease}_/,/^$/p'`,
  counted: text => new Map([...text.matchAll(/^\s*(\d+)\s.*\/\* ((?:packets|questions)_\w+) \*\//gm)].map(([, count, name = '']) => [name, Number(count)])),
  undo: lease => `iptables -D INPUT -j ${chain(lease, 'in')}; iptables -F ${chain(lease, 'in')}; iptables -X ${chain(lease, 'in')}; the same with OUTPUT and ${chain(lease, 'out')}; and all of it with ip6tables`,
}

const hook = { in: 'INPUT', out: 'OUTPUT' } as const

/** A chain's name may have 28 characters. */
function chain(lease: string, way: 'in' | 'out' | 'check'): string {
  return `HAYWIRE_${lease}_${way.toUpperCase()}`
}

function rules(cut: Cut, way: 'in' | 'out'): string[] {
  const { plan: { ssh, peers, links } } = cut
  const [here, there] = way === 'in' ? ['-d', '-s'] : ['-s', '-d']
  return links.flatMap(({ device, ours, known }, index) => {
    const on = onLink(way, device)
    const proof = known ? [`${on} ${here} ${known.own} -p udp --dport 9${peers ? ` ${there} ${known.peers.map(({ address }) => address).join(',')}` : ''} -m comment --comment packets_${way}_${index} -j ${verb(cut)}`] : []
    // What says no to the others goes out here as well.
    const refusals = way === 'out' && cut.manner === 'reject' ? [`${on} -p icmp --icmp-type destination-unreachable -j RETURN`] : []
    const ownSsh = ssh.ports.map(port => `${on} ${here} ${ssh.own} ${there} ${ssh.harness} -p tcp ${way === 'in' ? '--dport' : '--sport'} ${port} -j RETURN`)
    return peers ? [...refusals, ...proof, `${on} ${there} ${peers.addresses.filter(address => !address.includes(':')).join(',')} -j ${verb(cut)}`] : [...(ours ? ownSsh : []), ...refusals, ...proof, `${on} -j ${verb(cut)}`]
  })
}

/** With peers, IPv6 is left alone: only what their IPv4 addresses send is cut. */
function linksCutForIpv6({ plan }: Cut): Link[] {
  return plan.peers ? [] : plan.links
}

function ifIpv6(commands: string[], cut: Cut): string[] {
  return linksCutForIpv6(cut).length === 0 ? [] : [`if command -v ip6tables >/dev/null && ip6tables -w -nL >/dev/null 2>&1; then`, ...commands, 'fi']
}

function onLink(way: 'in' | 'out', device: string): string {
  return `${way === 'in' ? '-i' : '-o'} ${device}`
}

function verb({ manner }: Cut): string {
  return manner === 'drop' ? 'DROP' : 'REJECT'
}
