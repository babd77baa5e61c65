// A slow look is repeated on a schedule, and sooner while it fails: who comes back is heard soon.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AccessError } from '../../harness/access.ts'
import { startClock } from '../../harness/clock.ts'
import type { SampleEvent } from '../../harness/history.ts'
import { lookEvery } from '../../harness/probes/looks.ts'

beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] }) })
afterEach(() => { vi.useRealTimers() })

test('while it fails it looks at every tick, then once a period', async () => {
  const answers = ['down', 'down', 'up', 'up', 'up']
  const samples = await looked(answers.length, async () => {
    const answer = answers.shift()
    if (answer === 'down') throw new AccessError('unreachable', 'no route')
    return answer
  })
  expect(samples.map(({ value, error }) => value ?? error)).toEqual(['unreachable', 'unreachable', 'up', 'up', 'up'])
  expect(samples.map(({ t }) => t)).toEqual([0, 20, 40, 140, 240])
})

test('a look that lasts leaves out those that are due meanwhile', async () => {
  let underWay = 0
  let most = 0
  await looked(2, async () => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise(resolve => { setTimeout(resolve, 150) })
    underWay -= 1
    return 'up'
  })
  expect(most).toBe(1)
})

/** Every 100 ms, every 20 ms while it fails. */
async function looked(times: number, look: () => Promise<unknown>): Promise<SampleEvent[]> {
  const stop = new AbortController()
  const samples: SampleEvent[] = []
  lookEvery(100, { probe: 'console', node: 'primary-node' }, look, { clock: startClock(), emit: sample => void samples.push({ type: 'sample', ...sample } as SampleEvent), signal: stop.signal }, 20)
  while (samples.length < times) await vi.advanceTimersByTimeAsync(10)
  stop.abort()
  return samples
}
