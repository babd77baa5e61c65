// What `isolate` is called.
import { expect, test } from 'vitest'
import { isolate } from '../../harness/faults/isolate.ts'

test('titles say what is cut', () => {
  expect([
    isolate('primary-node'),
    isolate({ name: 'primary-node' }, { from: ['heartbeat'] }),
    isolate('primary-node', { peers: ['secondary-node'], direction: 'in' }),
    isolate('primary-node', { from: ['public'], peers: [{ name: 'secondary-node' }], direction: 'out' }),
    isolate('primary-node', { manner: 'reject' }),
  ].map(({ title }) => title)).toEqual([
    'isolate primary-node from every network, both directions',
    'isolate primary-node from the network heartbeat, both directions',
    'isolate primary-node from secondary-node on every network, incoming only',
    'isolate primary-node from secondary-node on the network public, outgoing only',
    'isolate primary-node from every network, both directions, refusing',
  ])
})
