// Who answers at an address, seen on the wire: one HTTPS request on a connection of its own, no browser, no cache.
import { request } from 'node:https'
import { isIPv6 } from 'node:net'
import { readSecret } from '../../access/secrets.ts'
import { limited } from '../../limit.ts'
import type { Target } from '../../target.ts'

export interface Answer {
  /** the server's own name, from its header; null unless it answers below 400: an error is no service */
  server: string | null
  /** no connection: what a client would call "not reachable" */
  silent: boolean
  observed: string
}

/** Longest that one answer may take, in ms: a web application that takes longer does not serve. */
const answerLimitMs = 1000

/** The GUI's URL with another host: the port is the same everywhere. */
export function urlAt(address: string, { gui }: Pick<Target, 'gui'>): string {
  const url = new URL(gui.url)
  url.hostname = isIPv6(address) ? `[${address}]` : address
  return url.origin
}

/** Asks `/health` at the address. Never rejects for what the network does; rejects when told to stop. */
export async function serverAt(address: string, target: Target, signal: AbortSignal): Promise<Answer> {
  const ca = target.gui.ca ? readSecret(target.gui.ca) : undefined
  using limit = limited(answerLimitMs, signal)
  const answer = await new Promise<Answer>(resolve => {
    const call = request(new URL('/health', urlAt(address, target)), { agent: false, signal: limit.signal, ...(ca ? { ca } : {}) }, response => {
      response.resume()
      const header = response.headers['x-ssm-server']
      const server = typeof header === 'string' ? header : null
      const serves = (response.statusCode ?? 0) < 400
      resolve({ server: serves ? server : null, silent: false, observed: `https://${address} answered ${response.statusCode} from ${server ?? 'a server without a name'}` })
    })
    let connected = false
    call.once('socket', socket => socket.once('connect', () => { connected = true }))
    call.on('error', (error: NodeJS.ErrnoException) => {
      const silent = !connected && (limit.signal.aborted || ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'ETIMEDOUT'].includes(error.code ?? ''))
      const how = limit.signal.aborted ? `${connected ? 'a connection, but ' : ''}no answer within ${answerLimitMs} ms` : error.code ?? error.message
      resolve({ server: null, silent, observed: `https://${address}: ${how}` })
    })
    call.end()
  })
  signal.throwIfAborted()
  return answer
}
