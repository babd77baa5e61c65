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

test('repeats: outages as each place saw them, how long until the cluster was whole, and what became of the accounts', () => {
  const runs = [1000, 3000, 2000].map((ms, index) => run('pass', {
    outages: [],
    sightings: [{ fault: 'ha-stop', node: 'a', ms, errorMs: 10, seenBy: 'vip-tcp from harness' }, { fault: 'ha-stop', node: 'a', ms: 0, errorMs: 10, seenBy: 'vip-https from client' }],
    // The second heal of the second run is not known: the third is still the third.
    convergences: [{ fault: 'ha-stop', node: 'a', ms: 100 }, { fault: 'ha-stop', node: 'a', ms: index === 1 ? null : 200 }, { fault: 'ha-stop', node: 'a', ms: 300 }],
    accounts: { acknowledged: 10 * (index + 1), refused: index, unknown: 1, lost: index === 2 ? null : [] },
  }))
  expect(repeatSummary(runs)).toMatchInlineSnapshot(`
    "3 runs
      ssm/power-loss  3 of 3 passed

      VIP outage, by place                   runs     min  median     p95     max
      ha-stop on a, by vip-tcp from harness     3  1.00 s  2.00 s  3.00 s  3.00 s

      whole again after     runs     min  median     p95     max
      ha-stop on a             3  100 ms  100 ms  100 ms  100 ms
      ha-stop on a, time 2     2  200 ms  200 ms  200 ms  200 ms
      ha-stop on a, time 3     3  300 ms  300 ms  300 ms  300 ms

      accounts, in each run  min  median  max                 in all
      acknowledged            10      20   30                     60
      refused                  0       1    2                      3
      unknown                  1       1    1                      3
      lost                                     0, not read back in 1"
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
