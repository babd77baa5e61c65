import { expect, test } from 'vitest'
import { freeSubnets, hostOf, routesOf } from '../../harness/engine/subnets.ts'

test.each([
  ['nothing is taken', [], ['10.77.0.0/24', '10.77.1.0/24']],
  ['one of them is', ['10.77.0.0/24'], ['10.77.1.0/24', '10.77.2.0/24']],
  ['one lies within a larger one', ['10.77.0.0/23'], ['10.77.2.0/24', '10.77.3.0/24']],
  ['a smaller one lies within it', ['10.77.0.128/25'], ['10.77.1.0/24', '10.77.2.0/24']],
  ['a tunnel leads all of 10/8 away', ['10.0.0.0/8'], ['172.28.0.0/24', '172.28.1.0/24']],
  ['it also leads 172.16/12 away', ['10.0.0.0/8', '172.16.0.0/12'], ['192.168.128.0/24', '192.168.129.0/24']],
  ['IPv6 is used too', ['fd00::/64'], ['10.77.0.0/24', '10.77.1.0/24']],
])('free subnets overlap nothing: %s', (_, taken, free) => {
  expect(freeSubnets(2, taken)).toEqual(free)
})

test('where nothing is free it says so', () => {
  expect(() => freeSubnets(2, ['0.0.0.0/0'])).toThrow('no 2 free subnets are left in 10.77.0.0 – 10.92.255.0, 172.28.0.0 – 172.31.255.0, 192.168.128.0 – 192.168.247.0')
})

test('routes are read as the kernel writes them, the default route aside', () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    'tun0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0',
    '',
  ].join('\n')
  expect(routesOf(table)).toEqual(['192.168.0.0/24', '10.0.0.0/8'])
})

test('an address of a subnet', () => {
  expect(hostOf('10.77.3.0/24', 12)).toBe('10.77.3.12')
})
