import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { expect, test, vi } from 'vitest'
import { identityOf, isAlive } from '../../harness/process-identity.ts'

const child = JSON.stringify(new URL('../../bootstrap/child.mjs', import.meta.url).href)

/** A parent that hands everything to a child that says its pid, then every SIGINT it gets, and ends as `end` says at SIGTERM. */
function family(end: string): { parent: ChildProcess; lines: AsyncIterator<string> } {
  const body = `process.on('SIGINT', () => console.log('SIGINT')); process.on('SIGTERM', () => { ${end} }); console.log(process.pid); setInterval(() => undefined, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', `
    const { endLike, runChild } = await import(${child})
    endLike(await runChild(process.execPath, ['-e', ${JSON.stringify(body)}]))
  `], { stdio: ['ignore', 'pipe', 'inherit'] })
  return { parent, lines: createInterface({ input: parent.stdout })[Symbol.asyncIterator]() }
}

const ended = (parent: ChildProcess): Promise<[number | null, string | null]> => new Promise(resolve => parent.once('exit', (code, signal) => resolve([code, signal])))

test('Ctrl-C that comes twice, from the terminal and from npm, is one', async () => {
  const { parent, lines } = family('process.exit(7)')
  await lines.next()
  parent.kill('SIGINT')
  parent.kill('SIGINT')
  expect((await lines.next()).value).toBe('SIGINT')
  const end = ended(parent)
  parent.kill('SIGTERM')
  expect((await lines.next()).done).toBe(true)
  expect(await end).toEqual([7, null])
})

test('a child that ends by a signal ends its parent by the same', async () => {
  const { parent, lines } = family("process.kill(process.pid, 'SIGKILL')")
  await lines.next()
  const end = ended(parent)
  parent.kill('SIGTERM')
  expect(await end).toEqual([null, 'SIGKILL'])
})

test.skipIf(!existsSync('/usr/bin/setpriv'))('a child does not outlive a parent that is killed', async () => {
  const { parent, lines } = family('process.exit(0)')
  const pid = Number((await lines.next()).value)
  const identity = identityOf(pid)
  parent.kill('SIGKILL')
  expect((await lines.next()).done).toBe(true)
  // The kernel closes its end of the pipe a moment before the process itself is gone.
  await vi.waitFor(() => expect(identity && isAlive(identity)).toBe(false))
})
