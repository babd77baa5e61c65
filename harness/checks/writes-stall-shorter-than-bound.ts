// Writes may have to wait for a fault to be noticed, but not for longer than the bound: some account is acknowledged again by then.
import { unknown, type Check, type ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf } from './reading/evidence.ts'
import { ended, faultsOf, named, sinceFault, type FaultStory } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { trialsOf } from './reading/forgetful.ts'
import { createsOf, loadOf, pauseMs } from './reading/ledger.ts'
import { atTime, boundOf, fromTo, margin, noBound } from './reading/say.ts'
import { watchOf, type Watch } from './reading/watch.ts'

export const writesStallShorterThanBound: Check = {
  name: 'writes-stall-shorter-than-bound',
  statement: 'While clients try to write and a server that may serve is up, some account is acknowledged within every stretch of the bound.',
  timed: true,
  applies: view => boundOf(view, 'writeStallMs') !== undefined && createsOf(view).length > 0,
  judge(view) {
    const bound = boundOf(view, 'writeStallMs')
    if (!bound) return unknown(noBound('writeStallMs'))
    const creates = createsOf(view)
    const acknowledged = creates.filter(({ outcome }) => outcome === 'ok').map(({ completed }) => completed).sort((a, b) => a - b)
    const load = loadOf(creates, evidenceOf(view).last)
    // While only a standby that is behind is up, nobody may serve: no bound can be promised for that.
    const { trials, doubts } = trialsOf(view)
    const during = (fault: FaultStory, { from, to }: Watch): boolean => fault.began < to && ended(fault) > from
    const stalls = load
      .flatMap(stretch => stallsIn(stretch, acknowledged))
      .filter(stall => !trials.some(({ fault }) => during(fault, stall)))
      .sort((a, b) => b.to - b.from - (a.to - a.from))
    const faults = faultsOf(view)
    const lastHeal = Math.max(...faults.map(ended))
    const tooLong = stalls.filter(({ from, to }) => to - from > bound.limit)
    return conclude({
      broken: tooLong.filter(stall => !doubts.some(({ fault }) => during(fault, stall))).map(({ from, to }) => finding(
        `expected an acknowledged account at least every ${bound.said} while clients were trying; there was none for ${sayMs(to - from)}, ${fromTo(from, to)} (${sinceFault(view, to)})`, from, to)),
      missing: [
        ...doubts.filter(({ fault }) => tooLong.some(stall => during(fault, stall))).map(({ why, at }) => finding(`${why}, and might rightly refuse`, ...at)),
        ...(acknowledged.length === 0 ? [finding('no account was acknowledged at all')] : []),
        ...(faults.length === 0 ? [finding('no fault was injected, so there was nothing to stall for')] : []),
        ...faults.flatMap(fault => unloaded(view, fault, load)),
        ...(lastHeal < Infinity && acknowledged.length > 0 && acknowledged.every(t => t <= lastHeal) ? [finding(`no account was acknowledged after the last heal, ${atTime(lastHeal)}`, lastHeal)] : []),
      ],
      seen: () => {
        const worst = stalls[0] ?? { from: 0, to: 0 }
        return finding(`the longest time without an acknowledged account was ${sayMs(worst.to - worst.from)}, ${fromTo(worst.from, worst.to)}; allowed are ${bound.said}: ${margin(worst.to - worst.from, bound.limit)}`, worst.from, worst.to)
      },
    })
  },
}

function stallsIn({ from, to }: { from: number; to: number }, acknowledged: number[]): { from: number; to: number }[] {
  const moments = [from, ...acknowledged.filter(t => t > from && t < to), to]
  return moments.slice(1).map((moment, index) => ({ from: moments[index] as number, to: moment }))
}

/** Where nobody tried to write around a fault, nothing is known about how long writes stalled. */
function unloaded(view: ScenarioView, fault: FaultStory, load: { from: number; to: number }[]): Finding[] {
  const until = Math.min(fault.phases['proven-healed'] ?? ended(fault), watchOf(view).to)
  if (load.some(({ from, to }) => from <= fault.began && to >= until - pauseMs)) return []
  return [finding(`nobody tried to write all through ${named(fault)} (${fromTo(fault.began, until)})`, fault.began, until)]
}
