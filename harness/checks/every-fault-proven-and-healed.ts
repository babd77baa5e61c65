// A fault counts only when it was shown to bite, and is over only when its undoing was shown too.
import type { Check, ScenarioView } from '../check.ts'
import type { FaultPhase } from '../history.ts'
import { evidenceOf } from './reading/evidence.ts'
import { faultsOf, named, type FaultStory } from './reading/faults.ts'
import { conclude, finding } from './reading/findings.ts'
import { atTime } from './reading/say.ts'

const order: FaultPhase[] = ['requested', 'proven', 'healed', 'proven-healed']

export const everyFaultProvenAndHealed: Check = {
  name: 'every-fault-proven-and-healed',
  statement: 'Each fault was requested, proven, healed and proven healed, in that order.',
  applies: view => evidenceOf(view).faults.length > 0,
  judge(view) {
    const faults = faultsOf(view)
    return conclude({
      broken: faults.filter(fault => unhealed(view, fault)).map(fault => finding(`expected ${named(fault)} to be healed before the scenario ended; it was not: requested ${said(fault, 'requested')}, proven ${said(fault, 'proven')}`, fault.began)),
      missing: [
        ...(faults.length === 0 ? [finding('no fault was injected')] : []),
        ...faults.filter(fault => !unhealed(view, fault)).flatMap(fault => gapsOf(fault).map(why => finding(`${named(fault)}, requested ${said(fault, 'requested')}: ${why}`, fault.began))),
      ],
      seen: () => finding(`${faults.length === 1 ? 'the fault was' : `all ${faults.length} faults were`} proven and proven healed: ${faults.map(fault => `${named(fault)} (${said(fault, 'proven')}, ${said(fault, 'proven-healed')})`).join(', ')}`, ...faults.flatMap(({ phases }) => order.flatMap(phase => phases[phase] ?? []))),
    })
  },
}

/** Left in force by a scenario that came to its end. */
function unhealed(view: ScenarioView, { phases }: FaultStory): boolean {
  return view.end !== undefined && phases.healed === undefined && phases['proven-healed'] === undefined
}

function gapsOf({ phases }: FaultStory): string[] {
  const absent = order.filter(phase => phases[phase] === undefined).map(phase => `it was never ${phase.replace('-', ' ')}`)
  const present = order.flatMap(phase => (phases[phase] === undefined ? [] : [{ phase, t: phases[phase] }]))
  const disordered = present.slice(1).flatMap(({ phase, t }, index) => {
    const before = present[index] as { phase: FaultPhase; t: number }
    return t < before.t ? [`it was ${phase.replace('-', ' ')} ${atTime(t)}, before it was ${before.phase.replace('-', ' ')} ${atTime(before.t)}`] : []
  })
  return [...absent, ...disordered]
}

function said({ phases }: FaultStory, phase: FaultPhase): string {
  const t = phases[phase]
  return t === undefined ? 'never' : atTime(t)
}
