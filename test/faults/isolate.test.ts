// What `isolate` asks of nft: all of it readable here, as it goes to the node.
import { expect, test } from 'vitest'
import { iptables } from '../../harness/faults/cut/iptables.ts'
import { ruleset } from '../../harness/faults/cut/nft.ts'
import { parseSurvey, type Plan } from '../../harness/faults/cut/survey.ts'
import { isolate } from '../../harness/faults/isolate.ts'

const plan: Plan = {
  priority: -500,
  links: [
    { device: 'eth0', ours: true, known: { network: 'public', own: '10.10.10.5', peers: [{ node: 'secondary-node', address: '10.10.10.10' }] } },
    { device: 'eth1', ours: false, known: { network: 'heartbeat', own: '192.168.1.4', peers: [{ node: 'secondary-node', address: '192.168.1.5' }] } },
    { device: 'eth2', ours: false },
  ],
  ssh: { harness: '10.10.10.1', own: '10.10.10.5', ports: [22], nextHop: '10.10.10.1' },
  answering: [],
}

test('from everything: only our own SSH passes, and ARP only for the node’s own address and only to us', () => {
  expect(ruleset({ lease: 'a1b2', direction: 'both', manner: 'drop', plan })).toMatchInlineSnapshot(`
    "table netdev haywire_a1b2 {
      counter packets_in_0 {
      }
      counter questions_in_0 {
      }
      chain in_0 {
        type filter hook ingress device "eth0" priority -500; policy drop;
        ip daddr 10.10.10.5 ip saddr 10.10.10.1 tcp dport { 22 } accept
        arp daddr ip 10.10.10.5 arp saddr ip 10.10.10.1 accept
        ip daddr 10.10.10.5 udp dport 9 counter name "packets_in_0" drop
        arp daddr ip 10.10.10.5 arp saddr ip { 10.10.10.10 } counter name "questions_in_0" drop
        counter drop
      }
      counter packets_out_0 {
      }
      counter questions_out_0 {
      }
      chain out_0 {
        type filter hook egress device "eth0" priority -500; policy drop;
        ip saddr 10.10.10.5 ip daddr 10.10.10.1 tcp sport { 22 } accept
        arp saddr ip 10.10.10.5 arp daddr ip 10.10.10.1 accept
        ip saddr 10.10.10.5 udp dport 9 counter name "packets_out_0" fwd to "lo"
        arp saddr ip 10.10.10.5 arp daddr ip { 10.10.10.10 } counter name "questions_out_0" fwd to "lo"
        counter fwd to "lo"
      }
      counter packets_in_1 {
      }
      counter questions_in_1 {
      }
      chain in_1 {
        type filter hook ingress device "eth1" priority -500; policy drop;
        ip daddr 192.168.1.4 udp dport 9 counter name "packets_in_1" drop
        arp daddr ip 192.168.1.4 arp saddr ip { 192.168.1.5 } counter name "questions_in_1" drop
        counter drop
      }
      counter packets_out_1 {
      }
      counter questions_out_1 {
      }
      chain out_1 {
        type filter hook egress device "eth1" priority -500; policy drop;
        ip saddr 192.168.1.4 udp dport 9 counter name "packets_out_1" fwd to "lo"
        arp saddr ip 192.168.1.4 arp daddr ip { 192.168.1.5 } counter name "questions_out_1" fwd to "lo"
        counter fwd to "lo"
      }
      chain in_2 {
        type filter hook ingress device "eth2" priority -500; policy drop;
        counter drop
      }
      chain out_2 {
        type filter hook egress device "eth2" priority -500; policy drop;
        counter fwd to "lo"
      }
    }
    "
  `)
})

test('from a peer: its addresses by IP and ARP, and its network cards, whatever address it speaks with', () => {
  const [link] = plan.links
  if (!link) throw new Error('no link')
  expect(ruleset({ lease: 'a1b2', direction: 'in', manner: 'drop', plan: { ...plan, links: [link], peers: { addresses: ['10.10.10.10', '192.168.1.5'], macs: ['02:42:0a:0a:0a:0a'] } } })).toMatchInlineSnapshot(`
    "table netdev haywire_a1b2 {
      counter packets_in_0 {
      }
      counter questions_in_0 {
      }
      chain in_0 {
        type filter hook ingress device "eth0" priority -500; policy accept;
        ip daddr 10.10.10.5 ip saddr { 10.10.10.10 } udp dport 9 counter name "packets_in_0" drop
        arp daddr ip 10.10.10.5 arp saddr ip { 10.10.10.10 } counter name "questions_in_0" drop
        ip saddr { 10.10.10.10, 192.168.1.5 } counter drop
        arp saddr ip { 10.10.10.10, 192.168.1.5 } counter drop
        ether saddr { 02:42:0a:0a:0a:0a } counter drop
      }
    }
    "
  `)
})

