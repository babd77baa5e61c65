// Whoever waits is woken when a fact has changed, and not by samples that say the same again.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followFacts, takeIn, type KnownFacts } from '../harness/facts.ts'
import { historyLine, type SampleEvent } from '../harness/history.ts'

const sample = (probe: string, more: Partial<SampleEvent>): SampleEvent => ({ t: 1, type: 'sample', probe, ...more })
const served = (server: string, tookMs: number): SampleEvent => sample('vip-https', { from: 'harness', tookMs, value: { status: 200, server } })
const sql = (inRecovery: boolean, lsn: string): SampleEvent => sample('sql', { node: 'primary-node', value: { inRecovery, readOnly: inRecovery, timeline: 1, lsn, syncNames: '', senders: [], receiver: null } })

test('which samples are news', () => {
  const known: KnownFacts = new Map()
  const news = [
    served('primary-node', 4), served('primary-node', 5), sql(true, '0/1'), sql(true, '0/2'), served('secondary-node', 4), sql(false, '0/2'),
    sample('vip-tcp', { from: 'harness', error: 'refused' }), sample('vip-tcp', { from: 'harness', error: 'timeout' }), sample('host', { value: { lateMs: 1, load: 1 } }),
  ].map(event => takeIn([event], known))
  expect(news).toEqual([true, false, true, false, true, true, true, false, false])
})

test('a look in vain that is told late hides no change after it', () => {
  const known: KnownFacts = new Map()
  const tcp = (t: number, error?: string): SampleEvent => sample('vip-tcp', { t, from: 'harness', ...(error === undefined ? { value: { connected: true } } : { error }) })
  const news = [tcp(100), tcp(300, 'timeout'), tcp(520), tcp(310, 'timeout'), tcp(600, 'timeout')].map(event => takeIn([event], known))
  expect(news).toEqual([true, true, true, false, true])
})

test('a waiter is woken by the line that changes a fact, however it arrives', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-facts-'))
  const path = join(folder, 'history.jsonl')
  writeFileSync(path, historyLine(served('primary-node', 4)))
  const facts = followFacts(path)
  try {
    const woken = facts.changed(AbortSignal.timeout(5000))
    const [half, otherHalf] = [historyLine(served('secondary-node', 4)).slice(0, 30), historyLine(served('secondary-node', 4)).slice(30)]
    appendFileSync(path, half)
    appendFileSync(path, otherHalf)
    await woken
    const stop = new AbortController()
    const never = facts.changed(stop.signal)
    stop.abort(new Error('told to stop'))
    await expect(never).rejects.toThrowErrorMatchingInlineSnapshot(`[Error: told to stop]`)
  } finally {
    facts.close()
    rmSync(folder, { recursive: true })
  }
})

test('a long history is not read again from its beginning, and its last looks are known', () => {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-facts-'))
  const path = join(folder, 'history.jsonl')
  const looks = Array.from({ length: 5000 }, (_, n) => historyLine({ ...served('primary-node', 4), t: n }))
  writeFileSync(path, [historyLine({ ...sample('vip-arp', { from: 'client' }), t: 1 }), ...looks].join(''))
  const facts = followFacts(path)
  expect([facts.lastLook('vip-https', 'harness'), facts.lastLook('vip-arp', 'client')]).toEqual([4999, undefined])
  facts.close()
  rmSync(folder, { recursive: true })
})
