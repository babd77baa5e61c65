// What a cut asks of iptables: chains of our own, and nothing of anybody else's.
import { expect, test } from 'vitest'
import { iptables } from '../../../harness/faults/cut/iptables.ts'
import { plan } from './plan.ts'

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

test('refused, from a peer only: by its IPv4 addresses', () => {
  const [link] = plan.links
  if (!link) throw new Error('no link')
  expect(iptables.begin({ lease: 'a1b2', direction: 'out', manner: 'reject', plan: { ...plan, links: [link], peers: { addresses: ['10.10.10.10', 'fe80::1'], macs: [] } } })).toMatchInlineSnapshot(`
    "set -e
    iptables -w -N HAYWIRE_a1b2_OUT
    iptables -w -A HAYWIRE_a1b2_OUT -o eth0 -p icmp --icmp-type destination-unreachable -j RETURN
    iptables -w -A HAYWIRE_a1b2_OUT -o eth0 -s 10.10.10.5 -p udp --dport 9 -d 10.10.10.10 -m comment --comment packets_out_0 -j REJECT
    iptables -w -A HAYWIRE_a1b2_OUT -o eth0 -d 10.10.10.10 -j REJECT
    iptables -w -I OUTPUT 1 -j HAYWIRE_a1b2_OUT"
  `)
})

test('it is taken away chain by chain, and looked for by its name', () => {
  expect(iptables.end('a1b2', 'drop')).toMatchInlineSnapshot(`
    "if command -v iptables >/dev/null && iptables -w -nL HAYWIRE_a1b2_IN >/dev/null 2>&1; then
      while iptables -w -D INPUT -j HAYWIRE_a1b2_IN 2>/dev/null; do :; done
      { iptables -w -F HAYWIRE_a1b2_IN && iptables -w -X HAYWIRE_a1b2_IN; } || exit 1
    fi
    if command -v ip6tables >/dev/null && ip6tables -w -nL HAYWIRE_a1b2_IN >/dev/null 2>&1; then
      while ip6tables -w -D INPUT -j HAYWIRE_a1b2_IN 2>/dev/null; do :; done
      { ip6tables -w -F HAYWIRE_a1b2_IN && ip6tables -w -X HAYWIRE_a1b2_IN; } || exit 1
    fi
    if command -v iptables >/dev/null && iptables -w -nL HAYWIRE_a1b2_OUT >/dev/null 2>&1; then
      while iptables -w -D OUTPUT -j HAYWIRE_a1b2_OUT 2>/dev/null; do :; done
      { iptables -w -F HAYWIRE_a1b2_OUT && iptables -w -X HAYWIRE_a1b2_OUT; } || exit 1
    fi
    if command -v ip6tables >/dev/null && ip6tables -w -nL HAYWIRE_a1b2_OUT >/dev/null 2>&1; then
      while ip6tables -w -D OUTPUT -j HAYWIRE_a1b2_OUT 2>/dev/null; do :; done
      { ip6tables -w -F HAYWIRE_a1b2_OUT && ip6tables -w -X HAYWIRE_a1b2_OUT; } || exit 1
    fi"
  `)
  expect(iptables.whetherThere('a1b2', 'drop')).toMatchInlineSnapshot(`
    "rules=$(iptables -w -S && { ip6tables -w -S 2>/dev/null || :; }) || exit 1
    if printf '%s\\n' "$rules" | grep -qE '^-A (INPUT|OUTPUT) -j HAYWIRE_a1b2_'; then echo there; fi"
  `)
})
