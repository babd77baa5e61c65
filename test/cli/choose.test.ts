// What leaves no cluster runs last, on a real cluster only when that is said, and never where the cluster is to be handed back.
import { expect, test } from 'vitest'
import { chooseFor, leftOut, type Asked } from '../../harness/cli/run/choose.ts'

const chosen = async (real: string | undefined, asked: Asked, names: string[] = []): Promise<string[]> => (await chooseFor(names, { system: 'ssm', real }, asked)).map(({ id }) => id)

test('a twin may be destroyed, last', async () => {
  const all = await chosen(undefined, {})
  expect(all.at(-1)).toBe('ssm/teardown')
  expect((await chosen(undefined, {}, ['teardown', 'stale-standby']))).toEqual(['ssm/stale-standby', 'ssm/teardown'])
})

test('a real cluster only with --destroy', async () => {
  expect(await chosen('production', {})).not.toContain('ssm/teardown')
  expect(await chosen('production', {})).not.toContain('ssm/deploy')
  expect((await chosen('production', { destroy: true })).at(-1)).toBe('ssm/teardown')
  await expect(chosen('production', {}, ['ssm/teardown'])).rejects.toThrow('ssm/teardown takes the cluster apart: to run it on production, say so with --destroy')
})

test('a cluster that is wanted again is not destroyed for good, and what was left out is told', async () => {
  await expect(chosen('production', { destroy: true, repeat: 2 })).rejects.toThrow('after ssm/teardown there is no cluster for a second run')
  const kept = await chooseFor([], { system: 'ssm', real: undefined }, { keep: true })
  expect((await leftOut(kept, 'ssm')).map(({ id }) => id)).toEqual(['ssm/teardown'])
  expect((await chosen(undefined, { keep: true }, ['teardown']))).toEqual(['ssm/teardown'])
})

test('a short run leaves out what is marked as long, but not what is asked for', async () => {
  const short = await chooseFor([], { system: 'ssm', real: undefined }, { short: true })
  expect(short.filter(({ long }) => long)).toEqual([])
  expect(await leftOut(short, 'ssm')).toContainEqual({ id: 'ssm/certificate-expired', why: 'which --short leaves out' })
  expect(await chosen(undefined, { short: true }, ['certificate-expired'])).toEqual(['ssm/certificate-expired'])
})

test('what is to be handed back is not destroyed', async () => {
  const all = await chosen(undefined, { handBack: true })
  expect(all.at(-1)).toBe('ssm/hand-back')
  expect(all).not.toContain('ssm/teardown')
  expect(all).toContain('ssm/deploy')
  await expect(chosen('production', { handBack: true, destroy: true })).rejects.toThrow('use one of them')
  await expect(chosen(undefined, { handBack: true }, ['teardown'])).rejects.toThrow('leaves no cluster that could be handed back')
  await expect(chosen(undefined, {}, ['hand-back'])).rejects.toThrow('ssm/hand-back ends a run and is none by itself: add --hand-back')
})
