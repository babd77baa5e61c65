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

test('the garbage collector runs meanwhile, and it ends all the same', () => {
  const module = join(import.meta.dirname, '..', 'harness', 'limit.ts')
  const script = `
    import { limited } from ${JSON.stringify(module)}
    const { signal } = limited(100, new AbortController().signal)
    setInterval(globalThis.gc, 5)
    setTimeout(() => { console.log(String(signal.aborted)); process.exit() }, 300)`
  const { stdout } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', script], { encoding: 'utf8' })
  expect(stdout).toBe('true\n')
})
