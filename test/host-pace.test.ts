// A host is calm when it has kept time for a while, and nobody waits for that for ever.
import { expect, test } from 'vitest'
import { hostCalm } from '../harness/host-pace.ts'

test('less than ten seconds show nothing', async () => {
  expect(await hostCalm({ within: '300ms', signal: new AbortController().signal })).toBe(false)
})

test('the wait is ended by its signal, for its reason', async () => {
  const interrupt = new AbortController()
  const waiting = hostCalm({ within: '1min', signal: interrupt.signal })
  interrupt.abort(new Error('interrupted'))
  await expect(waiting).rejects.toThrow('interrupted')
})
