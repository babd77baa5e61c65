// A target's own bounds make the scenarios wait longer, never shorter: a slow cluster is judged by its bound, not by a wait that ended early.
import { expect, test } from 'vitest'
import { limitFor } from '../../../harness/scenario.ts'
import { atLeast, convergence, hostLate, patienceWith, plannedOutage } from '../../../harness/systems/ssm/bounds.ts'

test('waits are longer than the bounds of the target', () => {
  const usual = patienceWith({})
  expect(usual).toMatchObject({ handover: '20s', rejoin: '50s', view: '15s' })
  expect(patienceWith({ outageMs: 1000, convergenceMs: 1000, viewsAgreeMs: 1000, writeStallMs: 1000 })).toEqual(usual)
  expect(patienceWith({ outageMs: 120_000, convergenceMs: 300_000, viewsAgreeMs: 60_000 })).toEqual({
    ...usual, takeover: '130000ms', handover: '130000ms', service: '130000ms', rejoin: '310000ms', mended: '310000ms', view: '60000ms', page: '70000ms',
  })
})

test('a fault lasts as long as the outage that it may bring', () => {
  expect([atLeast('60s', 0), atLeast('60s', 90_000)]).toEqual(['60s', '90000ms'])
})

test('the limit of a scenario grows with what it waits for, not with how late the host may be', () => {
  const scenario = { limit: '5min' as const, bounds: { outageMs: plannedOutage, convergenceMs: convergence, hostLateMs: hostLate } }
  const usuallyMs = plannedOutage.limit + convergence.limit
  expect(limitFor(scenario, {})).toBe(300_000)
  expect(limitFor(scenario, { hostLateMs: 60_000, outageMs: 1 })).toBe(300_000)
  expect(limitFor(scenario, { convergenceMs: convergence.limit + usuallyMs })).toBe(600_000)
  expect(limitFor({ limit: '5min', bounds: { hostLateMs: hostLate } }, { hostLateMs: 60_000 })).toBe(300_000)
})
