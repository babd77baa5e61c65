// A network card that the engine made anew is made what the old one was, whatever the engine called it, and however far somebody had come before.
import { expect, test } from 'vitest'
import { engineCards } from '../../harness/access/power/cards.ts'
import type { Containers } from '../../harness/engine/power.ts'

const signal = new AbortController().signal

interface Machine {
  running: boolean
  /** as the engine has it */
  connected: boolean
  /** of the one card */
  device: string | undefined
  mac: string
  routes: string
  /** the default route, where it leads through another card */
  elsewhere?: string
  hosts: string
}

/** A container with one card, in an engine that numbers its cards and adds a line to /etc/hosts, as Docker does. */
function machine(state: Partial<Machine> = {}): { now: Machine; did: string[]; containers: Containers } {
  const now: Machine = { running: true, connected: true, device: 'eth0', mac: '02:42:0a:00:00:05', routes: 'default via 10.0.0.1 \n', hosts: '10.0.0.5 primary-node\n', ...state }
  const did: string[] = []
  let made = 0
  const unused = (): Promise<never> => Promise.reject(new Error('not asked for here'))
  return {
    now,
    did,
    containers: {
      state: async () => ({ running: now.running, frozen: false, pid: 1 }),
      networks: async () => (now.connected ? [{ network: 'lab-public', address: '10.0.0.5' }] : []),
      async disconnect() {
        now.connected = false
        did.push('disconnect')
        if (now.device === `eth${made}`) now.device = undefined
      },
      async connect(_name, network, address) {
        made += 1
        Object.assign(now, { connected: true, device: `eth${made}`, routes: '', hosts: `${now.hosts}${address}\tprimary-node\n` })
        did.push(`connect ${network} ${address}`)
      },
      async execute(_name, [, , script = '']) {
        return { code: 0, output: run(script).replaceAll('\n', '\r\n') }
      },
      kill: unused, start: unused, freeze: unused, thaw: unused, stopped: unused,
    },
  }

  function run(script: string): string {
    if (script.startsWith('ip -o -4 addr')) return now.device ? `${now.device}\n` : ''
    if (script.startsWith('cat /sys')) return `${now.mac}\n`
    if (script.startsWith('cat /etc/hosts')) return now.hosts
    if (script === 'ip route show default') return now.elsewhere ?? now.routes.replace(' \n', ` dev ${now.device} \n`)
    if (script.startsWith('ip route show')) return now.routes
    if (script.startsWith('grep -lx')) return now.device ? `/sys/class/net/${now.device}/address\n` : ''
    did.push(script.split('\n')[0] ?? '')
    if (script.startsWith('ip link delete')) now.device = undefined
    if (script.startsWith('ip link set')) now.device = / name (\S+)/.exec(script)?.[1]
    const hosts = /printf %s '([^']*)'/.exec(script)?.[1]
    if (hosts !== undefined) Object.assign(now, { hosts, routes: 'default via 10.0.0.1 \n' })
    return ''
  }
}

test('what is put back has the name, the routes and the names that were there', async () => {
  const { now, containers } = machine()
  const before = { ...now }
  const cards = engineCards(containers, 'node')
  const card = await cards.find('10.0.0.5', signal)
  expect(card).toEqual({ network: 'lab-public', device: 'eth0', mac: '02:42:0a:00:00:05', address: '10.0.0.5', routes: ['default via 10.0.0.1'], defaults: ['default via 10.0.0.1 dev eth0'], hosts: '10.0.0.5 primary-node\n' })
  await cards.takeAway(card, signal)
  expect(await cards.gone(card, signal)).toBe(true)
  expect(await cards.lacking(card, signal)).toBe('node is not connected to lab-public')
  await cards.putBack(card, signal)
  expect(now).toEqual(before)
  expect(await cards.lacking(card, signal)).toBeUndefined()
  expect(await cards.gone(card, signal)).toBe(false)
})

test('a card that goes by its old name again is taken away even so, though the engine looks for the name that it gave', async () => {
  const { did, containers } = machine()
  const cards = engineCards(containers, 'node')
  const card = await cards.find('10.0.0.5', signal)
  await cards.takeAway(card, signal)
  await cards.putBack(card, signal)
  await cards.takeAway(card, signal)
  expect(await cards.gone(card, signal)).toBe(true)
  expect(did.filter(what => what.startsWith('ip link delete'))).toHaveLength(2)
})

test('whoever died in the middle of putting back left the rest to be done', async () => {
  const { did, now, containers } = machine()
  const cards = engineCards(containers, 'node')
  const card = await cards.find('10.0.0.5', signal)
  Object.assign(now, { device: 'eth1', routes: '' })
  expect(await cards.lacking(card, signal)).toBe('the network card with the address 10.0.0.5 is eth1, and was eth0')
  await cards.putBack(card, signal)
  expect(did.filter(what => what.startsWith('connect'))).toEqual([])
  expect(await cards.lacking(card, signal)).toBeUndefined()
})

test.each([
  ['another hardware address', { mac: '02:42:0a:00:00:99' }, 'eth0 has the hardware address 02:42:0a:00:00:99, and had 02:42:0a:00:00:05'],
  ['a route that is missing', { routes: '' }, 'eth0 lacks the route default via 10.0.0.1'],
  ['a way out through another card', { elsewhere: 'default via 10.1.0.254 dev eth1 \n' }, 'the way out is default via 10.1.0.254 dev eth1, and was default via 10.0.0.1 dev eth0'],
  ['other names', { hosts: 'nobody\n' }, '/etc/hosts is not as it was'],
  ['no card with the address', { device: undefined }, 'no network card of node has the address 10.0.0.5'],
])('%s is not as it was', async (_how, change, why) => {
  const { now, containers } = machine()
  const cards = engineCards(containers, 'node')
  const card = await cards.find('10.0.0.5', signal)
  Object.assign(now, change)
  expect(await cards.lacking(card, signal)).toBe(why)
})

test('the cards of a machine that is off are made at its next start', async () => {
  const { did, now, containers } = machine()
  const cards = engineCards(containers, 'node')
  const card = await cards.find('10.0.0.5', signal)
  Object.assign(now, { running: false, connected: false, device: undefined })
  expect(await cards.gone(card, signal)).toBe(true)
  await cards.putBack(card, signal)
  expect(did).toEqual(['connect lab-public 10.0.0.5'])
  expect(await cards.lacking(card, signal)).toBeUndefined()
})
