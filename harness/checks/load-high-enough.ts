// A run without load proves nothing about writes, and a host too busy to measure proves nothing at all. Never fails: it passes, or nothing is known.
import { unknown, type Check } from '../check.ts'
import { sayMs } from '../duration.ts'
import { silencesOf } from './reading/availability.ts'
import { ended, faultsOf, named } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { busyHost, hostUnseen } from './reading/host.ts'
import { createsOf } from './reading/ledger.ts'
import { boundOf, noBound } from './reading/say.ts'
import { without, type Watch } from './reading/watch.ts'

/** Below that there is too little undisturbed time to speak of a rate, in ms. */
const steadyMs = 2000

export const loadHighEnough: Check = {
  name: 'load-high-enough',
  statement: 'Accounts are acknowledged at the promised rate while nothing is broken, and the host is not too busy to measure.',
  applies: view => boundOf(view, 'loadPerSecond') !== undefined && createsOf(view).length > 0,
  judge(view) {
    const bound = boundOf(view, 'loadPerSecond')
    if (!bound) return unknown(noBound('loadPerSecond'))
    const creates = createsOf(view)
    const acknowledged = creates.filter(({ outcome }) => outcome === 'ok').map(({ completed }) => completed)
    const faults = faultsOf(view)
    const load: Watch = {
      from: Math.min(...creates.slice(0, 1).map(({ invoked }) => invoked)),
      to: creates.reduce((last, { invoked, completed }) => Math.max(last, completed === Infinity ? invoked : completed), -Infinity),
    }
    const disturbed = [
      ...faults.map(fault => ({ from: fault.began, to: fault.phases['proven-healed'] ?? ended(fault) })),
      ...silencesOf(view).map(({ after, before }) => ({ from: after, to: before })),
    ]
    const steady = without(load, disturbed)
    const lengthMs = steady.reduce((sum, { from, to }) => sum + to - from, 0)
    const count = acknowledged.filter(t => steady.some(({ from, to }) => t >= from && t <= to)).length
    const rate = lengthMs > 0 ? count / (lengthMs / 1000) : 0
    const missing: Finding[] = []
    if (creates.length === 0) missing.push(finding('nobody tried to create an account'))
    else if (lengthMs < steadyMs) missing.push(finding(`there were only ${sayMs(lengthMs)} of load without a fault or an outage, too few to tell its rate`))
    else if (rate < bound.limit) missing.push(finding(`expected at least ${bound.said} accounts acknowledged per second while nothing was broken; there were ${rate.toFixed(1)} (${count} in ${sayMs(lengthMs)})`))
    for (const fault of faults) {
      const calm = !faults.some(other => other !== fault && other.began < fault.began && (other.phases['proven-healed'] ?? ended(other)) > fault.began - steadyMs)
      if (creates.length > 0 && calm && !acknowledged.some(t => t <= fault.began && t > fault.began - steadyMs)) {
        missing.push(finding(`no account was acknowledged in the ${sayMs(steadyMs)} before ${named(fault)}, so it did not hit a cluster under load`, fault.began))
      }
    }
    const busy = busyHost(view)
    return conclude({
      broken: [],
      missing: [...missing, ...hostUnseen(view), ...(busy ? [busy] : [])],
      seen: () => finding(`${rate.toFixed(1)} accounts were acknowledged per second while nothing was broken (${count} in ${sayMs(lengthMs)}); needed are ${bound.said}`),
    })
  },
}
