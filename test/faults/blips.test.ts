// Blips are proven by what the node has measured and counted, and by nothing else.
import { expect, test } from 'vitest'
import type { FaultContext } from '../../harness/fault.ts'
import { blips, blipsKind } from '../../harness/faults/blips.ts'
import { parseBlips } from '../../harness/faults/cut/timed.ts'
import { MemoryCluster } from '../memory-cluster.ts'
import { plan } from './cut/plan.ts'

const line = (width: number, leastUs: number, mostUs: number, packets = 2): string => `blip ${width} ${leastUs} ${mostUs}  table netdev haywire_a1b2 { counter packets_out_0 { packets ${packets} bytes 58 } counter packets_out_1 { packets ${packets} bytes 58 } }`

test('a line of the node is a blip', () => {
  expect(parseBlips(line(5, 5321, 9120))).toEqual([{ widthMs: 5, leastMs: 5.321, mostMs: 9.12, counted: new Map([['packets_out_0', 2], ['packets_out_1', 2]]) }])
})

test.each([
  ['all were made, and lost our packets', [line(5, 5321, 9120), line(500, 499_000, 503_000)], /^in each of 2 cuts packets of our own were lost on every link where a peer is known; asked for and measured, in ms: 5: 5\.3 to 9\.1, 500: 499\.0 to 503\.0$/],
  ['one was not made', [line(5, 5321, 9120)], /^1 of 2 cuts were made;/],
  ['one lost nothing', [line(5, 5321, 9120, 0), line(500, 499_000, 503_000)], /^in 1 of 2 cuts no packet of ours was lost on some link;/],
  ['one lasted much too long', [line(5, 5321, 900_000), line(500, 499_000, 503_000)], /^1 of 2 cuts lasted more than 250 ms too long;/],
])('%s', async (_what, lines, said) => {
  const access = new MemoryCluster({ root: { run: async () => ({ code: 0, stdout: lines.join('\n'), stderr: '', tookMs: 1 }), stream: () => Promise.reject(new Error('no streams')) } })
  const context: FaultContext = { access, lease: 'a1b2', deadlineMs: 1000, signal: AbortSignal.timeout(1000), armed: () => undefined }
  const { parameters } = blips('primary-node', [5, 500])
  const proof = await blipsKind.prove({ ...parameters, plan }, 'primary-node', context)
  expect(proof.proven ? proof.evidence : proof.why).toMatch(said)
  expect(proof.proven).toBe(String(said).startsWith('/^in each'))
})

test('where nobody is known nothing is proven', async () => {
  const context: FaultContext = { access: new MemoryCluster({ root: { run: async () => ({ code: 0, stdout: line(5, 5000, 6000), stderr: '', tookMs: 1 }), stream: () => Promise.reject(new Error('no streams')) } }), lease: 'a1b2', deadlineMs: 1000, signal: AbortSignal.timeout(1000), armed: () => undefined }
  const { parameters } = blips('primary-node', [5])
  expect(await blipsKind.prove({ ...parameters, plan: { ...plan, links: plan.links.filter(({ known }) => !known) } }, 'primary-node', context)).toEqual({ proven: false, why: 'nobody is known on any link of primary-node to send a packet to' })
})
