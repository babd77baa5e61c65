// Whether the web application answers at the VIP, which server that is, and whether it can prove by its certificate that it may.
import { Agent, request } from 'node:https'
import { createSecureContext } from 'node:tls'
import { now, type RunClock } from '../clock.ts'
import { wireWord } from '../wire-error.ts'
import { rounded, type Emit } from './samples.ts'
import type { Tick } from './schedule.ts'

export const vipHttpsPeriodMs = 200
/** The page answers within some 10 ms; one that needs longer than this serves nobody who waits for it. */
const limitMs = 1000

/** One request for each tick, on a connection of its own; `settled` is called when it has been told. */
export function vipHttps({ host, port, ca, clock, emit }: { host: string; port: number; ca: string | undefined; clock: RunClock; emit: Emit }): (tick: Tick, settled?: () => void) => void {
  // Nothing is kept from one look to the next, neither connection nor session, but what was read from the certificates: that costs more than the handshake.
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0, secureContext: createSecureContext({ ca }) })
  return ({ t, slipMs }, settled) => {
    const call = request({ host, port, path: '/health', agent })
    const limit = setTimeout(() => end({ error: 'timeout' }), limitMs)
    const end = (seen: { value: { status: number; server: string | null } } | { error: string }): void => {
      const tookMs = rounded(now(clock) - t)
      clearTimeout(limit)
      call.removeAllListeners()
      call.on('error', () => undefined)
      call.destroy()
      emit({ t, probe: 'vip-https', from: 'harness', tookMs, slipMs: rounded(slipMs), ...seen })
      settled?.()
    }
    call.once('response', response => {
      const server = response.headers['x-ssm-server']
      end({ value: { status: response.statusCode ?? 0, server: typeof server === 'string' ? server : null } })
    })
    call.once('error', error => end({ error: wireWord(error) }))
    call.end()
  }
}
