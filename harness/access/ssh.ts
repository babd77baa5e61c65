// One kept SSH connection per node and user, with its host key checked: opened when needed, opened anew when it broke.
import { connect, type Socket } from 'node:net'
import ssh2, { type Client, type ClientChannel, type ServerHostKeyAlgorithm } from 'ssh2'
import { AccessError } from '../access.ts'
import type { SshAccess } from '../target.ts'
import { readSecret } from './secrets.ts'

/** Longest that the TCP handshake, and after it the SSH handshake with login, may take, in ms. */
const connectLimitMs = 5000
const loginLimitMs = 10_000
/** A peer that answers none of four questions, one every 2 s, hangs: whatever waits for it is told after 8 to 10 s. */
const keepAlive = { keepaliveInterval: 2000, keepaliveCountMax: 4 }

export class SshConnection {
  readonly name: string
  readonly #to: SshAccess
  #client: Promise<Client> | undefined
  /** ends whatever dials */
  #closed = new AbortController()

  constructor(name: string, to: SshAccess) {
    this.name = `${to.user}@${name}`
    this.#to = to
  }

  /** A channel on which the command runs; rejects with the signal's reason when it is told to stop. */
  async channel(command: string, { pty = false, signal }: { pty?: boolean; signal: AbortSignal }): Promise<ClientChannel> {
    const kept = this.#client
    const opened = await this.#open(kept ?? this.#connect(), command, pty, signal)
    if ('channel' in opened) return opened.channel
    if (!kept || !opened.nobodyThere) throw this.#noChannel(command, opened.error)
    // The kept connection had broken while nobody used it: the node knows nothing of it, so the command has not started.
    this.#forget(kept)
    const again = await this.#open(this.#client ?? this.#connect(), command, pty, signal)
    if ('channel' in again) return again.channel
    throw this.#noChannel(command, again.error)
  }

  /** Lets go of the connection; whatever still runs over it ends as broken. The next channel dials anew. */
  close(): void {
    const client = this.#client
    this.#client = undefined
    this.#closed.abort(new AccessError('broken', `${this.name}: the connection was closed`))
    this.#closed = new AbortController()
    void client?.then(open => open.destroy(), () => undefined)
  }

  async #open(connection: Promise<Client>, command: string, pty: boolean, signal: AbortSignal): Promise<Opened> {
    const client = await unlessAborted(connection, signal)
    return unlessAborted(exec(client, command, pty), signal, late => { if ('channel' in late) late.channel.close() })
  }

  #noChannel(command: string, cause: Error): AccessError {
    return new AccessError('broken', `${this.name}: ${JSON.stringify(short(command))} could not be started: ${cause.message}`, { cause })
  }

  #connect(): Promise<Client> {
    const dialling = dial(this.name, this.#to, this.#closed.signal)
    this.#client = dialling
    dialling.then(client => client.once('close', () => this.#forget(dialling)), () => this.#forget(dialling))
    return dialling
  }

  #forget(client: Promise<Client>): void {
    if (this.#client === client) this.#client = undefined
  }
}

export function short(command: string): string {
  const [first = ''] = command.trim().split('\n')
  return first.length < command.trim().length || first.length > 80 ? `${first.slice(0, 80)}…` : first
}

async function dial(name: string, to: SshAccess, closed: AbortSignal): Promise<Client> {
  const [type = '', key = ''] = to.hostKey.split(/\s+/)
  const password = to.password && readSecret(to.password)
  const privateKey = to.privateKey && readSecret(to.privateKey)
  // Before anything is dialled: ssh2 throws for it in the middle of connecting.
  const unreadable = privateKey === undefined ? undefined : ssh2.utils.parseKey(`${privateKey}\n`)
  if (unreadable instanceof Error) throw new AccessError('missing', `${name}: the private key at ${to.privateKey} cannot be read: ${unreadable.message}`)
  const socket = await tcp(name, to, closed)
  const client = new ssh2.Client()
  let shown: string | undefined
  return new Promise((resolve, reject) => {
    const stop = () => failed(closed.reason as Error)
    closed.addEventListener('abort', stop, { once: true })
    client.once('ready', () => {
      closed.removeEventListener('abort', stop)
      client.off('error', failed)
      // What breaks later is told by `close` to everything that runs over the connection.
      client.on('error', () => undefined)
      resolve(client)
    })
    client.once('error', failed)
    client.once('close', () => reject(new AccessError('unreachable', `${name}: ${to.host}:${to.port} closed the connection before the login`)))
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) => answer(prompts.map(() => password ?? '')))
    client.connect({
      sock: socket,
      username: to.user,
      ...(password === undefined ? {} : { password, tryKeyboard: true }),
      ...(privateKey === undefined ? {} : { privateKey: `${privateKey}\n` }),
      algorithms: { serverHostKey: hostKeyAlgorithms(type) },
      hostVerifier: (offered: Buffer) => {
        shown = offered.toString('base64')
        return shown === key
      },
      readyTimeout: loginLimitMs,
      ...keepAlive,
    })

    function failed(cause: Error & { level?: string }): void {
      closed.removeEventListener('abort', stop)
      client.on('error', () => undefined)
      client.destroy()
      reject(cause instanceof AccessError ? cause : loginError(cause))
    }
  })

  function loginError(cause: Error & { level?: string }): AccessError {
    const where = `${name} (${to.host}:${to.port})`
    if (shown !== undefined && shown !== key) {
      return new AccessError('changed-host-key', `${where} shows another host key than the target has:\n  expected ${type} ${key}\n  shown    ${type} ${shown}`, { cause })
    }
    if (/no matching host key/i.test(cause.message)) return new AccessError('changed-host-key', `${where} has no host key of the type ${type} that the target has`, { cause })
    if (cause.level === 'client-authentication') return new AccessError('refused-login', `${where} refuses the login: wrong ${methods(to)}`, { cause })
    if (cause.level === 'client-timeout') return new AccessError('timeout', `${where} accepts connections, but no SSH login came about within ${loginLimitMs} ms`, { cause })
    return new AccessError('unreachable', `${where}: ${cause.message}`, { cause })
  }
}

