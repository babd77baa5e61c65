// Durations: read as people write them, said as people say them.
import { expect, test } from 'vitest'
import { milliseconds, sayMs } from '../harness/duration.ts'

test.each([['250ms', 250], ['30s', 30_000], ['1.5s', 1500], ['2min', 120_000], ['0ms', 0]])('%s is %i ms', (text, ms) => {
  expect(milliseconds(text)).toBe(ms)
})

test.each(['', '30', '30 s', '-1s', '1h', 's', '1.s', '1e3ms', ' 1s'])('%j is no duration', text => {
  expect(() => milliseconds(text)).toThrow(RangeError)
})

test.each([[12, '12 ms'], [999.4, '999 ms'], [1500, '1.5 s'], [2000, '2 s'], [12_345, '12.35 s'], [123_456, '123.5 s']])('%d ms is said as %s', (ms, text) => {
  expect(sayMs(ms)).toBe(text)
})
