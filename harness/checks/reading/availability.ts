// When clients got no answer at the VIP, as each place and protocol saw it, each with its error bar.
import type { ScenarioView } from '../../check.ts'
import { evidenceOf, once, readingsOf, sourcesOf, type Reading } from './evidence.ts'
import { faultsOf, named, type FaultStory } from './faults.ts'
import { finding, type Finding } from './findings.ts'
import { readAnswer, readConnected, readPinged } from './shapes.ts'
import { gapLimitMs, watchOf } from './watch.ts'

export interface Surface {
  /** `vip-tcp from harness` */
  name: string
  probe: keyof typeof readers
  readings: Reading<{ ok: boolean; status?: number }>[]
  odd: Finding[]
}

/** A time between two good answers (or an end of the watch) in which there was none. */
export interface Silence {
  surface: Surface
  /** the last good answer before, and the first after */
  after: number
  before: number
  /** the first and last attempt that got none; absent when nobody asked */
  failed: { first: number; last: number } | undefined
  /** best estimate, and how far off it may be: the spaces between attempts on both sides, slips included */
  ms: number
  errorMs: number
  /** the longest time in which attempt after attempt failed: it lasted at least that long */
  provenMs: number
  /** it lasted at most that long */
  mostMs: number
  /** it had not ended when the watch did: nobody knows how long it would have been */
  open?: true
}

export interface Outage {
  fault: string
  node: string
  /** the fault's id */
  id: string
  ms: number
  errorMs: number
  from: number
  to: number
  /** the surface that saw it so */
  seenBy: string
}

/** An answer that takes longer counts as none until it came: a lost packet is sent again after a second, and clients do not wait for that. */
const promptMs = 900

const readers = { 'vip-tcp': readConnected, 'vip-https': readAnswer, 'vip-ping-cached': readPinged, 'vip-ping-fresh': readPinged } as const
const pings = {
  'vip-ping-cached': 'pings from a client that keeps the VIP in its ARP cache',
  'vip-ping-fresh': 'pings from a client that asks for the VIP anew',
} as const

const pingProbes = ['vip-ping-cached', 'vip-ping-fresh'] as const

export const surfacesOf = once((view): Surface[] => [
  ...(['vip-tcp', 'vip-https'] as const).flatMap(probe => placesOf(view, probe).map(from => ({ name: `${probe} from ${from}`, probe, ...readingsOf<{ ok: boolean; status?: number }>(view, { probe, from }, readers[probe]) }))),
  // Where no ping was answered before the first fault the network lets none through: its silence afterwards says nothing.
  ...pingProbes.map(probe => ({ name: pings[probe], probe, ...readingsOf(view, { probe }, readers[probe]) })).filter(({ readings }) => readings.some(({ t, value }) => value?.ok && t < firstFault(view))),
])

/** A twin's network lets pings through: where its client was answered in time, and none of its pings, a witness is missing. */
export function pingsMissing(view: ScenarioView): Finding[] {
  const early = firstFault(view) - gapLimitMs['vip-ping-fresh']
  if (view.run?.target?.twin !== true || !readingsOf(view, { probe: 'vip-tcp', from: 'client' }, readConnected).readings.some(({ end, value }) => value?.ok && end < early)) return []
  return pingProbes.filter(probe => !surfacesOf(view).some(surface => surface.probe === probe)).map(probe => finding(`no answers to ${pings[probe]} were seen before the first fault, so nobody saw the VIP as that client does`))
}

function firstFault(view: ScenarioView): number {
  return faultsOf(view)[0]?.began ?? Infinity
}

/** From where it was watched, or should have been: a client that never spoke has seen nothing. */
function placesOf(view: ScenarioView, probe: string): string[] {
  return [...new Set([...sourcesOf(view, probe, 'from'), ...(view.run?.target?.client === true ? ['client'] : [])])]
}

/** Every silence that any surface saw: failed attempts, and gaps in asking that are longer than its limit. */
export const silencesOf = once((view): Silence[] => surfacesOf(view).flatMap(surface => silencesBy(view, surface)))

