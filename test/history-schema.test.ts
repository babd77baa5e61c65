// The schema in the repository describes every line that is written, and refuses what is none.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { HistoryEvent } from '../harness/history.ts'
import { ack, fault, step } from './checks/literal.ts'
import { run, stories, tell } from './checks/story.ts'

const schema = z.fromJSONSchema(JSON.parse(readFileSync(new URL('../harness/history.schema.json', import.meta.url), 'utf8')))
const refused = (events: unknown[]): unknown[] => events.filter(event => !schema.safeParse(JSON.parse(JSON.stringify(event))).success)

test.each(stories)('$scenario: every line is described', story => {
  const once = new Map(tell(story).map(event => [shapeOf(event), event]))
  expect(refused([...once.values()])).toEqual([])
})

test('every type of event is described', () => {
  const verdict: HistoryEvent = { t: 1, type: 'verdict', scenario: 's', check: 'views-agree', verdict: 'unknown', why: 'the GUI never spoke', at: [] }
  expect(refused([run(), ...fault(1, 'cut'), ...ack(2, 'hw-000017'), ...step(3, 'a page', 'gui-as-documented', 'pass', 'it'), verdict])).toEqual([])
})

test('what is no line of a history is refused', () => {
  const wrong = [
    {},
    { t: '1', type: 'fault', id: 'a', fault: 'isolate', node: 'n', phase: 'proven' },
    { t: 1, type: 'fault', id: 'a', fault: 'isolate', node: 'n', phase: 'begun' },
    { t: 1, type: 'sample', probe: 'flight', node: 'n', value: { vip: 'yes' } },
    { t: 1, type: 'sample', probe: 'vip-tcp', from: 'harness', value: { connected: true }, error: 'timeout' },
    { t: 1, type: 'sample', probe: 'sql', value: { inRecovery: true } },
    { t: 1, type: 'op', id: 1, client: 'a', f: 'create', phase: 'done' },
    { t: 1, type: 'rumour' },
  ]
  expect(refused(wrong)).toEqual(wrong)
})

/** Lines of one shape are described by one part of the schema. */
function shapeOf(event: HistoryEvent): string {
  return [event.type, ...(event.type === 'sample' ? [event.probe, event.error ?? Object.entries(event.value as object).map(([key, value]) => `${key} ${value === null}`).join()] : 'phase' in event ? [event.phase] : [])].join(' ')
}
