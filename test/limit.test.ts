// Time limits end what they limit, whatever the garbage collector does meanwhile.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { either, limited } from '../harness/limit.ts'

test('the time ends it, and says so', async () => {
  using limit = limited(20, new AbortController().signal)
  await new Promise(resolve => { limit.signal.addEventListener('abort', resolve) })
  expect(limit.expired).toBe(true)
  expect(limit.signal.reason).toMatchObject({ name: 'TimeoutError', message: 'not within 20 ms' })
})

test('a signal ends it earlier, for its own reason', () => {
  const stop = new AbortController()
  using limit = limited(60_000, undefined, stop.signal)
  stop.abort('interrupted')
  expect(limit).toMatchObject({ expired: false, signal: { aborted: true, reason: 'interrupted' } })
})

test('a signal that had ended before ends it at once', () => {
  using limit = limited(60_000, AbortSignal.abort('before'))
  expect(limit.signal.reason).toBe('before')
})

test('released, it ends no more, and nothing listens to its sources', () => {
  const stop = new AbortController()
  const joined = either(stop.signal)
  joined[Symbol.dispose]()
  stop.abort()
  expect(joined.signal.aborted).toBe(false)
})

test('nothing but a promise waits for it, and the garbage collector has run: it ends all the same', () => {
  const module = join(import.meta.dirname, '..', 'harness', 'limit.ts')
  const script = `
    import { limited } from ${JSON.stringify(module)}
    const wait = signal => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))))
    const waiting = wait(limited(100, new AbortController().signal).signal)
    setTimeout(globalThis.gc, 20)
    setTimeout(globalThis.gc, 50)
    setTimeout(() => { console.log('never'); process.exit() }, 2000)
    await waiting.catch(error => { console.log(error.message); process.exit() })`
  const { stdout } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], { encoding: 'utf8' })
  expect(stdout).toBe('ended\n')
})
