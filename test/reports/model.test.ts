// Reports are worked out once, and nothing is called proven, counted or read back that was not.
import { expect, test } from 'vitest'
import type { HistoryEvent, OpEvent } from '../../harness/history.ts'
import { precise, sayOutage } from '../../reports/model.ts'
import { begin, ended, fault, report, steps, verdict } from './literal.ts'

const op = (t: number, id: number, f: string, phase: OpEvent['phase'], more: Partial<OpEvent> = {}): HistoryEvent => ({ t, type: 'op', id, client: 'accounts-1', f, phase, ...more })

test('a row is proven only by an assertion that ran', () => {
  const [scenario] = report([...begin, ...steps('pass'), ended], 'pass').scenarios
  expect(scenario?.rows.map(({ id, outcome, provenBy }) => ({ id, outcome, provenBy }))).toEqual([
    { id: 'SSM-55', outcome: 'pass', provenBy: ['ssm/power-loss#2'] },
    { id: 'SSM-12', outcome: undefined, provenBy: [] },
  ])
})

test('a step that never ended is shown as such', () => {
  const [scenario] = report([...begin, ...steps('pass').slice(0, 3), ended], 'inconclusive').scenarios
  expect(scenario?.stages.flatMap(stage => stage.steps).map(({ title, to, outcome }) => ({ title, to, outcome }))).toEqual([
    { title: 'power off a', to: 3, outcome: undefined },
    { title: 'b serves', to: undefined, outcome: undefined },
  ])
})

test('a fault knows its phases, and its outage is found by its id', () => {
  const [scenario] = report([...begin, fault(2, 'requested', 'a loses power'), fault(60, 'proven', 'silent'), fault(5000, 'healed'), ended], 'pass').scenarios
  expect(scenario?.faults).toEqual([{
    id: 'f1', fault: 'power-off', node: 'a', title: 'a loses power', what: 'Takes the power away; what the page cache hides cannot be shown.',
    phases: { requested: { t: 2, detail: 'a loses power' }, proven: { t: 60, detail: 'silent' }, healed: { t: 5000, detail: '' } },
  }])
  expect(scenario?.outages).toEqual([{ fault: 'power-off', node: 'a', id: 'f1', ms: 4312, errorMs: 14, from: 100, to: 4412, seenBy: 'vip-tcp from client', title: 'a loses power', boundMs: 30_000, boundSource: 'T2 and slack' }])
})

test('acknowledged, refused, unknown and lost are counted apart; a reading from before the last acknowledgement decides nothing', () => {
  const creates = [
    op(10, 1, 'create', 'invoke', { value: 'x1' }), op(11, 1, 'create', 'ok'), op(12, 2, 'create', 'invoke', { value: 'x2' }), op(13, 2, 'create', 'ok'),
    op(14, 3, 'create', 'invoke', { value: 'x3' }), op(15, 3, 'create', 'fail'), op(16, 4, 'create', 'invoke', { value: 'x4' }), op(17, 4, 'create', 'info'), op(18, 5, 'create', 'invoke', { value: 'x5' }),
  ]
  const early = [op(12.1, 8, 'read', 'invoke'), op(12.5, 8, 'read', 'ok', { value: [], node: 'a' })]
  const late = [op(20, 9, 'read', 'invoke'), op(21, 9, 'read', 'ok', { value: ['x1', 'x2', 'x4'], node: 'vip' }), op(22, 10, 'read', 'invoke'), op(23, 10, 'read', 'ok', { value: ['x1'], node: 'b' })]
  const accounts = (events: HistoryEvent[]): unknown => report([...begin, ...events, ended].sort((a, b) => a.t - b.t), 'pass').accounts
  expect(accounts([...creates, ...early])).toEqual({ acknowledged: 2, refused: 1, unknown: 2, lost: null })
  expect(accounts([...creates, ...early, ...late])).toEqual({ acknowledged: 2, refused: 1, unknown: 2, lost: ['x2'] })
})

test('why a run failed is said by its broken checks', () => {
  expect(report([...begin, ended, verdict('views-agree', 'unknown', 'no page'), verdict('one-active-at-a-time', 'fail', 'two for 3 s')], 'fail').why).toEqual(['one-active-at-a-time: two for 3 s'])
})

test('scenarios that never began are there in their own word', () => {
  const { scenarios } = report([...begin, ended], 'pass', { scenarios: [{ id: 'ssm/power-loss', verdict: 'pass', covers: [] }, { id: 'ssm/cut', verdict: 'skipped', covers: ['SSM-12'], why: 'no nft' }] })
  expect(scenarios.map(({ id, ending, why }) => ({ id, ending, why }))).toEqual([{ id: 'ssm/power-loss', ending: 'pass', why: '' }, { id: 'ssm/cut', ending: 'skipped', why: 'no nft' }])
})

test('measures are said with the precision they have', () => {
  expect([precise(412.4), precise(4312), precise(61_000), sayOutage(412, 14), sayOutage(0, 10)]).toEqual(['412 ms', '4.31 s', '61.0 s', '412 ms ± 14 ms', 'none seen (± 10 ms)'])
})