test('refusing: whoever sends is told, on the links that are cut and on no other', () => {
  expect(ruleset({ lease: 'a1b2', direction: 'out', manner: 'reject', plan: { ...plan, links: plan.links.slice(0, 2) } })).toMatchInlineSnapshot(`
    "table inet haywire_a1b2 {
      counter packets_out_0 {
      }
      chain out_0 {
        type filter hook output priority -500; policy accept;
        oifname "eth0" ip saddr 10.10.10.5 ip daddr 10.10.10.1 tcp sport { 22 } accept
        oifname "eth0" ip saddr 10.10.10.5 udp dport 9 counter name "packets_out_0" reject
        oifname "eth0" counter reject
      }
      counter packets_out_1 {
      }
      chain out_1 {
        type filter hook output priority -500; policy accept;
        oifname "eth1" ip saddr 192.168.1.4 udp dport 9 counter name "packets_out_1" reject
        oifname "eth1" counter reject
      }
    }
    "
  `)
})

test('by iptables: chains of our own before everybody else’s, our SSH left alone', () => {
  expect(iptables.begin({ lease: 'a1b2', direction: 'in', manner: 'drop', plan: { ...plan, links: plan.links.slice(0, 1) } })).toMatchInlineSnapshot(`
    "set -e
    iptables -w -N HAYWIRE_a1b2_IN
    iptables -w -A HAYWIRE_a1b2_IN -i eth0 -d 10.10.10.5 -s 10.10.10.1 -p tcp --dport 22 -j RETURN
    iptables -w -A HAYWIRE_a1b2_IN -i eth0 -d 10.10.10.5 -p udp --dport 9 -m comment --comment packets_in_0 -j DROP
    iptables -w -A HAYWIRE_a1b2_IN -i eth0 -j DROP
    iptables -w -I INPUT 1 -j HAYWIRE_a1b2_IN
    if command -v ip6tables >/dev/null && ip6tables -w -nL >/dev/null 2>&1; then
    ip6tables -w -N HAYWIRE_a1b2_IN
    ip6tables -w -A HAYWIRE_a1b2_IN -i eth0 -j DROP
    ip6tables -w -I INPUT 1 -j HAYWIRE_a1b2_IN
    fi"
  `)
  expect(iptables.counted('Chain HAYWIRE_a1b2_IN (1 references)\n    pkts      bytes target\n       3      120 DROP       17   --  eth0   *       0.0.0.0/0            10.10.10.5           udp dpt:9 /* packets_in_0 */\n')).toEqual(new Map([['packets_in_0', 3]]))
})

test('titles say what is cut', () => {
  expect([
    isolate('primary-node'),
    isolate({ name: 'primary-node' }, { from: ['heartbeat'] }),
    isolate('primary-node', { peers: ['secondary-node'], direction: 'in' }),
    isolate('primary-node', { from: ['public'], peers: [{ name: 'secondary-node' }], direction: 'out' }),
    isolate('primary-node', { manner: 'reject' }),
  ].map(({ title }) => title)).toEqual([
    'isolate primary-node from every network, both directions',
    'isolate primary-node from the network heartbeat, both directions',
    'isolate primary-node from secondary-node on every network, incoming only',
    'isolate primary-node from secondary-node on the network public, outgoing only',
    'isolate primary-node from every network, both directions, refusing',
  ])
})

const addresses = `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: eth0@if8    inet 10.10.10.5/24 brd 10.10.10.255 scope global eth0\\       valid_lft forever preferred_lft forever
2: eth0@if8    inet 10.10.10.12/24 brd 10.10.10.255 scope global secondary eth0\\       valid_lft forever preferred_lft forever
2: eth0@if8    inet6 fe80::42:aff:fe0a:a05/64 scope link \\       valid_lft forever preferred_lft forever
3: bond0    inet6 fe80::1/64 scope link \\       valid_lft forever preferred_lft forever
4: bond0.100@bond0    inet 169.254.0.1/30 brd 169.254.0.3 scope link bond0.100\\       valid_lft forever preferred_lft forever
`

test('the survey knows each link that has an address, by which of them we come, and who passes our packets on', () => {
  expect(parseSurvey(`ssh 172.16.0.9 50000 10.10.10.5 22\n${addresses}route 172.16.0.9 via 10.10.10.1 dev eth0 src 10.10.10.5 uid 0 \\    cache \ntable ip nat\ntable netdev haywire_a1b2\n`, 'primary-node')).toEqual({
    cuts: 1,
    ssh: { harness: '172.16.0.9', own: '10.10.10.5', port: 22 },
    nextHop: '10.10.10.1',
    sshDevice: 'eth0',
    devices: ['eth0', 'bond0.100'],
    deviceOf: new Map([['10.10.10.5', 'eth0'], ['10.10.10.12', 'eth0'], ['169.254.0.1', 'bond0.100']]),
  })
})

test.each([
  ['no SSH session', 'ssh \n', 'primary-node has to be reached by SSH over IPv4, so that this session can be kept; it says: ssh '],
  ['SSH over IPv6', 'ssh 2001:db8::1 50000 2001:db8::2 22\n', 'primary-node has to be reached by SSH over IPv4, so that this session can be kept; it says: ssh 2001:db8::1 50000 2001:db8::2 22'],
  ['no route back', 'ssh 172.16.0.9 50000 10.10.10.5 22\nroute \n', 'primary-node says no link by which it reaches us at 172.16.0.9: ssh 172.16.0.9 50000 10.10.10.5 22\nroute \n'],
])('a node with %s is not cut: we could not heal it', (_how, text, message) => {
  expect(() => parseSurvey(text, 'primary-node')).toThrow(message)
})
