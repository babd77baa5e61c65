// The last words of a run, and of several.
import { expect, test } from 'vitest'
import { endText, repeatSummary, spreadsOf } from '../../reports/summary.ts'
import { run } from './literal.ts'

test('a run that failed says why, how long the VIP was away, and how to run it again', () => {
  const failed = run('fail', { accounts: { acknowledged: 10, refused: 1, unknown: 2, lost: ['hw-3'] }, outages: run('fail').outages.map(outage => ({ ...outage, boundMs: 30_000 })), scenarios: [{ id: 'ssm/power-loss', title: 'power loss hands over', verdict: 'fail', covers: [], why: 'one-active-at-a-time: two\n\u001B[2Jfor 3 s' }, { id: 'ssm/cut', verdict: 'skipped', covers: [], why: 'the target has no nft' }] })
  expect(endText('runs/x', failed)).toMatchInlineSnapshot(`
    "
    FAILED  r1 on lab
      FAILED   power loss hands over
                 one-active-at-a-time: two
                 for 3 s
      SKIPPED  ssm/cut
                 the target has no nft

    VIP outages
      after power-off on a  4.31 s ± 14 ms (30 s allowed)

    accounts: 10 acknowledged, 1 LOST (hw-3); 1 refused, 2 unknown

    run     runs/x
    again   npx haywire run ssm/power-loss --target lab"
  `)
})

test('a run that passed is short', () => {
  expect(endText('runs/x', run('pass'))).toMatchInlineSnapshot(`
    "
    PASSED  r1 on lab
      PASSED  power loss hands over

    VIP outages
      after power-off on a  4.31 s ± 14 ms

    run     runs/x"
  `)
})

test('repeats: how often each ended how, and the spread of each outage', () => {
  const times = [4100, 4300, 3900, 5000, 4200]
  const runs = times.map((ms, index) => run(index === 3 ? 'fail' : 'pass', { outages: [{ fault: 'ha-stop', node: 'a', ms, errorMs: 10 }, { fault: 'ha-stop', node: 'b', ms: ms / 2, errorMs: 10 }, { fault: 'ha-stop', node: 'a', ms: 1000, errorMs: 10 }] }))
  expect(spreadsOf(runs)[0]).toEqual({ title: 'ha-stop on a', runs: 5, minMs: 3900, medianMs: 4200, p95Ms: 5000, maxMs: 5000, errorMs: 10 })
  expect(repeatSummary(runs)).toMatchInlineSnapshot(`
    "5 runs
      ssm/power-loss  4 of 5 passed  unstable: 1 failed

      VIP outage            runs     min  median     p95     max
      ha-stop on a             5  3.90 s  4.20 s  5.00 s  5.00 s
      ha-stop on b             5  1.95 s  2.10 s  2.50 s  2.50 s
      ha-stop on a, time 2     5  1.00 s  1.00 s  1.00 s  1.00 s"
  `)
})
