// What a cut asks of nft: all of it readable here, as it goes to the node.
import { expect, test } from 'vitest'
import { ruleset } from '../../../harness/faults/cut/nft.ts'
import { plan } from './plan.ts'

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
        oifname "eth0" icmp type destination-unreachable accept
        oifname "eth0" icmpv6 type destination-unreachable accept
        oifname "eth0" ip saddr 10.10.10.5 udp dport 9 counter name "packets_out_0" reject
        oifname "eth0" counter reject
      }
      counter packets_out_1 {
      }
      chain out_1 {
        type filter hook output priority -500; policy accept;
        oifname "eth1" icmp type destination-unreachable accept
        oifname "eth1" icmpv6 type destination-unreachable accept
        oifname "eth1" ip saddr 192.168.1.4 udp dport 9 counter name "packets_out_1" reject
        oifname "eth1" counter reject
      }
    }
    "
  `)
})
