// What a target lacks is said in plain words, and what it has in another way is enough.
import { expect, test } from 'vitest'
import { askedOfTwin, lackingFor, unseenOn } from '../../harness/cli/run/capabilities.ts'
import { memoryTarget } from '../memory-cluster.ts'

const bare = { ...memoryTarget, twin: false, capabilities: { ...memoryTarget.capabilities, nft: false } }

test('networks are cut by nft, or by iptables', () => {
  expect(lackingFor(bare, { needs: ['firewall'] })).toBe('the target memory has no firewall to cut networks with (nft, or iptables)')
  expect(lackingFor({ ...bare, capabilities: { ...bare.capabilities, iptables: true } }, { needs: ['firewall'] })).toBeUndefined()
  expect(lackingFor(memoryTarget, { needs: ['firewall'] })).toBeUndefined()
})

test('machines are frozen by an engine, or by commands of the user', () => {
  const commands = { driver: 'commands' as const, status: '', on: '', off: '' }
  expect(lackingFor({ ...bare, power: commands }, { needs: ['freezer'] })).toBe('the target memory has no way to freeze a machine')
  expect(lackingFor({ ...bare, power: { ...commands, freezer: { status: '', freeze: '', thaw: '' } } }, { needs: ['freezer'] })).toBeUndefined()
  expect(lackingFor({ ...bare, power: { driver: 'engine', socket: '', containers: {} } }, { needs: ['freezer'] })).toBeUndefined()
})

test('network cards are taken away by an engine only; clocks are set by commands of the target', () => {
  expect(lackingFor(bare, { needs: ['network-cards'] })).toBe('the target memory has no way to take a network card out of a machine, as a twin has')
  expect(lackingFor({ ...bare, power: { driver: 'engine', socket: '', containers: {} } }, { needs: ['network-cards'] })).toBeUndefined()
  const { clocks: _, ...clockless } = bare
  expect(lackingFor(clockless, { needs: ['clocks'] })).toBe('the target memory has no way to set the clock of its services')
  expect(lackingFor(bare, { needs: ['clocks'] })).toBeUndefined()
})

test('only a twin is loaded as much as it will bear', () => {
  const workload = { prefix: 'hw', perSecond: 1, cleanUp: 'keep' as const }
  expect(lackingFor({ ...bare, workload }, { needs: ['full-load'] })).toBe('the target memory has no leave to load it as much as it will bear, as a twin gives')
  expect(lackingFor({ ...memoryTarget, workload }, { needs: ['full-load'] })).toBeUndefined()
})

test('a disk is filled and broken where the target names one', () => {
  const { databaseDisk: _, ...without } = memoryTarget
  expect(lackingFor(without, { needs: ['database-disk'] })).toBe('the target memory has no disk of the database\'s own that may be filled and broken, as a twin has where the host has loop devices')
  expect(lackingFor(memoryTarget, { needs: ['database-disk'] })).toBeUndefined()
})

test('a twin has what its scenarios need or use, and nothing else', () => {
  expect(askedOfTwin([{ needs: ['workload'] }, { needs: ['power', 'database-disk'] }])).toEqual({ surroundings: false, databaseDisks: true })
  expect(askedOfTwin([{ needs: [], uses: ['surroundings'] }])).toEqual({ surroundings: true, databaseDisks: false })
})

test('what only a root shell shows is not promised without one, and the rest is', () => {
  const promises = ['views-agree', 'logs-tell-no-bad-news']
  const withoutRoot = { ...bare, nodes: bare.nodes.map(({ root: _, ...node }) => node) }
  expect([...unseenOn(withoutRoot, { promises })]).toEqual([['logs-tell-no-bad-news', 'the target memory has no root-shell']])
  expect([...unseenOn({ ...bare, nodes: bare.nodes.map(node => ({ ...node, root: node.ssh })) }, { promises })]).toEqual([])
})
