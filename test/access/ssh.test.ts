// Access by SSH: each way in which a node cannot be reached has a name of its own, and nothing waits for ever.
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AccessError } from '../../harness/access.ts'
import { completionsAtPrompt, plainShell, promptShell, rootShell } from '../../harness/access/shell.ts'
import { SshConnection } from '../../harness/access/ssh.ts'
import type { SshAccess } from '../../harness/target.ts'
import { startSshServer } from './ssh-server.ts'

beforeEach(() => { vi.stubEnv('HAYWIRE_TEST_PASSWORD', 'right') })
afterEach(() => { vi.unstubAllEnvs() })

async function failure(work: Promise<unknown>): Promise<{ kind: string; message: string }> {
  const error = await work.then(() => { throw new Error('it worked') }, (error: unknown) => error)
  if (!(error instanceof AccessError)) throw error
  return { kind: error.kind, message: error.message.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST') }
}

function root(to: SshAccess): ReturnType<typeof rootShell> {
  return rootShell(new SshConnection('node', to))
}

test('a wrong password is a refused login', async () => {
  await using server = await startSshServer()
  vi.stubEnv('HAYWIRE_TEST_PASSWORD', 'wrong')
  expect(await failure(root(server.to).run('true'))).toEqual({ kind: 'refused-login', message: 'root@node (HOST) refuses the login: wrong password' })
})

test('another host key than the target has is refused, before any password is sent', async () => {
  await using server = await startSshServer()
  const { kind, message } = await failure(root({ ...server.to, hostKey: 'ecdsa-sha2-nistp256 AAAAold' }).run('true'))
  expect(kind).toBe('changed-host-key')
  expect(message.split('\n')).toEqual([
    'root@node (HOST) shows another host key than the target has:',
    '  expected ecdsa-sha2-nistp256 AAAAold',
    `  shown    ${server.to.hostKey}`,
  ])
  expect(server.logins()).toBe(0)
})

test('a host key of another type is a changed one', async () => {
  await using server = await startSshServer()
  expect(await failure(root({ ...server.to, hostKey: 'ssh-rsa AAAA' }).run('true'))).toEqual({ kind: 'changed-host-key', message: 'root@node (HOST) has no host key of the type ssh-rsa that the target has' })
})

test('a port where nothing listens is unreachable', async () => {
  const server = await startSshServer()
  await server[Symbol.asyncDispose]()
  expect(await failure(root(server.to).run('true'))).toEqual({ kind: 'unreachable', message: 'root@node cannot be reached at HOST: connect ECONNREFUSED HOST' })
})

test('a server that accepts and says nothing is a time-out of the command that waits', async () => {
  await using silent = createServer(socket => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const connection = new SshConnection('node', { host: '127.0.0.1', port, user: 'root', hostKey: 'ssh-ed25519 AAAA', password: 'env:HAYWIRE_TEST_PASSWORD' })
  expect(await failure(rootShell(connection).run('ha_status', { timeoutMs: 200 }))).toEqual({ kind: 'timeout', message: 'root@node: "ha_status" did not end within 200 ms' })
  connection.close()
})

test('a secret that is not there is said by its place', async () => {
  await using server = await startSshServer()
  expect(await failure(root({ ...server.to, password: 'env:HAYWIRE_NO_SUCH' }).run('true'))).toEqual({ kind: 'missing', message: 'the environment variable HAYWIRE_NO_SUCH is not set; the target refers to a secret in it' })
})

test('commands have their own output, exit code and end, on one connection', async () => {
  await using server = await startSshServer()
  const shell = root(server.to)
  const results = []
  for (const command of ['echo out; echo err >&2; exit 3', 'printf "no newline"', 'cd /; false', `echo "it's \\$HOME" '; exit 9'`, 'if true; then', 'pwd >/dev/null; cat']) {
    const { code, stdout, stderr } = await shell.run(command)
    results.push({ code, stdout, stderr: stderr.replace(/.*[Ss]yntax error.*\n/, 'a syntax error\n') })
  }
  expect(results).toEqual([
    { code: 3, stdout: 'out\n', stderr: 'err\n' },
    { code: 0, stdout: 'no newline', stderr: '' },
    { code: 1, stdout: '', stderr: '' },
    { code: 0, stdout: `it's $HOME ; exit 9\n`, stderr: '' },
    { code: 2, stdout: '', stderr: 'a syntax error\n' },
    { code: 0, stdout: '', stderr: '' },
  ])
  expect(server.logins()).toBe(1)
})

test('commands at the same time do not wait for each other', async () => {
  await using server = await startSshServer()
  const shell = root(server.to)
  const stop = new AbortController()
  const ended: string[] = []
  const slow = shell.run('sleep 5', { signal: stop.signal }).catch(() => undefined).then(() => ended.push('slow'))
  expect((await shell.run('echo quick')).stdout).toBe('quick\n')
  ended.push('quick')
  stop.abort()
  await slow
  expect(ended).toEqual(['quick', 'slow'])
})

test('what is given on stdin arrives whole', async () => {
  await using server = await startSshServer()
  const text = 'line\n'.repeat(20_000)
  expect((await root(server.to).run('wc -c', { stdin: text })).stdout.trim()).toBe(String(text.length))
})

test('a command that hangs is given up, and the next one is not answered by it', async () => {
  await using server = await startSshServer()
  const shell = root(server.to)
  await shell.run('true')
  expect(await failure(shell.run('sleep 5; echo late', { timeoutMs: 100 }))).toEqual({ kind: 'timeout', message: 'root@node: "sleep 5; echo late" did not end within 100 ms' })
  expect((await shell.run('echo next')).stdout).toBe('next\n')
})

test('an aborted command rejects with the reason it was given', async () => {
  await using server = await startSshServer()
  const stop = new AbortController()
  const running = root(server.to).run('sleep 5', { signal: stop.signal })
  setTimeout(() => stop.abort(new Error('the test has ended')), 50)
  await expect(running).rejects.toThrow('the test has ended')
})

test('a connection that breaks under a command breaks it; the next command dials anew', async () => {
  await using server = await startSshServer()
  const shell = root(server.to)
  await shell.run('true')
  const running = failure(shell.run('sleep 5'))
  setTimeout(() => server.hangUp(), 50)
  expect(await running).toEqual({ kind: 'broken', message: 'root@node: the connection broke while "sleep 5" was running' })
  expect((await shell.run('echo back')).stdout).toBe('back\n')
  expect(server.logins()).toBe(2)
})

test('a long-lived command gives its lines, takes input, and tells its end', async () => {
  await using server = await startSshServer()
  const shell = plainShell(new SshConnection('node', server.to))
  const lines: string[] = []
  const first = Promise.withResolvers<void>()
  const handle = await shell.stream('while read -r line; do echo "got $line"; [ "$line" = end ] && exit 4; done', {
    signal: AbortSignal.timeout(5000),
    onLine(line) {
      lines.push(line)
      first.resolve()
    },
  })
  handle.write('a\n')
  await first.promise
  handle.write('b\r\nend\n')
  expect(await handle.ended).toEqual({ code: 4 })
  expect(lines).toEqual(['got a', 'got b', 'got end'])
})

test.each([['shows what is typed', 'delete all? yes\ndeleted\n'], ['hides it', 'delete all? ']])('a question of a console that %s is answered when it is asked', async (terminal, stdout) => {
  await using server = await startSshServer({ banner: 'Last login: Tue Sep  1', asks: { question: 'delete all? ', hidden: terminal === 'hides it' } })
  const shell = promptShell(new SshConnection('node', server.to), { entry: 'product-console', prompt: '>>' })
  expect(await shell.run('purge', { answer: { question: 'delete all?', text: 'yes' } })).toMatchObject({ code: null, stdout })
})

test('what a console offers for TAB is read from its list', async () => {
  await using server = await startSshServer({ banner: 'Last login: Tue Sep  1', offers: ['ha_start', 'ha_status', 'ha_stop'] })
  const connection = new SshConnection('node', server.to)
  expect(await completionsAtPrompt(connection, { entry: 'product-console', prompt: '>>', text: 'ha_' }, new AbortController().signal)).toEqual(['ha_start', 'ha_status', 'ha_stop'])
})

test('a console that has to be entered is asked at its prompt, and its terminal is taken off', async () => {
  await using server = await startSshServer({ banner: 'Last login: Tue Sep  1' })
  const shell = promptShell(new SshConnection('node', server.to), { entry: 'product-console', prompt: '>>' })
  expect(await shell.run('ha_status')).toMatchObject({ code: null, stdout: 'ran ha_status\n', stderr: '' })
})
