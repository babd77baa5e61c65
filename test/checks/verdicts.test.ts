// What each check says, whole: one small history for each verdict it can give.
import { expect, test } from 'vitest'
import { checks, judgeScenario } from '../../harness/checks/index.ts'
import type { ScenarioView } from '../../harness/check.ts'
import type { HistoryEvent } from '../../harness/history.ts'
import { ack, acks, answers, fault, heal, look, looks, lose, phase, read, refuse, silence, step, viewOf } from './literal.ts'
import { primary, residue, secondary } from './story.ts'

const judge = (check: string, view: ScenarioView) => checks[check]!.judge(view)
const readAll = (seconds: number, names: unknown): HistoryEvent[] => ['vip', primary, secondary].flatMap(node => read(seconds, names, node))

test('no-acknowledged-account-lost', () => {
  const view = (...events: HistoryEvent[][]) => viewOf({}, ack(1, 17), fault(2, 'cut'), ack(5, 18), refuse(6, 19), lose(7, 20), heal(9, 'cut'), ...events)
  expect(judge('no-acknowledged-account-lost', view(readAll(10, [17, 18, 20])))).toMatchInlineSnapshot(`
    {
      "at": [
        10000,
      ],
      "verdict": "pass",
      "why": "every acknowledged account is there once (2), through vip, primary-node, secondary-node, and no refused one (1); those of unknown fate may be there or not (1)",
    }
  `)
  expect(judge('no-acknowledged-account-lost', view(readAll(10, [17, 17, 19])))).toMatchInlineSnapshot(`
    {
      "at": [
        5000,
        10000,
        1000,
      ],
      "verdict": "fail",
      "why": "expected every acknowledged account; 1 of 2 lost: 18 (acknowledged at 5 s by primary-node, 2.9 s after cut on primary-node was proven (2.1 s)); read back through vip at 10 s, primary-node at 10 s, secondary-node at 10 s; expected each account once; found more than once: 17; read back through vip at 10 s, primary-node at 10 s, secondary-node at 10 s; expected no refused account; found all the same: 19; read back through vip at 10 s, primary-node at 10 s, secondary-node at 10 s",
    }
  `)
  expect(judge('no-acknowledged-account-lost', view(ack(9.5, 17), readAll(10, [17, 18])))).toMatchInlineSnapshot(`
    {
      "at": [
        9500,
      ],
      "verdict": "fail",
      "why": "expected each account to be acknowledged once; acknowledged again, so the first was lost on the way: 17",
    }
  `)
  expect(judge('no-acknowledged-account-lost', view(read(4, [17]), read(10, [17, 18], primary)))).toMatchInlineSnapshot(`
    {
      "at": [
        3990,
      ],
      "verdict": "unknown",
      "why": "the accounts were read back through vip at 3.99 s, before the last was acknowledged (at 5 s); the accounts were never read back through secondary-node",
    }
  `)
  expect(judge('no-acknowledged-account-lost', view(readAll(10, 'all of them')))).toMatchInlineSnapshot(`
    {
      "at": [
        10000,
      ],
      "verdict": "unknown",
      "why": "the read-back through vip at 10 s is no list of names; the read-back through primary-node at 10 s is no list of names; the read-back through secondary-node at 10 s is no list of names; and 3 more",
    }
  `)
  expect(judge('no-acknowledged-account-lost', viewOf({}, lose(1, 1), readAll(2, [])))).toMatchInlineSnapshot(`
    {
      "at": [],
      "verdict": "unknown",
      "why": "no account was acknowledged, so none could be lost",
    }
  `)
})

