// What a node says of its links, as a cut needs to know it.
import { expect, test } from 'vitest'
import { parseSurvey } from '../../../harness/faults/cut/survey.ts'

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
