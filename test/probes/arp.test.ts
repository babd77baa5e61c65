// Which ARP frames say whose the VIP is: frames as they are on the wire, read by the script that runs on the client.
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const script = join(import.meta.dirname, '../../harness/probes/on-node/arp-watch.py')
const vip = '10.0.0.12'
const owner = '02:42:0a:00:00:05'
const client = '02:42:0a:00:00:64'

/** An Ethernet frame with ARP in it, padded as network cards do. */
function arp({ operation, mac, sender, target, to = 'ff:ff:ff:ff:ff:ff', hardware = '0001' }: { operation: 'request' | 'reply'; mac: string; sender: string; target: string; to?: string; hardware?: string }): string {
  const plain = (address: string): string => address.split('.').map(part => Number(part).toString(16).padStart(2, '0')).join('')
  const bare = (address: string): string => address.replaceAll(':', '')
  return `${bare(to)}${bare(mac)}0806${hardware}08000604000${operation === 'request' ? 1 : 2}${bare(mac)}${plain(sender)}${bare(to)}${plain(target)}`.padEnd(120, '0')
}

/** What the script makes of each frame. */
function claims(frames: string[]): unknown[] {
  const program = `import importlib.util, json, sys
spec = importlib.util.spec_from_file_location('arp_watch', sys.argv[1])
watch = importlib.util.module_from_spec(spec)
spec.loader.exec_module(watch)
seen = [watch.claim(bytes.fromhex(frame), sys.argv[2]) for frame in json.load(sys.stdin)]
print(json.dumps([each and [each[0], watch.text(each[1])] for each in seen]))`
  return JSON.parse(execFileSync('python3', ['-c', program, script, vip], { input: JSON.stringify(frames), encoding: 'utf8' })) as unknown[]
}

/** What the two clients do, told what happens on their wire: each step is a word and its arguments, times in ms. */
function clients(steps: [string, ...unknown[]][]): unknown[] {
  const program = `import importlib.util, json, sys
spec = importlib.util.spec_from_file_location('arp_watch', sys.argv[1])
watch = importlib.util.module_from_spec(spec)
spec.loader.exec_module(watch)
watch.socket.socket = lambda *kind: type('Deaf', (), {'setblocking': lambda self, on: None})()
said = []
pings = watch.Pings(lambda to, identity, sequence: said.append(['to', watch.text(to)]), lambda line: said.append({**line, 'ns': line['ns'] // 10**6}))
for word, *given in json.load(sys.stdin):
    if word == 'begin': pings.begin(given[0] * 10**6)
    elif word == 'echo':
        frame = watch.echo(bytes(6), bytes(6), sys.argv[2], '10.0.0.100', pings.identity, given[1])
        pings.hear(frame[14:34] + b'\\0' + frame[35:], sys.argv[2], given[0] * 10**6)
    else: pings.learn(word, bytes.fromhex(given[1].replace(':', '')), given[0] * 10**6)
print(json.dumps(said))`
  return JSON.parse(execFileSync('python3', ['-c', program, script, vip], { input: JSON.stringify(steps), encoding: 'utf8' })) as unknown[]
}

const noPython = spawnSync('python3', ['--version']).error && 'there is no python3 here; the script itself runs on the client, which has it'

test.skipIf(noPython)(`which frames are claims${noPython ? ` (skipped: ${noPython})` : ''}`, () => {
  const table: [string, string, [string, string] | null][] = [
    ['an answer', arp({ operation: 'reply', mac: owner, sender: vip, target: '10.0.0.100', to: client }), ['reply', owner]],
    ['an announcement as a request, as send_arp and arping -U send it', arp({ operation: 'request', mac: owner, sender: vip, target: vip }), ['gratuitous', owner]],
    ['an announcement as a reply', arp({ operation: 'reply', mac: owner, sender: vip, target: vip }), ['gratuitous', owner]],
    ['an announcement for the client alone', arp({ operation: 'reply', mac: owner, sender: vip, target: vip, to: client }), ['unicast', owner]],
    ['a question for the VIP', arp({ operation: 'request', mac: client, sender: '10.0.0.100', target: vip }), null],
    ['the owner\'s own question for somebody else', arp({ operation: 'request', mac: owner, sender: vip, target: '10.0.0.1' }), null],
    ['an answer for another address', arp({ operation: 'reply', mac: owner, sender: '10.0.0.5', target: '10.0.0.100', to: client }), null],
    ['a question whether an address is taken (RFC 5227)', arp({ operation: 'request', mac: owner, sender: '0.0.0.0', target: vip }), null],
    ['one of another kind of network', arp({ operation: 'reply', mac: owner, sender: vip, target: vip, hardware: '0006' }), null],
    ['half a frame', arp({ operation: 'reply', mac: owner, sender: vip, target: vip }).slice(0, 60), null],
    ['no ARP at all', arp({ operation: 'reply', mac: owner, sender: vip, target: vip }).replace('0806', '0800'), null],
  ]
  const made = claims(table.map(([, frame]) => frame))
  expect(table.map(([what], index) => [what, made[index]])).toEqual(table.map(([what, , claim]) => [what, claim]))
})

test.skipIf(noPython)('a client with the owner in its cache sends to it until another is announced; one that asks anew sends to whoever answers', () => {
  const next = '02:42:0a:00:00:0a'
  expect(clients([
    ['begin', 0], ['reply', 1, owner], ['echo', 2, 1],
    ['begin', 200], ['reply', 201, owner], ['echo', 202, 2], ['echo', 203, 3],
    // The owner is gone; another answers questions, and announces nothing.
    ['begin', 400], ['reply', 401, next], ['echo', 402, 5], ['begin', 1500],
    ['gratuitous', 1501, next], ['begin', 1700], ['echo', 1701, 6],
  ])).toEqual([
    ['to', owner], { probe: 'vip-ping-fresh', ns: 0, tookMs: 2, value: { mac: owner } },
    ['to', owner], ['to', owner], { probe: 'vip-ping-cached', ns: 200, tookMs: 2, value: { mac: owner } }, { probe: 'vip-ping-fresh', ns: 200, tookMs: 3, value: { mac: owner } },
    ['to', owner], ['to', next], { probe: 'vip-ping-fresh', ns: 400, tookMs: 2, value: { mac: next } },
    { probe: 'vip-ping-cached', ns: 400, error: 'unanswered', tookMs: 1100 }, ['to', owner],
    { probe: 'vip-ping-fresh', ns: 1500, error: 'unanswered', tookMs: 200 }, ['to', next],
    { probe: 'vip-ping-cached', ns: 1500, tookMs: 201, value: { mac: owner } },
  ])
})

test.skipIf(noPython)('an echo request is one for every other machine: both checksums are right', () => {
  const program = `import importlib.util, sys
spec = importlib.util.spec_from_file_location('arp_watch', sys.argv[1])
watch = importlib.util.module_from_spec(spec)
spec.loader.exec_module(watch)
frame = watch.echo(bytes.fromhex('02420a000005'), bytes.fromhex('02420a000064'), '10.0.0.100', '10.0.0.12', 0x1234, 7)
print(frame.hex(), watch.checksum(frame[14:34]), watch.checksum(frame[34:]))`
  expect(execFileSync('python3', ['-c', program, script], { encoding: 'utf8' }).trim()).toBe('02420a00000502420a0000640800' + '4500001c00004000400126720a0000640a00000c' + '0800e5c412340007 0 0')
})
