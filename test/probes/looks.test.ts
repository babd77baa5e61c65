// A slow look is repeated on a schedule, and sooner while it fails: who comes back is heard soon.
import { expect, test } from 'vitest'
import { AccessError } from '../../harness/access.ts'
import { startClock } from '../../harness/clock.ts'
import type { SampleEvent } from '../../harness/history.ts'
import { lookEvery } from '../../harness/probes/looks.ts'

test('while it fails it looks at every tick, then once a period', async () => {
  const answers = ['down', 'down', 'up', 'up', 'up']
  const samples = await looked(answers.length, async () => {
    const answer = answers.shift()
    if (answer === 'down') throw new AccessError('unreachable', 'no route')
    return answer
  })
  expect(samples.map(({ value, error }) => value ?? error)).toEqual(['unreachable', 'unreachable', 'up', 'up', 'up'])
  const steps = samples.slice(1).map(({ t }, index) => Math.round((t - (samples[index]?.t ?? 0)) / 20))
  expect(steps).toEqual([1, 1, 5, 5])
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
  await new Promise<void>(resolve => {
    const emit = (sample: Omit<SampleEvent, 'type'>): void => {
      samples.push({ type: 'sample', ...sample })
      if (samples.length === times) resolve()
    }
    lookEvery(100, { probe: 'console', node: 'primary-node' }, look, { clock: startClock(), emit: emit as never, signal: stop.signal }, 20)
  })
  stop.abort()
  return samples
}
