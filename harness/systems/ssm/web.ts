// One request to the product's web application on a connection of its own, and how far it got: that decides what it may have done.
import { request } from 'node:https'
import { connect, type SecureContext, type TLSSocket } from 'node:tls'
import { wireWord } from '../../wire-error.ts'

export interface WebRequest {
  method: 'GET' | 'POST'
  path: string
  cookie?: string
  form?: Record<string, string>
  /** of programs, in the place of a form */
  json?: unknown
  /** a program's token */
  bearer?: string
}

export interface WebAnswer {
  status: number
  location: string | undefined
  /** name=value of the cookie that was set */
  cookie: string | undefined
  /** the server's own name */
  server: string | undefined
  body: string
}

/** `sent`: some of the request may have reached the product. Without it, certainly nothing has. */
export type Exchange = { answer: WebAnswer } | { error: string; sent: boolean }

export interface Place {
  host: string
  port: number
  /** whose certificates it believes; made once, because reading certificates costs more than a handshake */
  secureContext: SecureContext
}

/** How long a client waits for a connection (TCP and TLS), and then for the answer, in ms. */
export interface Patience {
  connectMs: number
  answerMs: number
}

/**
 * TCP and TLS on a LAN take some 10 ms: a client that waited longer for them would learn late that the VIP is served again, and nothing
 * was sent yet. For an answer it waits as long as people's scripts do, and longer than a planned handover takes.
 */
export const brisk: Patience = { connectMs: 1000, answerMs: 10_000 }
/** For what has to come, however busy the machine is. */
export const patient: Patience = { connectMs: 10_000, answerMs: 30_000 }

/** Never rejects for what network or product do. */
export async function exchange(place: Place, wanted: WebRequest, { connectMs, answerMs }: Patience, signal?: AbortSignal): Promise<Exchange> {
  const socket = await connected(place, connectMs, signal)
  if (!('write' in socket)) return { error: socket.error, sent: false }
  return answered(socket, place, wanted, answerMs, signal)
}

function connected({ host, port, secureContext }: Place, limitMs: number, signal: AbortSignal | undefined): Promise<TLSSocket | { error: string }> {
  return new Promise(resolve => {
    const socket = connect({ host, port, secureContext })
    const failed = (error: string): void => {
      settle()
      socket.on('error', () => undefined)
      socket.destroy()
      resolve({ error })
    }
    const limit = setTimeout(() => failed('timeout'), limitMs)
    const stop = (): void => failed('told to stop')
    const settle = (): void => {
      clearTimeout(limit)
      signal?.removeEventListener('abort', stop)
      socket.removeAllListeners()
    }
    if (signal?.aborted) return stop()
    signal?.addEventListener('abort', stop, { once: true })
    socket.once('error', error => failed(wireWord(error)))
    socket.once('close', () => failed('reset'))
    // Before this nothing of the request has been written.
    socket.once('secureConnect', () => {
      settle()
      resolve(socket)
    })
  })
}

function answered(socket: TLSSocket, { host }: Place, { method, path, cookie, form, json, bearer }: WebRequest, limitMs: number, signal: AbortSignal | undefined): Promise<Exchange> {
  return new Promise(resolve => {
    const body = json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json)
    const call = request({
      createConnection: () => socket,
      method,
      path,
      headers: {
        host,
        connection: 'close',
        ...(cookie === undefined ? {} : { cookie }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'content-type': json === undefined ? 'application/x-www-form-urlencoded' : 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    })
    const settle = (outcome: Exchange): void => {
      clearTimeout(limit)
      signal?.removeEventListener('abort', stop)
      call.removeAllListeners()
      call.on('error', () => undefined)
      call.destroy()
      resolve(outcome)
    }
    const failed = (error: string): void => settle({ error, sent: true })
    const limit = setTimeout(() => failed('timeout'), limitMs)
    const stop = (): void => failed('told to stop')
    signal?.addEventListener('abort', stop, { once: true })
    call.once('error', error => failed(wireWord(error)))
    call.once('response', response => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => { text += part })
      response.once('error', error => failed(wireWord(error)))
      response.once('aborted', () => failed('reset'))
      response.once('end', () => settle({
        answer: {
          status: response.statusCode ?? 0,
          location: response.headers.location,
          cookie: response.headers['set-cookie']?.[0]?.split(';')[0],
          server: header(response.headers['x-ssm-server']),
          body: text,
        },
      }))
    })
    call.end(body)
  })
}

function header(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
