// The VIP as this host sees it, and how well this host could look: TCP, HTTPS, and once a second how late the looks were.
import { loadavg } from 'node:os'
import { readSecret } from '../access/secrets.ts'
import type { RunClock } from '../clock.ts'
import type { Target } from '../target.ts'
import { rounded, type Emit } from './samples.ts'
import { everyPeriod, percentile99, type Punctuality } from './schedule.ts'
import { vipHttps, vipHttpsPeriodMs } from './vip-https.ts'
import { vipTcp, vipTcpPeriodMs } from './vip-tcp.ts'

const hostPeriodMs = 1000

/** Looks until told to stop; the promise settles when the last attempt under way has been told. */
export async function watchVipFromHere({ target, clock, emit, signal }: { target: Target; clock: RunClock; emit: Emit; signal: AbortSignal }): Promise<void> {
  const [host, port] = [target.vip, portOf(target)]
  const ca = target.gui.ca && readSecret(target.gui.ca)
  const punctuality: Punctuality = { slipsMs: [], missed: 0 }
  const tcp = vipTcp({ host, port, clock, emit })
  const https = vipHttps({ host, port, ca, clock, emit })
  const open = new Set<number>()
  const stopped = new Promise<void>(resolve => {
    const ended = (t: number): void => {
      open.delete(t)
      if (signal.aborted && open.size === 0) resolve()
    }
    everyPeriod(vipTcpPeriodMs, tick => {
      open.add(tick.t)
      tcp(tick, () => ended(tick.t))
    }, { clock, signal, punctuality })
    everyPeriod(vipHttpsPeriodMs, tick => {
      open.add(tick.t)
      https(tick, () => ended(tick.t))
    }, { clock, signal, punctuality })
    signal.addEventListener('abort', () => { if (open.size === 0) resolve() }, { once: true })
  })
  everyPeriod(hostPeriodMs, ({ t }) => {
    emit({ t, probe: 'host', from: 'harness', value: { lateMs: rounded(percentile99(punctuality.slipsMs)), missed: punctuality.missed, load: loadavg()[0] } })
    punctuality.slipsMs = []
    punctuality.missed = 0
  }, { clock, signal })
  await stopped
}

/** The port of the GUI: the VIP is worth nothing without it. */
export function portOf({ gui }: Pick<Target, 'gui'>): number {
  return Number(new URL(gui.url).port || 443)
}
