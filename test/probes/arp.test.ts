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

const noPython = spawnSync('python3', ['--version']).error && 'there is no python3 here; the script itself runs on the client, which has it'

test.skipIf(noPython)(`which frames are claims${noPython ? ` (skipped: ${noPython})` : ''}`, () => {
  const table: [string, string, [string, string] | null][] = [
    ['an answer', arp({ operation: 'reply', mac: owner, sender: vip, target: '10.0.0.100', to: client }), ['reply', owner]],
    ['an announcement as a request, as send_arp and arping -U send it', arp({ operation: 'request', mac: owner, sender: vip, target: vip }), ['gratuitous', owner]],
    ['an announcement as a reply', arp({ operation: 'reply', mac: owner, sender: vip, target: vip }), ['gratuitous', owner]],
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
