// Two builds side by side.
import { expect, test } from 'vitest'
import { compare, compareText, type Side } from '../../reports/compare.ts'
import { run } from './literal.ts'

const scenario = 'ssm/power-loss'
const outage = (ms: number, node = 'a') => ({ scenario, fault: 'power-off', node, ms, errorMs: 14 })
const before: Side = { name: 'r1', runs: [run('pass', { outages: [outage(4300), outage(2000)] })] }

test('one run each: what differs, and by how much', () => {
  const after: Side = { name: 'r2', runs: [run('fail', { versions: { haywire: '0.2.0' }, outages: [outage(5100, 'b'), outage(2020)] })] }
  expect(compareText(before, after)).toMatchInlineSnapshot(`
    "  before  r1  1 run on lab, by haywire 0.1.0
      after   r2  1 run on lab, by haywire 0.2.0

      scenario        before  after
      ssm/power-loss  passed  failed  differs

      VIP outage                                 before           after  difference
      ssm/power-loss: power-off          4.30 s ± 14 ms  5.10 s ± 14 ms     +800 ms  fewer than 3 runs do not tell
      ssm/power-loss: power-off, time 2  2.00 s ± 14 ms  2.02 s ± 14 ms      +20 ms  fewer than 3 runs do not tell"
  `)
  expect(compare(before, after).outages[0]).toMatchObject({ title: 'ssm/power-loss: power-off', differenceMs: 800, clear: null })
})

test('several runs: medians, and no difference where the ranges overlap', () => {
  const runs = (...times: number[]): Side['runs'] => times.map(ms => run('pass', { outages: [outage(ms)] }))
  const [quick, slow] = [{ name: 'old', runs: runs(4000, 4200, 4400) }, { name: 'new', runs: [...runs(4410, 5000), run('inconclusive', { outages: [outage(5200)] })] }]
  expect(compareText(quick, slow)).toMatchInlineSnapshot(`
    "  before  old  3 runs on lab, by haywire 0.1.0
      after   new  3 runs on lab, by haywire 0.1.0

      scenario        before         after
      ssm/power-loss  3 of 3 passed  2 of 3 passed, unstable: 1 inconclusive  differs

      VIP outage                                    before                      after  difference
      ssm/power-loss: power-off  4.20 s (4.00 s to 4.40 s)  5.00 s (4.41 s to 5.20 s)     +800 ms  ranges overlap"
  `)
})

test('all of one side above all of the other, error bars included', () => {
  const side = (name: string, ...times: number[]): Side => ({ name, runs: times.map(ms => run('pass', { outages: [outage(ms)] })) })
  expect(compare(side('old', 4000, 4200, 4400), side('new', 4429, 5000, 5200)).outages[0]).toMatchObject({ clear: true, differenceMs: 800 })
  expect(compare(side('old', 4000, 4200, 4400), side('new', 4427, 5000, 5200)).outages[0]).toMatchObject({ clear: false })
})

test('what only one side has is said', () => {
  const other: Side = { name: 'r3', runs: [run('pass', { outages: [], scenarios: [{ id: 'ssm/cut', verdict: 'pass', covers: [] }] })] }
  expect(compare(before, other)).toMatchObject({
    scenarios: [{ id: scenario, before: 'passed', after: 'not run', same: false }, { id: 'ssm/cut', before: 'not run', after: 'passed', same: false }],
    outages: [{ title: 'ssm/power-loss: power-off', after: null, differenceMs: null, clear: null }, { title: 'ssm/power-loss: power-off, time 2', after: null }],
  })
})
