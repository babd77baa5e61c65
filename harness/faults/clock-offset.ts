// A service's wall clock is wrong, ahead or behind, while time goes on for it at its usual pace: whoever counts time by the time of day miscounts.
import { AccessError } from '../access.ts'
import { nameOf, type NodeLike } from '../cluster.ts'
import { milliseconds, type Duration } from '../duration.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultContext, FaultKind } from '../fault.ts'
import type { ServiceClock } from '../target.ts'
import { arm, disarm, disarmByHand, onlyIfArmed, whetherArmed } from './armed-undo.ts'
import { asRoot, goneWithPower, proofOf, unlessOff } from './on-node.ts'

/** A clock may be told only now and then that it is off; and a server that is overloaded takes its time to answer. */
const seenWithin = '10s'
/** How far the service's word may be from what it should be, in s: it may tell whole seconds, and a moment passes between its word and our look. */
const toleranceS = 5

interface ClockOffset {
  service: string
  /** of its clock against the node's, in s; negative: behind */
  offsetS: number
}

/** `clockOffset(node, 'ssm-web', { ahead: '10min' })`; the service is one of those whose clocks the target can set. */
export function clockOffset(node: NodeLike, service: string, by: { ahead: Duration } | { behind: Duration }): Fault<ClockOffset> {
  const offsetS = 'ahead' in by ? milliseconds(by.ahead) / 1000 : -milliseconds(by.behind) / 1000
  return { kind: 'clock-offset', node: nameOf(node), parameters: { service, offsetS }, title: `the clock of ${service} on ${nameOf(node)} is ${'ahead' in by ? `${by.ahead} ahead` : `${by.behind} behind`}` }
}

export const clockOffsetKind: FaultKind<ClockOffset> = {
  name: 'clock-offset',
  what: 'The wall clock of one service on a node is set off by minutes, ahead or behind, without a restart, and set right when healed; its monotonic clock is right all the time. What the service itself says of the time proves it. The clocks of the kernel, of the database and of everything else on the node stay right.',
  needs: ['root-shell', 'clocks'],

  async prepare(parameters, node, context) {
    if (Math.abs(parameters.offsetS) <= 2 * toleranceS) throw new Error(`an offset of ${parameters.offsetS} s is too small to be proven`)
    const before = await offsetOf(parameters, node, context)
    if (before.offsetS === undefined || Math.abs(before.offsetS) > toleranceS) throw new Error(`it has to be right before, but ${before.said}`)
    return parameters
  },

  async inject(parameters, node, context) {
    const { set, unset } = clockOf(parameters, context)
    const { lease, deadlineMs } = context
    await asRoot(node, arm({ lease, undo: unset, afterMs: deadlineMs }), context)
    context.armed(`the node sets the clock of ${parameters.service} right by itself after ${deadlineMs} ms`)
    await asRoot(node, `${onlyIfArmed(lease)}\nexport HAYWIRE_OFFSET_S=${signed(parameters.offsetS)}\n${set}`, context)
  },

  prove: (parameters, node, context) => proofOf(becomes(parameters.offsetS, parameters, node, context)),

  async inForce(parameters, node, context) {
    const seen = await unlessOff(node, context, () => offsetOf(parameters, node, context))
    if (seen === 'off') return { proven: true, evidence: `${node} has no power, and its services no clock` }
    // A service that was stopped, or has been started elsewhere, says nothing: what was set is then still there for its next start.
    return seen.offsetS === undefined || isAbout(seen.offsetS, parameters.offsetS) ? { proven: true, evidence: seen.said } : { proven: false, why: seen.said }
  },

  async heal(parameters, node, context) {
    await unlessOff(node, context, () => asRoot(node, `(${clockOf(parameters, context).unset}) || exit 1\n${disarm(context.lease)}`, context))
  },

  async proveHealed(parameters, node, context) {
    const armed = await unlessOff(node, context, () => asRoot(node, whetherArmed(context.lease), context))
    if (armed === 'off') return goneWithPower
    if (armed.trim() !== '') return { proven: false, why: `the undo on ${node} is still armed` }
    return proofOf(becomes(0, parameters, node, context))
  },

  undo: (_parameters, node, lease) => `as root on ${node}: sh /run/haywire-${lease}.undo; ${disarmByHand(lease)}`,
}

/** Waits until the service says so itself. One that does not run has no clock: that is enough to be right, and not to be wrong. */
function becomes(wantedS: number, parameters: ClockOffset, node: string, context: FaultContext): Promise<{ observed: string }> {
  return eventually(`the clock of ${parameters.service} on ${node} is ${wantedS === 0 ? 'right' : `off by ${signed(wantedS)} s`}`, async () => {
    const { offsetS, said } = await offsetOf(parameters, node, context)
    return { value: offsetS, satisfied: offsetS === undefined ? wantedS === 0 : isAbout(offsetS, wantedS), observed: said }
  }, { within: seenWithin, every: '100ms', signal: context.signal })
}

/** The service's own word against the node's time of day; undefined where the service says none. */
async function offsetOf(parameters: ClockOffset, node: string, context: FaultContext): Promise<{ offsetS: number | undefined; said: string }> {
  const { service } = parameters
  const { show } = clockOf(parameters, context)
  const [said = '', right = ''] = (await asRoot(node, `said=$(${show}); echo "\${said:--}"; date +%s.%N`, context)).split('\n')
  if (said === '-') return { offsetS: undefined, said: `${service} on ${node} says no time: it does not run` }
  const offsetS = Number(said) - Number(right)
  if (!Number.isFinite(offsetS)) throw new Error(`${service} on ${node} was to say seconds since 1970, but said ${JSON.stringify(said)}`)
  return { offsetS, said: `by its own word the clock of ${service} on ${node} is off by ${signed(Math.round(offsetS * 10) / 10)} s` }
}

function isAbout(offsetS: number, wantedS: number): boolean {
  return Math.abs(offsetS - wantedS) <= toleranceS
}

function signed(offsetS: number): string {
  return `${offsetS < 0 ? '' : '+'}${offsetS}`
}

function clockOf({ service }: ClockOffset, { access: { target } }: Pick<FaultContext, 'access'>): ServiceClock {
  const clock = target.clocks?.[service]
  if (!clock) throw new AccessError('missing', `the target ${target.name} has no way to set the clock of ${service}; it has some for: ${Object.keys(target.clocks ?? {}).join(', ') || 'no service'}`)
  return clock
}
