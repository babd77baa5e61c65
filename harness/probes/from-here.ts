// What this host sees: the VIP by TCP and HTTPS, who serves on the nodes' own addresses, and once a second how late the looks were.
import { loadavg } from 'node:os'
import { readSecret } from '../access/secrets.ts'
import type { RunClock } from '../clock.ts'
import type { Target } from '../target.ts'
import { rounded, type Emit } from './samples.ts'
import { everyPeriod, percentile99, type Punctuality, type Tick } from './schedule.ts'
import { ownTcpPeriodMs, tcp, vipTcpPeriodMs } from './tcp.ts'
import { vipHttps, vipHttpsPeriodMs } from './vip-https.ts'

const hostPeriodMs = 1000

/** Looks until told to stop; the promise settles when the last attempt under way has been told. */
export async function watchFromHere({ target, clock, emit, signal }: { target: Target; clock: RunClock; emit: Emit; signal: AbortSignal }): Promise<void> {
  const [host, port] = [target.vip, portOf(target)]
  const ca = target.gui.ca && readSecret(target.gui.ca)
  const punctuality: Punctuality = { slipsMs: [], missed: 0 }
  const open = new Set<Tick>()
  const stopped = new Promise<void>(resolve => {
    const watch = (periodMs: number, look: (tick: Tick, settled: () => void) => void): void => everyPeriod(periodMs, tick => {
      open.add(tick)
      look(tick, () => {
        open.delete(tick)
        if (signal.aborted && open.size === 0) resolve()
      })
    }, { clock, signal, punctuality })
    watch(vipTcpPeriodMs, tcp({ probe: 'vip-tcp' }, { host, port, clock, emit }))
    watch(vipHttpsPeriodMs, vipHttps({ host, port, ca, clock, emit }))
    for (const { name, addresses } of target.nodes) if (addresses.public) watch(ownTcpPeriodMs, tcp({ probe: 'own-tcp', node: name }, { host: addresses.public, port, clock, emit }))
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