function methods({ privateKey, password }: SshAccess): string {
  return [privateKey && 'key', password && 'password'].filter(Boolean).join(' and ') || 'user (the target names neither key nor password)'
}

function hostKeyAlgorithms(type: string): ServerHostKeyAlgorithm[] {
  return type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type as ServerHostKeyAlgorithm]
}

function tcp(name: string, { host, port }: SshAccess, closed: AbortSignal): Promise<Socket> {
  closed.throwIfAborted()
  return new Promise((resolve, reject) => {
    // Without noDelay each question on a kept shell waits 40 ms for a delayed acknowledgement.
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 2000 })
    const limit = setTimeout(() => failed(new Error(`no answer within ${connectLimitMs} ms`)), connectLimitMs)
    const stop = () => failed(closed.reason as Error)
    closed.addEventListener('abort', stop, { once: true })
    socket.once('error', failed)
    socket.once('connect', () => {
      clearTimeout(limit)
      closed.removeEventListener('abort', stop)
      socket.off('error', failed)
      resolve(socket)
    })

    function failed(cause: Error): void {
      clearTimeout(limit)
      closed.removeEventListener('abort', stop)
      socket.destroy()
      if (closed.aborted) return reject(cause)
      reject(new AccessError('unreachable', `${name} cannot be reached at ${host}:${port}: ${cause.message}`, { cause }))
    }
  })
}

type Opened = { channel: ClientChannel } | { error: Error; /** the other side said that it knows no such connection */ nobodyThere: boolean }

function exec(client: Client, command: string, pty: boolean): Promise<Opened> {
  return new Promise(resolve => {
    let cause: (Error & { code?: string }) | undefined
    const failed = (error: Error) => { cause = error }
    const lost = () => settle({ error: cause ?? new Error('the connection was closed'), nobodyThere: cause?.code === 'ECONNRESET' || cause?.code === 'EPIPE' })
    const settle = (opened: Opened) => {
      client.off('error', failed)
      client.off('close', lost)
      resolve(opened)
    }
    client.on('error', failed)
    client.on('close', lost)
    // `close` comes before this for a connection that broke: an error here is a refusal.
    const opened = (error: Error | undefined, channel: ClientChannel) => settle(error ? { error, nobodyThere: false } : { channel })
    try {
      // 500 columns: an interactive console must not wrap its tables.
      if (pty) client.exec(command, { pty: { cols: 500, rows: 100, term: 'dumb' } }, opened)
      else client.exec(command, opened)
    } catch (error) {
      // ssh2 throws at once when the socket has already gone.
      settle({ error: error as Error, nobodyThere: true })
    }
  })
}

/** Gives up waiting when told to; what still arrives is handed to `late`, so that nothing is left open. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, late: (value: T) => void = () => undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(signal.reason as Error)
      promise.then(late, () => undefined)
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
