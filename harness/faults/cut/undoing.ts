// A cut is taken away, and that it is gone is proven: whoever made it, with whatever tool.
import type { FaultContext, Proof } from '../../fault.ts'
import { disarm, whetherArmed } from '../armed-undo.ts'
import { asRoot, goneWithPower, unlessOff } from '../on-node.ts'
import type { Firewall, Manner } from './firewall.ts'
import { passing } from './passing.ts'
import type { Plan } from './survey.ts'

export async function takeAway(tool: Firewall, manner: Manner, node: string, context: FaultContext): Promise<void> {
  await unlessOff(node, context, () => asRoot(node, `(${tool.end(context.lease, manner)}) || exit 1\n${disarm(context.lease)}`, context))
}

/** Neither the cut nor its timer is there, and whoever answered before answers again. */
export async function goneAndPassing(tool: Firewall, manner: Manner, { answering }: Plan, node: string, context: FaultContext): Promise<Proof> {
  const state = await unlessOff(node, context, () => asRoot(node, `(${tool.whetherThere(context.lease, manner)}) || exit 1\n${whetherArmed(context.lease)}`, context))
  if (state === 'off') return goneWithPower
  if (/^there$/m.test(state)) return { proven: false, why: `${node} still has the cut ${context.lease}` }
  if (/^armed$/m.test(state)) return { proven: false, why: `the undo on ${node} is still armed` }
  return passing('the cut and its timer are gone', answering, node, context)
}