test('outage-shorter-than-bound', () => {
  const outage = (bounds: Record<string, number>) => viewOf(bounds, answers(0, 2), fault(2, 'off'), silence(2, 5), answers(5, 9), heal(8, 'off'))
  expect(judge('outage-shorter-than-bound', outage({ outageMs: 4000 }))).toMatchInlineSnapshot(`
    {
      "at": [
        2000,
        5000,
      ],
      "verdict": "pass",
      "why": "the longest outage was 3 s ± 10 ms after off on primary-node, by vip-tcp from harness; allowed are 4 s (outageMs): 0.75 × the bound",
    }
  `)
  expect(judge('outage-shorter-than-bound', outage({ outageMs: 2500 }))).toMatchInlineSnapshot(`
    {
      "at": [
        2000,
        5000,
      ],
      "verdict": "fail",
      "why": "expected answers at the VIP again within 2.5 s (outageMs); vip-tcp from harness got none for 3 s ± 10 ms, from 2 s to 5 s, after off on primary-node; expected answers at the VIP again within 2.5 s (outageMs); vip-https from harness got none for 3 s ± 200 ms, from 2 s to 5 s, after off on primary-node",
    }
  `)
  expect(judge('outage-shorter-than-bound', outage({ outageMs: 3000 }))).toMatchInlineSnapshot(`
    {
      "at": [
        1990,
        5000,
        1800,
      ],
      "verdict": "unknown",
      "why": "whether the VIP answered within 3 s (outageMs) cannot be told: vip-tcp from harness got no answer for 3 s ± 10 ms, from 1.99 s to 5 s, after off on primary-node; whether the VIP answered within 3 s (outageMs) cannot be told: vip-https from harness got no answer for 3 s ± 200 ms, from 1.8 s to 5 s, after off on primary-node",
    }
  `)
  expect(judge('outage-shorter-than-bound', outage({}))).toMatchInlineSnapshot(`
    {
      "at": [],
      "verdict": "unknown",
      "why": "the history holds no bound outageMs, so there is nothing to judge by",
    }
  `)
  expect(judge('outage-shorter-than-bound', viewOf({ outageMs: 2000 }, answers(0, 2), fault(2, 'off'), answers(5, 9), heal(8, 'off')))).toMatchInlineSnapshot(`
    {
      "at": [
        1990,
        5000,
        1800,
      ],
      "verdict": "unknown",
      "why": "whether the VIP answered within 2 s (outageMs) cannot be told: vip-tcp from harness did not ask for 3.01 s, from 1.99 s to 5 s, after off on primary-node; whether the VIP answered within 2 s (outageMs) cannot be told: vip-https from harness did not ask for 3.2 s, from 1.8 s to 5 s, after off on primary-node",
    }
  `)
  expect(judge('outage-shorter-than-bound', viewOf({ outageMs: 2000 }, silence(0, 9), fault(2, 'off'), heal(8, 'off')))).toMatchInlineSnapshot(`
    {
      "at": [
        0,
        8990,
        8800,
      ],
      "verdict": "fail",
      "why": "expected answers at the VIP again within 2 s (outageMs); vip-tcp from harness got none for 8.99 s ± 0 ms, from 0 ms to 8.99 s, before any fault; expected answers at the VIP again within 2 s (outageMs); vip-https from harness got none for 8.8 s ± 0 ms, from 0 ms to 8.8 s, before any fault",
    }
  `)
})

test('reads-see-no-gap', () => {
  const pages = looks(0, 9, 2000, seconds => look(seconds, 'gui', { cluster: 'Normal', active: { node: primary } }, { from: 'harness' }))
  expect(judge('reads-see-no-gap', viewOf({ readGapMs: 0 }, answers(0, 9), pages, fault(2, 'off'), heal(8, 'off')))).toMatchInlineSnapshot(`
    {
      "at": [],
      "verdict": "pass",
      "why": "all 945 attempts by vip-tcp from harness, vip-https from harness were answered; allowed are 0 ms (readGapMs)",
    }
  `)
  expect(judge('reads-see-no-gap', viewOf({ readGapMs: 50 }, answers(0, 2), silence(2, 2.1), answers(2.2, 9), pages, fault(2, 'off'), heal(8, 'off')))).toMatchInlineSnapshot(`
    {
      "at": [
        2000,
        2200,
      ],
      "verdict": "fail",
      "why": "expected no failed attempt for longer than 50 ms (readGapMs); vip-tcp from harness got no answer for 200 ms ± 110 ms, from 2 s to 2.2 s, after off on primary-node; expected no failed attempt for longer than 50 ms (readGapMs); vip-https from harness got no answer for 200 ms ± 200 ms, from 2 s to 2.2 s, after off on primary-node",
    }
  `)
  expect(judge('reads-see-no-gap', viewOf({ readGapMs: 0 }, answers(0, 9), pages))).toMatchInlineSnapshot(`
    {
      "at": [],
      "verdict": "unknown",
      "why": "no fault was injected, so there was nothing to go on through",
    }
  `)
})

