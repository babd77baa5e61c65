// Waiting: it ends when the fact is there, at its limit, or when it is told to; and it says what it saw.
import { expect, test } from 'vitest'
import { AccessError } from '../harness/access.ts'
import { always, eventually, once, type Look } from '../harness/eventually.ts'

const signal = new AbortController().signal

/** One look after the other; the last one stays. */
function looks(...answers: (Partial<Look<number>> | Error)[]): { look: () => Promise<Look<number>>; taken(): number } {
  let taken = 0
  return {
    taken: () => taken,
    look: async () => {
      const answer = answers[Math.min(taken, answers.length - 1)] ?? {}
      taken += 1
      if (answer instanceof Error) throw answer
      return { value: taken, satisfied: false, observed: 'no', ...answer }
    },
  }
}

test('eventually gives the first look that satisfies, and how it was said', async () => {
  const { look, taken } = looks({}, {}, { satisfied: true, observed: 'yes' })
  expect(await eventually('it', look, { within: '5s', every: '1ms', signal })).toMatchObject({ value: 3, observed: 'yes' })
  expect(taken()).toBe(3)
})

test('a look that this host broke off hides nothing that was seen before it', async () => {
  const changed = new AccessError('host-changed', 'a network interface came')
  const failing = (...answers: (Partial<Look<number>> | Error)[]) => eventually('it', looks(...answers).look, { within: '20ms', every: '1ms', signal })
  await expect(failing({}, changed)).rejects.toMatchObject({ blind: undefined, observations: [{ observed: 'no' }] })
  await expect(failing(changed)).rejects.toMatchObject({ blind: changed })
})

test('a look that throws is seen, and is no end', async () => {
  const { look } = looks(new Error('refused'), { satisfied: true })
  await eventually('it', look, { within: '5s', every: '1ms', signal })
  await expect(eventually('it', looks(new Error('refused')).look, { within: '20ms', every: '1ms', signal })).rejects.toThrow('could not look: refused')
})

test('at its limit it fails and tells what was seen, in order, each once', async () => {
  const { look } = looks({ observed: 'one' }, { observed: 'one' }, { observed: 'two' })
  const failure = await eventually('the VIP answers', look, { within: '500ms', every: '1ms', signal }).catch((error: unknown) => error as Error) as Error
  expect(failure).toMatchObject({ name: 'NotObserved', observations: [{ observed: 'one' }, { observed: 'two' }] })
  expect(failure.message).toMatch(/not within 500ms: the VIP answers\n.*: one\n.*: two$/)
})

test('a look that hangs is told to end at the limit', async () => {
  const hangs = (limit: AbortSignal): Promise<Look<number>> => new Promise((_, reject) => { limit.addEventListener('abort', () => reject(new Error('ended'))) })
  await expect(eventually('it', hangs, { within: '30ms', signal })).rejects.toThrow('not within 30ms: it')
})

test('only what is true within the limit counts: a look that comes back late does not', async () => {
  const late = (limit: AbortSignal): Promise<Look<number>> => new Promise(resolve => { limit.addEventListener('abort', () => { resolve({ value: 1, satisfied: true, observed: 'late' }) }) })
  await expect(eventually('it', late, { within: '30ms', signal })).rejects.toThrow(/^not within 30ms: it\n.*: late, too late$/)
})

test('told to stop, it rejects with the reason and takes no further look', async () => {
  const stop = new AbortController()
  const { look, taken } = looks({})
  const waiting = eventually('it', look, { within: '5s', every: '4s', signal: stop.signal })
  stop.abort(new Error('interrupted'))
  await expect(waiting).rejects.toThrow('interrupted')
  expect(taken()).toBe(1)
})

test('a change wakes it: it does not wait for the next look', async () => {
  const { look } = looks({}, { satisfied: true })
  const { tookMs } = await eventually('it', look, { within: '9s', every: '8s', signal, changed: async () => undefined })
  expect(tookMs).toBeLessThan(4000)
})

test('always watches to the end, and fails at the first look that does not satisfy', async () => {
  const good = looks({ satisfied: true })
  expect((await always('it', good.look, { for: '30ms', every: '5ms', signal })).tookMs).toBeGreaterThanOrEqual(30)
  expect(good.taken()).toBeGreaterThan(1)
  const bad = looks({ satisfied: true }, { observed: 'gone' }, { satisfied: true })
  await expect(always('it', bad.look, { for: '5s', every: '1ms', signal })).rejects.toThrow(/not for 5s, but broken after .*: it\n(.*\n)?.*gone/)
  expect(bad.taken()).toBe(2)
})

test('always takes a look that throws for broken', async () => {
  await expect(always('it', looks(new Error('refused')).look, { for: '1s', signal })).rejects.toThrow('could not look: refused')
})

test('once looks once', async () => {
  const { look, taken } = looks({ observed: 'not yet' }, { satisfied: true })
  await expect(once('it', look, signal)).rejects.toThrow(/^not so now: it\n {2}0 ms – .*: not yet$/)
  expect(taken()).toBe(1)
})
