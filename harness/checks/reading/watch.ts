// While a scenario breaks things it must be watched: where a probe did not look for too long, nothing can be said.
import type { ScenarioView } from '../../check.ts'
import { sayMs } from '../../duration.ts'
import { evidenceOf, type Reading } from './evidence.ts'
import { faultsOf, sinceFault } from './faults.ts'
import { finding, type Finding } from './findings.ts'
import { fromTo } from './say.ts'

export interface Watch {
  from: number
  to: number
}

/** From the first fault to the last thing that was done or asserted before judging (which reads back and audits). */
export function watchOf(view: ScenarioView): Watch {
  const { faults, steps, first, last } = evidenceOf(view)
  const acts = [...faults, ...steps.filter(step => step.stage !== 'judge')]
  const to = acts.reduce((latest, event) => Math.max(latest, event.t), -Infinity)
  return { from: faults[0]?.t ?? view.begin?.t ?? first, to: acts.length > 0 ? to : view.end?.t ?? last }
}

/** What each probe may leave out, in ms: some ten of its periods, so that one slow look is no gap. */
export const gapLimitMs = { 'vip-tcp': 250, 'vip-https': 2000, 'vip-ping-cached': 2000, 'vip-ping-fresh': 2000, 'vip-arp': 5000, 'own-tcp': 2500, sql: 2500, flight: 1000, gui: 15_000, console: 60_000 } as const

/** The stretches in which nobody looked for longer than the limit. */
export function gapsIn(readings: Reading<unknown>[], { from, to }: Watch, limitMs: number): Watch[] {
  const gaps: Watch[] = []
  let seenUntil = from
  for (const { t, end } of readings) {
    if (end < from) continue
    if (t > to) break
    if (t - seenUntil > limitMs) gaps.push({ from: seenUntil, to: t })
    seenUntil = Math.max(seenUntil, end)
  }
  if (to - seenUntil > limitMs) gaps.push({ from: seenUntil, to })
  return gaps
}

/** The gaps of a probe as missing evidence, outside the stretches in which it could not look. */
export function missingFrom(view: ScenarioView, what: string, readings: Reading<unknown>[], limitMs: number, excused: Watch[] = [], watch = watchOf(view)): Finding[] {
  if (readings.length === 0) return [finding(`there is no ${what}`)]
  const gaps = without(watch, excused).flatMap(part => gapsIn(readings, part, limitMs))
  return gaps.map(gap => finding(`there is no ${what} ${fromTo(gap.from, gap.to)} (${sayMs(gap.to - gap.from)}; ${sinceFault(view, gap.from)})`, gap.from, gap.to))
}

/** How long after a heal a node may still be silent, in ms, where the target's own convergenceMs does not allow more: a boot; and one that only goes on, whose SSH has to be dialled anew where it is asked from outside. */
const bootMs = 30_000
/** How long it takes to switch a node off and on, in ms: a management controller takes its time for both. */
const powerCycleMs = 90_000
const thawMs = 5_000

/** While a node had no power (a disk that turned read-only is mended by switching it off and on) or was frozen, and until its record goes on, it could write nothing down. */
export function notRunning(view: ScenarioView, node: string, readings: Reading<unknown>[]): Watch[] {
  return silenced(view, node, readings, ['power-off', 'freeze-node', 'disk-read-only'])
}

/** While a node had no power, was frozen or was cut off, and until it is reached again, a probe from outside need not have looked. */
export function outOfReach(view: ScenarioView, node: string, readings: Reading<unknown>[]): Watch[] {
  return silenced(view, node, readings, ['power-off', 'freeze-node', 'disk-read-only', 'isolate', 'engine-disconnect'])
}

function silenced(view: ScenarioView, node: string, readings: Reading<unknown>[], kinds: string[]): Watch[] {
  return faultsOf(view)
    .filter(fault => kinds.includes(fault.fault) && fault.node === node)
    .map(({ fault, began, phases }) => {
      const healed = phases.healed ?? Infinity
      if (fault === 'disk-read-only') return powerCycle(readings, healed, bootOn(view))
      const awake = readings.find(({ t, value }) => value !== undefined && t > (phases.proven ?? began) + gapLimitMs.flight)?.t
      return { from: began, to: awake === undefined ? healed : Math.min(awake, healed + (fault === 'freeze-node' ? thawMs : bootOn(view))) }
    })
}

function bootOn(view: ScenarioView): number {
  return Math.max(bootMs, view.run?.bounds.convergenceMs ?? 0)
}

/** From the last look before a heal to the first that saw something after it; nothing where it was not healed. */
function powerCycle(readings: Reading<unknown>[], healed: number, boot: number): Watch {
  const last = readings.findLast(({ end }) => end <= healed)?.end ?? -Infinity
  const awake = readings.find(({ t, value }) => value !== undefined && t > healed)?.t ?? Infinity
  return { from: Math.max(last, healed - powerCycleMs), to: Math.min(awake, healed + boot) }
}

/** What is left of a stretch when others are taken out of it. */
export function without(watch: Watch, excused: Watch[]): Watch[] {
  const parts: Watch[] = []
  let from = watch.from
  for (const stretch of excused.toSorted((a, b) => a.from - b.from)) {
    if (stretch.from > from) parts.push({ from, to: Math.min(stretch.from, watch.to) })
    from = Math.max(from, stretch.to)
  }
  if (from < watch.to) parts.push({ from, to: watch.to })
  return parts.filter(part => part.to > part.from)
}
