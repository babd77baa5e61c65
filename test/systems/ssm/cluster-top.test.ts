// What pacemaker says at the top of ha_status: whether anything is still going on.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { unsettledIn } from '../../../harness/systems/ssm/cluster-top.ts'

const recorded = (name: string): string => readFileSync(new URL(`transcripts/${name}.txt`, import.meta.url), 'utf8')

test.each(['active', 'standby', 'twin-active', 'twin-standby', 'twin-rejoined', 'twin-promoted', 'twin-failed-action', 'twin-stopped', 'document-top-scrolled-away'])('nothing is under way: %s', name => {
  expect(unsettledIn(recorded(name))).toEqual([])
})

test.each(['twin-survivor', 'todays-pcs'])('a node that is not there: %s', name => {
  expect(unsettledIn(recorded(name))).toEqual(['* Node primary-node (1): OFFLINE'])
})

test.each([
  ['  * Node secondary-node (2): pending', '* Node secondary-node (2): pending'],
  ['Node secondary-node: standby', 'Node secondary-node: standby'],
  ['OFFLINE: [ secondary-node ]', 'OFFLINE: [ secondary-node ]'],
  ['    * db\t(ocf:haywire:ssm-db):\t Promoting secondary-node', '* db (ocf:haywire:ssm-db): Promoting secondary-node'],
  [' vip\t(ocf::heartbeat:IPaddr2):\tStopping primary-node', 'vip (ocf::heartbeat:IPaddr2): Stopping primary-node'],
])('%j is still going on', (line, said) => {
  expect(unsettledIn(recorded('twin-active').replace('Node List:', `Node List:\n${line}`))).toEqual([said])
})
