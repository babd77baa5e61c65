// An SSH server of this process, whose commands run on this host: to be refused by, hung up on and kept waiting.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import ssh2 from 'ssh2'
import type { SshAccess } from '../../harness/target.ts'

export interface TestServer extends AsyncDisposable {
  to: SshAccess
  /** how many connections were logged in */
  logins(): number
  /** ends every connection, as a node does that loses its memory */
  hangUp(): void
}

const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })

export async function startSshServer({ banner, asks, offers }: { banner?: string; asks?: { question: string; hidden: boolean }; offers?: string[] } = {}): Promise<TestServer> {
  let logins = 0
  const sockets = new Set<Socket>()
  const server = new ssh2.Server({ hostKeys: [privateKey] }, client => {
    client.on('error', () => undefined)
    client.on('authentication', attempt => {
      if (attempt.method === 'password' && attempt.password === 'right') attempt.accept()
      else attempt.reject(['password'])
    })
    client.on('ready', () => { logins += 1 })
    client.on('session', accept => {
      const session = accept()
      session.on('pty', acceptPty => acceptPty())
      session.on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec()
        channel.on('error', () => undefined)
        if (banner !== undefined && command === 'product-console') {
          // A terminal echoes what is typed and ends lines with CR LF.
          channel.write(`${banner}\r\n>> `)
          if (asks) {
            // The question waits on its line; an answer that is not shown leaves the next prompt there.
            channel.on('data', (typed: Buffer) => {
              const answered = String(typed) === 'yes\n'
              if (!answered) channel.write(`${String(typed).trim()}\r\n${asks.question}`)
              else channel.write(asks.hidden ? '>> ' : 'yes\r\ndeleted\r\n>> ')
            })
            return
          }
          if (offers) {
            channel.on('data', (typed: Buffer) => {
              const text = String(typed).replaceAll('\t', '')
              channel.write(`${text}\u0007`)
              setTimeout(() => channel.write(`\r\n${offers.join('   ')}\r\n>> ${text}`), 20)
            })
            return
          }
          channel.on('data', (typed: Buffer) => channel.write(`${String(typed).trim()}\r\n\u001b[1mran ${String(typed).trim()}\u001b[0m\r\n>> `))
          return
        }
        const child = spawn('sh', ['-c', command])
        // ssh2's server ends a channel when the client has no more input; a real one waits for the command.
        channel.removeAllListeners('end')
        channel.on('data', (input: Buffer) => child.stdin.write(input)).once('end', () => child.stdin.end())
        child.stdin.on('error', () => undefined)
        child.stdout.pipe(channel, { end: false })
        child.stderr.pipe(channel.stderr, { end: false })
        child.once('close', (code, signal) => {
          if (code === null) channel.exit(signal ?? 'KILL', false, '')
          else channel.exit(code)
          channel.end()
        })
        channel.once('close', () => child.kill('SIGKILL'))
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // ssh2 has its sockets in a server of its own.
  const { _srv: inner } = server as unknown as { _srv: Server }
  inner.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })
  const { port } = server.address() as AddressInfo
  const hangUp = (): void => { for (const socket of sockets) socket.resetAndDestroy() }
  return {
    to: { host: '127.0.0.1', port, user: 'root', hostKey: publicKey.split(' ').slice(0, 2).join(' '), password: 'env:HAYWIRE_TEST_PASSWORD' },
    logins: () => logins,
    hangUp,
    async [Symbol.asyncDispose]() {
      hangUp()
      await new Promise<void>(resolve => { server.close(() => resolve()) })
    },
  }
}
