// A healthy cluster keeps every promise of its scenario, however it is broken: no check goes red, or unknown, for a good run.
import { expect, test } from 'vitest'
import { scenariosOf } from '../../harness/check.ts'
import { convergences, judgeScenario, outages, sightings } from '../../harness/checks/index.ts'
import { frozenActive, isolatedActive, plannedHandover, staleStandby, standbyLost, stories, tell, type Story } from './story.ts'

test.each(stories)('$scenario: every promise is kept', story => {
  expect(judgeScenario(viewOf(story)).filter(({ verdict }) => verdict !== 'pass')).toEqual([])
})

test('what a thawed server held is told, though it is no failure', () => {
  expect(judgeScenario(viewOf(frozenActive)).find(({ check }) => check === 'one-active-at-a-time')?.why).toMatch(/^never two active servers, but for what a thawed one held from 2[45]\.\d+ s to 25\.\d+ s, as it may: /)
})

test('each place and protocol tells its own outage, and none where it saw none', () => {
  expect([isolatedActive, standbyLost].flatMap(story => sightings(viewOf(story)).map(({ fault, seenBy, ms }) => [fault, seenBy, Math.round(ms / 1000)]))).toMatchInlineSnapshot(`
    [
      [
        "isolate",
        "vip-tcp from harness",
        9,
      ],
      [
        "isolate",
        "vip-tcp from client",
        9,
      ],
      [
        "isolate",
        "vip-https from harness",
        9,
      ],
      [
        "isolate",
        "vip-https from client",
        9,
      ],
      [
        "isolate",
        "pings from a client that keeps the VIP in its ARP cache",
        9,
      ],
      [
        "isolate",
        "pings from a client that asks for the VIP anew",
        9,
      ],
      [
        "power-off",
        "vip-tcp from harness",
        0,
      ],
      [
        "power-off",
        "vip-tcp from client",
        0,
      ],
      [
        "power-off",
        "vip-https from harness",
        0,
      ],
      [
        "power-off",
        "vip-https from client",
        0,
      ],
      [
        "power-off",
        "pings from a client that keeps the VIP in its ARP cache",
        0,
      ],
      [
        "power-off",
        "pings from a client that asks for the VIP anew",
        0,
      ],
    ]
  `)
})

test('how long it took from the heal to a whole cluster; null where nobody saw it whole', () => {
  expect(convergences(viewOf(plannedHandover))).toMatchInlineSnapshot(`
    [
      {
        "boundMs": 30000,
        "fault": "ha-stop",
        "ms": 4455,
        "node": "primary-node",
      },
    ]
  `)
  expect(convergences(viewOf({ ...plannedHandover, changes: plannedHandover.changes.filter(({ t }) => t !== 29_000) })).map(({ ms }) => ms)).toEqual([null])
  expect(convergences(viewOf({ ...plannedHandover, bounds: {} }))).toEqual([])
})

test('each outage is measured after its fault, with its error bar', () => {
  expect([plannedHandover, isolatedActive, standbyLost, staleStandby].flatMap(story => outages(viewOf(story)))).toMatchInlineSnapshot(`
    [
      {
        "errorMs": 10,
        "fault": "ha-stop",
        "from": 10303,
        "id": "stop-1",
        "ms": 100,
        "node": "primary-node",
        "seenBy": "vip-tcp from harness",
        "to": 10403,
      },
      {
        "errorMs": 10,
        "fault": "isolate",
        "from": 10023,
        "id": "cut-1",
        "ms": 9280,
        "node": "primary-node",
        "seenBy": "vip-tcp from harness",
        "to": 19303,
      },
      {
        "errorMs": 10,
        "fault": "power-off",
        "from": 10000,
        "id": "off-1",
        "ms": 0,
        "node": "secondary-node",
        "seenBy": "vip-tcp from harness",
        "to": 10000,
      },
      {
        "errorMs": 10,
        "fault": "isolate",
        "from": 10000,
        "id": "cut-1",
        "ms": 0,
        "node": "primary-node",
        "seenBy": "vip-tcp from harness",
        "to": 10000,
      },
      {
        "errorMs": 10,
        "fault": "power-off",
        "from": 20033,
        "id": "off-1",
        "ms": 16070,
        "node": "primary-node",
        "seenBy": "vip-tcp from harness",
        "to": 36103,
      },
    ]
  `)
})

