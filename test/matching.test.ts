// What was promised is compared field by field; what was not promised may be anything.
import { expect, test } from 'vitest'
import { say, shows } from '../harness/matching.ts'

const page = { cluster: 'Degraded', active: { node: 'primary-node', state: 'Active' }, alerts: ['a', 'b'], memory: '3.20 GB', standby: null }

test('a part that is as promised satisfies, and just that part is said', () => {
  expect(shows(page, { active: { node: 'primary-node' }, memory: /GB$/ })).toEqual({ value: page, satisfied: true, observed: 'active.node primary-node, memory 3.20 GB' })
})

test('every difference is said with what was seen, and nothing else', () => {
  expect(shows(page, { cluster: 'Normal', active: { node: 'primary-node', state: 'Standby' } })).toMatchObject({ satisfied: false, observed: 'cluster Degraded, active.state Active' })
})

test.each<[string, unknown, unknown]>([
  ['a pattern against what is no text', { memory: 3 }, { memory: /3/ }],
  ['a list that is longer', { alerts: ['a', 'b'] }, { alerts: ['a'] }],
  ['a list in another order', { alerts: ['a', 'b'] }, { alerts: ['b', 'a'] }],
  ['null against a field in it', { standby: null }, { standby: { node: 'x' } }],
  ['what is absent', {}, { cluster: 'Normal' }],
  ['a number as text', { count: '1' }, { count: 1 }],
  ['NaN', { count: Number.NaN }, { count: 0 }],
])('%s does not satisfy', (_, value, promised) => {
  expect(shows(value, promised as never).satisfied).toBe(false)
})

test('what is promised to be undefined is not promised', () => {
  expect(shows({ a: 1 }, { a: undefined } as never).satisfied).toBe(true)
})

test('any plain value is one line', () => {
  expect(say({ a: { b: '', c: [] }, d: undefined, e: null, f: [1, { g: true }] })).toBe('a.b (blank), a.c none, d absent, e null, f [1; g true]')
})
