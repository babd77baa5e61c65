// Whether an address accepts a TCP connection. At the VIP that is the finest measure of an outage, on a fixed schedule that no silence can hold up.
import { connect } from 'node:net'
import { now, type RunClock } from '../clock.ts'
import { wireWord } from '../wire-error.ts'
import { rounded, type Emit, type Sample } from './samples.ts'
import type { Tick } from './schedule.ts'

export const vipTcpPeriodMs = 10
/** A node's own address is asked only who serves there, not for how long. */
export const ownTcpPeriodMs = 250
/** A SYN on a LAN is answered within 1 ms; the first retransmission comes after 1 s and would only tell what later attempts tell sooner. */
const limitMs = 250

/** One attempt for each tick, on a socket of its own; `settled` is called when it has been told. */
export function tcp(asked: Pick<Sample, 'probe' | 'node'>, { host, port, clock, emit }: { host: string; port: number; clock: RunClock; emit: Emit }): (tick: Tick, settled?: () => void) => void {
  return ({ t, slipMs }, settled) => {
    const socket = connect({ host, port })
    const limit = setTimeout(() => end('timeout'), limitMs)
    const end = (error?: string): void => {
      const tookMs = rounded(now(clock) - t)
      clearTimeout(limit)
      socket.removeAllListeners()
      socket.on('error', () => undefined)
      // Closed by a reset: a hundred connections a second would otherwise leave thousands in TIME_WAIT.
      socket.resetAndDestroy()
      const common = { t, ...asked, from: 'harness', tookMs, slipMs: rounded(slipMs) }
      emit(error === undefined ? { ...common, value: { connected: true } } : { ...common, error })
      settled?.()
    }
    socket.once('connect', () => end())
    socket.once('error', error => end(wireWord(error)))
  }
}
