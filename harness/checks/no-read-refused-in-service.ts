// A server that serves serves everybody: a fault may interrupt clients once when it begins and once when it ends, and in between they are answered.
import { unknown, type Check, type ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { silencesOf, surfacesOf, type Silence, type Surface } from './reading/availability.ts'
import { evidenceOf } from './reading/evidence.ts'
import { ended, faultsOf, sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { boundOf, fromTo } from './reading/say.ts'

/** A service that goes or comes back may stumble for that long before and after, in ms. */
const settlesMs = 3000
/** Longer than that it was no lost packet, in ms: one is sent again after a second (RFC 6298). */
const packetMs = 1500
/** Networks lose packets: so often a surface may get no answer in service, as a share of its attempts, and always so often. */
const lost = { share: 0.01, always: 3 }
/** What somebody says who does not serve, beside a bad status. */
const no = /^(refused|reset|tls|not HTTP|certificate.*)$/
/** It is several interruptions by itself, one after the other. */
const manyAtOnce = 'blips'

export const noReadRefusedInService: Check = {
  name: 'no-read-refused-in-service',
  statement: `A fault interrupts clients at most once when it begins and once when it ends. Otherwise nothing at the VIP is refused, broken off or answered with an error, no silence is longer than ${sayMs(packetMs)}, and at most ${lost.share * 100} % of the attempts, or ${lost.always}, get no answer.`,
  // A host that stands still may look like a service that does.
  timed: true,
  applies: view => faultsOf(view).length > 0 && ['vip-tcp', 'vip-https'].some(probe => evidenceOf(view).samples.has(probe)),
  judge(view) {
    const [first] = faultsOf(view)
    if (!first) return unknown('no fault was injected, so there was nothing to serve through')
    const services = surfacesOf(view).map(surface => serviceOf(view, surface, first.began))
    const wire = services.filter(({ surface }) => !surface.probe.startsWith('vip-ping'))
    const silent = services.reduce((sum, { unanswered }) => sum + unanswered.length, 0)
    return conclude({
      broken: services.flatMap(service => broken(view, service)),
      missing: [
        ...(['vip-tcp', 'vip-https'] as const).filter(probe => !wire.some(({ surface }) => surface.probe === probe)).map(probe => finding(`there are no ${probe} samples, so nobody looked whether all are answered`)),
        ...wire.filter(({ attempts }) => attempts === 0).map(({ surface }) => finding(`${surface.name} never asked while the VIP served after the first fault`)),
        ...wire.flatMap(({ unasked }) => unasked).map(({ surface, after, before }) => finding(`${surface.name} did not ask ${fromTo(after, before)}`, after, before)),
        ...services.flatMap(({ surface }) => surface.odd),
      ],
      seen: () => finding(`none of ${services.reduce((sum, { attempts }) => sum + attempts, 0)} attempts in service was refused; ${silent === 0 ? 'all were answered' : `${silent} silences were as short as a lost packet`}`),
    })
  },
}

interface Service {
  surface: Surface
  /** how many were made since the first fault, while the VIP served */
  attempts: number
  /** the silences of that time: somebody said no; nobody answered; nobody asked */
  refused: Silence[]
  unanswered: Silence[]
  unasked: Silence[]
}

function serviceOf(view: ScenarioView, surface: Surface, since: number): Service {
  const silences = silencesOf(view).filter(silence => silence.surface === surface)
  const failed = silences.filter(silence => silence.failed)
  const away = interruptionsOf(view, surface, failed)
  // Where clients must not notice anything a lost packet is all that is excused.
  const mayRefuse = (boundOf(view, 'outageMs')?.limit ?? 0) > packetMs
  const refused = failed.filter(silence => saidNo(silence) !== undefined && !(mayRefuse && away.includes(silence)))
  return {
    surface,
    attempts: surface.readings.filter(({ t }) => t >= since && !away.some(({ after, before }) => t >= after && t <= before)).length,
    refused,
    unanswered: failed.filter(silence => !away.includes(silence) && !refused.includes(silence)),
    unasked: silences.filter(({ failed, mostMs }) => !failed && mostMs > settlesMs),
  }
}

/** The longest silence after each beginning and each end of a fault, and those around it: the service goes and comes back. */
function interruptionsOf(view: ScenarioView, surface: Surface, failed: Silence[]): Silence[] {
  const faults = faultsOf(view)
  // A heal is told when it is done: what it interrupts may be interrupted before.
  const turns = faults.flatMap(fault => [fault.began, Math.max(fault.began + 1, ended(fault) - settlesMs)])
  // By the end of its first attempt: that one may have been under way when the fault came.
  const turnOf = ({ failed }: Silence): number => Math.max(...turns.filter(turn => turn <= (surface.readings.find(({ t }) => t === failed?.first)?.end ?? 0)))
  const longest = [...Map.groupBy(failed, turnOf)].flatMap(([turn, silences]) => (turn > -Infinity ? silences.toSorted((a, b) => b.mostMs - a.mostMs).slice(0, 1) : []))
  const many = faults.filter(({ fault }) => fault === manyAtOnce).map(fault => ({ after: fault.began, before: ended(fault) }))
  return failed.filter(silence => [...longest, ...many].some(({ after, before }) => silence.before >= after - settlesMs && silence.after <= before + settlesMs))
}

/** The first attempt of a silence that was answered with a no. */
function saidNo({ surface, failed }: Silence): Surface['readings'][number] | undefined {
  return surface.readings.find(({ t, value, error }) => failed && t >= failed.first && t <= failed.last && (value ? !value.ok : no.test(error ?? '')))
}

function broken(view: ScenarioView, { surface, attempts, refused, unanswered }: Service): Finding[] {
  const [refusal] = refused
  const long = unanswered.filter(({ provenMs }) => provenMs > packetMs)
  const [silence] = long.length > 0 ? long : unanswered
  const expected = `expected ${surface.name} to be answered all the time once the VIP serves`
  return [
    ...(refusal ? [finding(`${expected}; ${times(refused.length)} it was refused, first ${fromTo(refusal.failed?.first ?? 0, refusal.before)} (${wordOf(refusal)}; ${sinceFault(view, refusal.after)})`, refusal.after, refusal.before)] : []),
    ...(silence && (long.length > 0 || unanswered.length > Math.max(lost.always, lost.share * attempts)) ? [finding(`${expected}; ${times(unanswered.length)} in ${attempts} attempts it got no answer, ${long.length > 0 ? `${times(long.length)} for longer than a lost packet takes, ` : ''}first ${fromTo(silence.failed?.first ?? 0, silence.before)} (${sinceFault(view, silence.after)})`, silence.after, silence.before)] : []),
  ]
}

function wordOf(silence: Silence): string {
  const { value, error } = saidNo(silence) ?? {}
  return value?.status === undefined ? error ?? 'not connected' : `http ${value.status}`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
