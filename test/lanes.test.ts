// Jobs beside each other: each is done once, and what goes wrong in one lane is neither lost nor goes on in the others.
import { expect, test } from 'vitest'
import { inLanes, type Job } from '../harness/lanes.ts'

const at = { others: Promise.resolve(), signal: new AbortController().signal }

test('every job is done once, at most two at a time', async () => {
  const done: string[] = []
  let running = 0
  const gates = ['a', 'b', 'c', 'd'].map(name => ({ name, gate: Promise.withResolvers<void>() }))
  const jobs: Job[] = gates.map(({ name, gate }) => async lane => {
    running += 1
    expect(running).toBeLessThanOrEqual(2)
    await gate.promise
    done.push(`${name} in ${lane}`)
    running -= 1
  })
  const all = inLanes(jobs, { ...at, lanes: 2 })
  await Promise.resolve()
  for (const next of [1, 2, 3, 0]) gates[next]?.gate.resolve()
  await all
  expect(new Set(done.map(said => said[0]))).toEqual(new Set(['a', 'b', 'c', 'd']))
  expect(done.length).toBe(4)
  expect(done).toContain('a in 0')
  expect(done.filter(said => said.endsWith('1')).length).toBeGreaterThan(0)
})

test('the other lanes wait until they may begin', async () => {
  const may = Promise.withResolvers<void>()
  const begun: number[] = []
  const hold = Promise.withResolvers<void>()
  const all = inLanes([async lane => { begun.push(lane); await hold.promise }, async lane => void begun.push(lane)], { ...at, lanes: 2, others: may.promise })
  await new Promise(setImmediate)
  expect(begun).toEqual([0])
  may.resolve()
  await new Promise(setImmediate)
  expect(begun).toEqual([0, 1])
  hold.resolve()
  await all
})

test('lanes that wait for a word of the first end with it', async () => {
  const begun: string[] = []
  await inLanes([async () => { begun.push('first'); throw new Error('no engine') }, async () => void begun.push('second')], { ...at, lanes: 2, others: new Promise(() => undefined) }).catch((error: unknown) => begun.push(String(error)))
  expect(begun).toEqual(['first', 'Error: no engine'])
})

test('what fails ends the others with the job that they are at', async () => {
  const done: string[] = []
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const all = inLanes([
    async () => { await begun.promise; throw new Error('broken') },
    async () => { begun.resolve(); await gate.promise; done.push('under way') },
    async () => void done.push('never'),
  ], { ...at, lanes: 2 })
  setImmediate(() => gate.resolve())
  await expect(all).rejects.toThrow('broken')
  expect(done).toEqual(['under way'])
})

test('nothing is begun after an interruption', async () => {
  const interrupt = new AbortController()
  const done: string[] = []
  await inLanes([async () => { done.push('first'); interrupt.abort() }, async () => void done.push('second')], { lanes: 1, others: Promise.resolve(), signal: interrupt.signal })
  expect(done).toEqual(['first'])
})

test('it is the first failure that is told, not that of the first lane', async () => {
  const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await expect(inLanes([
    async () => { begun.resolve(); await over.promise; throw new Error('what came of it') },
    async () => { await begun.promise; setImmediate(() => over.resolve()); throw new Error('what began it') },
  ], { ...at, lanes: 2 })).rejects.toThrow('what began it')
})
