// A row is proven by an assertion that ran, and by nothing else.
import { expect, test } from 'vitest'
import { acceptanceRows, acceptedSystems } from '../../harness/cli/acceptance.ts'
import { catalogue } from '../../harness/cli/catalogue.ts'
import { coverageOf } from '../../harness/cli/coverage.ts'
import type { HistoryEvent, Outcome } from '../../harness/history.ts'

const row = { id: 'SSM-02', statement: 'Normal', source: 'A 1' }
const scenarios = [{ id: 'ssm/failover', covers: ['SSM-02'] }, { id: 'ssm/other', covers: [] }]
const step = (outcome: Outcome | undefined, rows = ['SSM-02'], phase: 'begin' | 'end' = 'end'): HistoryEvent =>
  ({ t: 1, type: 'step', step: 'ssm/failover#3', phase, title: 'the page', stage: 'steady', check: 'gui-as-documented', expected: 'Normal', rows, ...(outcome ? { outcome, observed: 'Normal' } : {}), evidence: [{ title: 'page', path: 'evidence/x.png', contentType: 'image/png' }] }) as HistoryEvent

test.each<[string, HistoryEvent[] | undefined, string]>([
  ['no run', undefined, 'not run'],
  ['a run that never looked', [], 'not run'],
  ['an assertion that began and never ended', [step(undefined, ['SSM-02'], 'begin')], 'not run'],
  ['an assertion for another row', [step('pass', ['SSM-03'])], 'not run'],
  ['an assertion that held', [step('pass')], 'proven'],
  ['one that held and one that did not', [step('pass'), step('fail')], 'failed'],
  ['one that held and one that was cut off', [step('pass'), step('unknown')], 'inconclusive'],
])('%s', (_, history, state) => {
  expect(coverageOf([row], scenarios, history)).toMatchObject([{ state, scenarios: ['ssm/failover'] }])
})

test('the evidence is named', () => {
  expect(coverageOf([row], scenarios, [step('pass')])[0]?.evidence).toEqual([{ scenario: 'ssm/failover', step: 'the page', check: 'gui-as-documented', outcome: 'pass', expected: 'Normal', observed: 'Normal', files: ['evidence/x.png'] }])
})

test('what a twin cannot prove says why, unless it was proven all the same', () => {
  const here = { ...row, notProvable: 'no licences' }
  expect(coverageOf([here], scenarios, [])).toMatchObject([{ state: 'not provable here', why: 'no licences' }])
  expect(coverageOf([here], scenarios, [step('pass')])).toMatchObject([{ state: 'proven' }])
})

test.each(acceptedSystems())('each row of %s is covered by a scenario or says why not, and each scenario covers rows that there are', async system => {
  const rows = acceptanceRows(system)
  const covers = (await catalogue()).filter(scenario => scenario.system === system).flatMap(scenario => scenario.covers)
  expect(rows.filter(({ id, notProvable }) => covers.includes(id) === (notProvable !== undefined)).map(({ id }) => id)).toEqual([])
  expect(covers.filter(id => !rows.some(row => row.id === id))).toEqual([])
})