test('writes-stall-shorter-than-bound', () => {
  const stalled = (writeStallMs: number) => viewOf({ writeStallMs }, acks(0, 2), fault(2, 'cut'), lose(2.5, 'a'), lose(3.4, 'b'), lose(4.3, 'c'), acks(5, 9), heal(8, 'cut'))
  expect(judge('writes-stall-shorter-than-bound', stalled(4000))).toMatchInlineSnapshot(`
    {
      "at": [
        2000,
        5000,
      ],
      "verdict": "pass",
      "why": "the longest time without an acknowledged account was 3 s, from 2 s to 5 s; allowed are 4 s (writeStallMs): 0.75 × the bound",
    }
  `)
  expect(judge('writes-stall-shorter-than-bound', stalled(2000))).toMatchInlineSnapshot(`
    {
      "at": [
        2000,
        5000,
      ],
      "verdict": "fail",
      "why": "expected an acknowledged account at least every 2 s (writeStallMs) while clients were trying; there was none for 3 s, from 2 s to 5 s (2.9 s after cut on primary-node was proven (2.1 s))",
    }
  `)
  expect(judge('writes-stall-shorter-than-bound', viewOf({ writeStallMs: 2000 }, acks(0, 2), fault(2, 'cut'), acks(6, 9), heal(8, 'cut')))).toMatchInlineSnapshot(`
    {
      "at": [
        2000,
        8100,
      ],
      "verdict": "unknown",
      "why": "nobody tried to write all through cut on primary-node (from 2 s to 8.1 s)",
    }
  `)
})

test('every-fault-proven-and-healed', () => {
  expect(judge('every-fault-proven-and-healed', viewOf({}, fault(2, 'cut'), heal(8, 'cut')))).toMatchInlineSnapshot(`
    {
      "at": [
        2000,
        2100,
        8000,
        8100,
      ],
      "verdict": "pass",
      "why": "the fault was proven and proven healed: cut on primary-node (at 2.1 s, at 8.1 s)",
    }
  `)
  const ended = { ...viewOf({}, fault(2, 'cut')), end: { t: 9000, type: 'scenario' as const, scenario: 's', phase: 'end' as const } }
  expect(judge('every-fault-proven-and-healed', ended)).toMatchInlineSnapshot(`
    {
      "at": [
        2000,
      ],
      "verdict": "fail",
      "why": "expected cut on primary-node to be healed before the scenario ended; it was not: requested at 2 s, proven at 2.1 s",
    }
  `)
  expect(judge('every-fault-proven-and-healed', viewOf({}, fault(2, 'cut')))).toMatchInlineSnapshot(`
    {
      "at": [
        2000,
      ],
      "verdict": "unknown",
      "why": "cut on primary-node, requested at 2 s: it was never healed; cut on primary-node, requested at 2 s: it was never proven healed",
    }
  `)
  expect(judge('every-fault-proven-and-healed', viewOf({}, phase(2, 'cut', 'requested'), heal(8, 'cut'), phase(9, 'cut', 'proven')))).toMatchInlineSnapshot(`
    {
      "at": [
        2000,
      ],
      "verdict": "unknown",
      "why": "cut on primary-node, requested at 2 s: it was healed at 8 s, before it was proven at 9 s",
    }
  `)
})

test('nothing-left-behind', () => {
  const before = [residue(primary, 'before', 0), residue(secondary, 'before', 0)]
  const after = (change: object) => {
    const event = residue(primary, 'after', 9000) as { value: object }
    return [{ ...event, value: { ...event.value, ...change } } as HistoryEvent, residue(secondary, 'after', 9000)]
  }
  const view = (change: object) => viewOf({}, before, fault(2, 'cut'), heal(8, 'cut'), after(change))
  expect(judge('nothing-left-behind', view({}))).toMatchInlineSnapshot(`
    {
      "at": [
        9000,
      ],
      "verdict": "pass",
      "why": "nothing is left on primary-node and secondary-node",
    }
  `)
  expect(judge('nothing-left-behind', view({ constraints: ['cli-ban-web-on-primary-node'], maintenance: true, power: 'off', clockOffsetMs: 61_000, addresses: [] }))).toMatchInlineSnapshot(`
    {
      "at": [
        0,
        9000,
      ],
      "verdict": "fail",
      "why": "expected primary-node as before; addresses: 10.1.0.5, 10.2.0.4 went (before at 0 ms, after at 9 s); expected primary-node as before; cluster constraints: cli-ban-web-on-primary-node came (before at 0 ms, after at 9 s); expected primary-node as before; maintenance was false and is true (before at 0 ms, after at 9 s); and 2 more",
    }
  `)
  expect(judge('nothing-left-behind', view({ stoppedProcesses: undefined }))).toMatchInlineSnapshot(`
    {
      "at": [
        9000,
      ],
      "verdict": "unknown",
      "why": "primary-node: stoppedProcesses was not recorded after",
    }
  `)
})

test('slots of a database that was not read before are none that came', () => {
  const audit = (at: 'before' | 'after', slots: string[] | null): HistoryEvent => {
    const event = residue(primary, at, at === 'before' ? 0 : 9000) as { value: object }
    return { ...event, value: { ...event.value, slots } } as HistoryEvent
  }
  const verdict = (was: string[] | null, is: string[] | null): string => judge('nothing-left-behind', viewOf({}, [residue(secondary, 'before', 0)], [audit('before', was)], fault(2, 'cut'), heal(8, 'cut'), [audit('after', is), residue(secondary, 'after', 9000)])).verdict
  expect([verdict(null, ['old']), verdict(null, null), verdict(['old'], ['old']), verdict([], ['new'])]).toEqual(['pass', 'pass', 'pass', 'fail'])
})