function silencesBy(view: ScenarioView, surface: Surface): Silence[] {
  const watch = watchOf(view)
  const silences: Silence[] = []
  const points = pointsOf(surface.readings)
  let after = Math.min(watch.from, points[0]?.t ?? watch.to)
  let failed: { first: number; last: number; runFrom: number; provenMs: number } | undefined
  const close = (before: number, open?: true): void => {
    const mostMs = before - after
    if (failed) {
      const { first, last } = failed
      const provenMs = Math.max(failed.provenMs, last - failed.runFrom)
      silences.push({ surface, after, before, failed: { first, last }, ms: before - first, errorMs: Math.max(first - after, before - last), provenMs, mostMs, ...(open ? { open } : {}) })
    } else if (mostMs > gapLimitMs[surface.probe]) silences.push({ surface, after, before, failed: undefined, ms: 0, errorMs: mostMs, provenMs: 0, mostMs })
    failed = undefined
    after = before
  }
  for (const { t, ok } of points) {
    if (ok) close(t)
    else if (!failed) failed = { first: t, last: t, runFrom: t, provenMs: 0 }
    else {
      // Nobody asked for a while: the VIP may have answered in between, so the proof starts again.
      if (t - failed.last > gapLimitMs[surface.probe]) failed = { ...failed, provenMs: Math.max(failed.provenMs, failed.last - failed.runFrom), runFrom: t }
      failed.last = t
    }
  }
  const asked = points.at(-1)?.t ?? after
  if (failed || watch.to > asked) close(Math.max(watch.to, asked), true)
  return silences
}

/** For each fault the longest outage after it, as the surface that proves most of it saw it; 0 with its error bar where there was none. */
export function outages(view: ScenarioView): Outage[] {
  return [...Map.groupBy(sightings(view), ({ id }) => id).values()].map(ofFault => {
    const seen = ofFault.filter(({ ms }) => ms > 0)
    return (seen.length > 0 ? seen : ofFault).toSorted(provingMost)[0] as Outage
  })
}

function provingMost(a: { ms: number; errorMs: number }, b: { ms: number; errorMs: number }): number {
  return b.ms - b.errorMs - (a.ms - a.errorMs) || a.errorMs - b.errorMs
}

/** For each fault the longest outage after it as each place and protocol saw it; 0 with its error bar where that saw none. */
export function sightings(view: ScenarioView): Outage[] {
  const surfaces = surfacesOf(view).filter(({ readings }) => readings.length > 0)
  const silences = silencesOf(view).filter(({ failed }) => failed)
  const faults = faultsOf(view)
  return faults.flatMap(fault => surfaces.map(surface => {
    const [worst] = silences.filter(silence => silence.surface.name === surface.name && faultBehind(faults, silence) === fault).toSorted(provingMost)
    const head = { fault: fault.fault, node: fault.node, id: fault.id, seenBy: surface.name }
    return worst
      ? { ...head, ms: round(worst.ms), errorMs: round(worst.errorMs), from: worst.failed?.first ?? worst.after, to: worst.before }
      : { ...head, ms: 0, errorMs: round(coarseness(surface, fault, view)), from: fault.began, to: fault.began }
  }))
}

/** The fault that an outage belongs to: the last one requested before it, give or take a look. */
export function faultBehind(faults: FaultStory[], { before, failed }: Silence): FaultStory | undefined {
  const from = failed?.first ?? before
  return faults.findLast(fault => fault.began <= from + skewMs)
}

/** Failing attempts may be dated a little before the fault that made them fail: they were under way. */
export const skewMs = 100

export function sayOutageOf(faults: FaultStory[], silence: Silence): string {
  const fault = faultBehind(faults, silence)
  return fault ? `after ${named(fault)}` : 'before any fault'
}

/** Good answers count when they came if they came late (and then the attempt had failed before), else when they were asked for. */
function pointsOf(readings: Reading<{ ok: boolean }>[]): { t: number; ok: boolean }[] {
  let late = false
  const points: { t: number; ok: boolean }[] = []
  for (const { t, end, value } of readings) {
    const ok = value?.ok === true
    if (ok && end - t > promptMs) {
      points.push({ t, ok: false }, { t: end, ok })
      late = true
    } else points.push({ t, ok })
  }
  return late ? points.sort((a, b) => a.t - b.t) : points
}

function coarseness({ readings }: Surface, fault: FaultStory, view: ScenarioView): number {
  const until = faultsOf(view).find(next => next.began > fault.began)?.began ?? evidenceOf(view).last
  let previous: number | undefined
  let widest = 0
  for (const { t } of readings) {
    if (t > until) break
    if (previous !== undefined && t >= fault.began) widest = Math.max(widest, t - previous)
    previous = t
  }
  return widest
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}