test('a planned handover, as every check words it', () => {
  expect(judgeScenario(viewOf(plannedHandover)).map(({ check, why }) => `${check}: ${why}`)).toMatchInlineSnapshot(`
    [
      "one-active-at-a-time: never two active servers: 826 flight records of primary-node and secondary-node, sql and vip-arp, and every answer at the VIP agree",
      "no-acknowledged-account-lost: every acknowledged account is there once (729), through vip, primary-node, secondary-node, and no refused one (0); those of unknown fate may be there or not (2)",
      "no-write-refused-in-service: none of 686 accounts was refused in 35.0 s of service",
      "no-read-refused-in-service: none of 6905 attempts in service was refused; all were answered",
      "replication-runs-from-active-to-standby: the active server streamed to the standby over the heartbeat network at all 2 moments without a fault: primary-node at 10 s, secondary-node at 41.46 s",
      "views-agree: GUI, console, SQL and wire agree on who is active, whether the cluster is whole, and how it replicates; none lagged longer than 8 s (viewsAgreeMs)",
      "no-automatic-failback: each change of the active server followed a fault: primary-node → secondary-node at 10.4 s (ha-stop on primary-node)",
      "standby-serves-no-gui: while not active primary-node refused 120 connections, secondary-node refused 36 connections; active servers accepted 166",
      "cluster-converges: whole again at most 4.46 s after the heal; allowed are 30 s (convergenceMs): 0.15 × the bound",
      "every-fault-proven-and-healed: the fault was proven and proven healed: ha-stop on primary-node (at 11 s, at 28 s)",
      "nothing-left-behind: nothing is left on primary-node and secondary-node",
      "logs-tell-no-bad-news: no bad news and no unexpected error in the logs of primary-node: journal; secondary-node: journal",
      "load-high-enough: 19.6 accounts were acknowledged per second while nothing was broken (417 in 21.25 s); needed are 5 (loadPerSecond)",
      "outage-shorter-than-bound: the longest outage was 100 ms ± 10 ms after ha-stop on primary-node, by vip-tcp from harness; allowed are 15 s (outageMs: T2 8 s, promotion 4 s, slack): 0.01 × the bound",
      "recovery-interrupts-nobody: nothing interrupted clients after the heal",
      "writes-stall-shorter-than-bound: the longest time without an acknowledged account was 2.14 s, from 10.3 s to 12.43 s; allowed are 15 s (writeStallMs): 0.14 × the bound",
      "vip-announced-after-takeover: secondary-node announced the VIP at 10.41 s, 13 ms after it had it; no frame of the old owner followed",
      "console-as-documented: its one assertion held: the cluster settles",
    ]
  `)
})

test('a standby that is behind stays what it is, as its checks word it', () => {
  const verdicts = judgeScenario(viewOf(staleStandby), ['nothing-stale-promoted', 'writes-stall-shorter-than-bound', 'no-automatic-failback'])
  expect(verdicts.map(({ check, why }) => `${check}: ${why}`)).toMatchInlineSnapshot(`
    [
      "nothing-stale-promoted: 140 acknowledged accounts behind, nobody became active from 20.15 s to 30 s while primary-node was away (power-off on primary-node)",
      "writes-stall-shorter-than-bound: the longest time without an acknowledged account was 2.99 s, from 10.02 s to 13 s; allowed are 15 s (writeStallMs): 0.20 × the bound",
      "no-automatic-failback: primary-node held the VIP all the time",
    ]
  `)
})

function viewOf(story: Story) {
  const [view] = scenariosOf(tell(story))
  if (!view) throw new Error('the story has no scenario')
  return view
}