test('load-high-enough never fails', () => {
  const host = (lateMs: number) => looks(0, 9, 1000, seconds => look(seconds, 'host', { lateMs, load: 1 }))
  expect(judge('load-high-enough', viewOf({ loadPerSecond: 5, hostLateMs: 20 }, acks(0, 9), host(2), fault(3, 'cut'), heal(4, 'cut')))).toMatchInlineSnapshot(`
    {
      "at": [],
      "verdict": "pass",
      "why": "10.2 accounts were acknowledged per second while nothing was broken (81 in 7.91 s); needed are 5 (loadPerSecond)",
    }
  `)
  expect(judge('load-high-enough', viewOf({ loadPerSecond: 20, hostLateMs: 20 }, acks(0, 9), host(50), fault(3, 'cut'), heal(4, 'cut')))).toMatchInlineSnapshot(`
    {
      "at": [
        4000,
      ],
      "verdict": "unknown",
      "why": "expected at least 20 (loadPerSecond) accounts acknowledged per second while nothing was broken; there were 10.2 (81 in 7.91 s); the host was too busy to measure: probes were 50 ms late or more in one second of twenty; allowed are 20 ms (hostLateMs)",
    }
  `)
  expect(judge('load-high-enough', viewOf({ loadPerSecond: 5 }, acks(4, 9), fault(3, 'cut'), heal(4, 'cut')))).toMatchInlineSnapshot(`
    {
      "at": [
        3000,
      ],
      "verdict": "unknown",
      "why": "no account was acknowledged in the 2 s before cut on primary-node, so it did not hit a cluster under load",
    }
  `)
})

test('promises that only the scenario can see', () => {
  const page = step(3, 'the page of a healthy cluster', 'gui-as-documented', 'pass', 'the document')
  const verdicts = (...events: HistoryEvent[][]) => judgeScenario(viewOf({}, ...events), ['gui-as-documented'])
  expect(verdicts(page)).toMatchInlineSnapshot(`
    [
      {
        "at": [
          3000,
        ],
        "check": "gui-as-documented",
        "verdict": "pass",
        "why": "its one assertion held: the page of a healthy cluster",
      },
    ]
  `)
  expect(verdicts(page, step(5, 'the page while degraded', 'gui-as-documented', 'fail', 'cluster Normal'))).toMatchInlineSnapshot(`
    [
      {
        "at": [
          5000,
        ],
        "check": "gui-as-documented",
        "verdict": "fail",
        "why": "the page while degraded: expected the document; observed cluster Normal (at 5 s)",
      },
    ]
  `)
  expect(verdicts(page, step(5, 'the page while degraded', 'gui-as-documented', 'unknown', 'could not look'))).toMatchInlineSnapshot(`
    [
      {
        "at": [
          5000,
        ],
        "check": "gui-as-documented",
        "verdict": "unknown",
        "why": "the page while degraded: expected the document; observed could not look (at 5 s)",
      },
    ]
  `)
  expect(verdicts()).toMatchInlineSnapshot(`
    [
      {
        "at": [],
        "check": "gui-as-documented",
        "verdict": "unknown",
        "why": "the scenario asserted nothing for gui-as-documented",
      },
    ]
  `)
})

test('an assertion that failed is never lost, whatever was promised', () => {
  const view = viewOf({}, ack(1, 17), readAll(2, [17]), step(3, 'nobody serves the VIP', 'nothing-stale-promoted', 'fail', 'answered'), step(4, 'licences are kept', 'licences-survive', 'fail', '3 of 4'))
  expect(judgeScenario(view)).toMatchInlineSnapshot(`
    [
      {
        "at": [
          2000,
        ],
        "check": "no-acknowledged-account-lost",
        "verdict": "pass",
        "why": "every acknowledged account is there once (1), through vip, primary-node, secondary-node, and no refused one (0); those of unknown fate may be there or not (0)",
      },
      {
        "at": [
          3000,
        ],
        "check": "nothing-stale-promoted",
        "verdict": "fail",
        "why": "nobody serves the VIP: expected the document; observed answered (at 3 s)",
      },
      {
        "at": [
          4000,
        ],
        "check": "licences-survive",
        "verdict": "fail",
        "why": "licences are kept: expected the document; observed 3 of 4 (at 4 s)",
      },
    ]
  `)
})
