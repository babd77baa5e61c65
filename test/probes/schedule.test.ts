// A probe looks at fixed times: a late look does not delay the next, and what could not be looked at is counted, not made up for.
import { describe, expect, test } from 'vitest'
import { now, startClock } from '../../harness/clock.ts'
import { afterTick, everyPeriod, percentile99, type Punctuality, type Tick } from '../../harness/probes/schedule.ts'

describe('after a look that was due at 100 ms, every 10 ms', () => {
  test.each([
    ['in time', 100, { next: 110, slipMs: 0, missed: 0 }],
    ['a little early, as timers may be', 99.4, { next: 110, slipMs: 0, missed: 0 }],
    ['late', 107, { next: 110, slipMs: 7, missed: 0 }],
    ['a whole period late: the next one is gone', 110, { next: 120, slipMs: 10, missed: 1 }],
    ['far too late', 147, { next: 150, slipMs: 47, missed: 4 }],
  ])('%s', (_how, t, after) => {
    expect(afterTick(100, t, 10)).toEqual(after)
  })
})

test('a process that was busy looks again in step, and says what it missed', async () => {
  const clock = startClock()
  const stop = new AbortController()
  const punctuality: Punctuality = { slipsMs: [], missed: 0 }
  const ticks: Tick[] = []
  await new Promise<void>(resolve => {
    everyPeriod(20, tick => {
      ticks.push(tick)
      if (ticks.length === 3) for (const from = now(clock); now(clock) - from < 70;);
      if (ticks.length === 6) {
        stop.abort()
        resolve()
      }
    }, { clock, signal: stop.signal, punctuality })
  })
  expect(punctuality.missed).toBeGreaterThanOrEqual(2)
  expect(punctuality.slipsMs).toHaveLength(6)
  const [first] = ticks as [Tick]
  // Each look but for its own slip is a whole number of periods after the first.
  for (const { t, slipMs } of ticks.slice(1)) {
    const inStep = (t - slipMs - (first.t - first.slipMs)) / 20
    expect(Math.abs(inStep - Math.round(inStep))).toBeLessThan(0.1)
  }
})

test('a probe that was told to stop before it began never looks', async () => {
  const clock = startClock()
  everyPeriod(1, () => { throw new Error('it looked') }, { clock, signal: AbortSignal.abort() })
  await new Promise(resolve => { setTimeout(resolve, 20) })
})

test('the p99 of 200 is the second worst but one', () => {
  expect([percentile99([]), percentile99([7]), percentile99(Array.from({ length: 200 }, (_, index) => index + 1))]).toEqual([0, 7, 198])
})
