// What heals a run, from its folder alone: for its guardian, and for `haywire heal`.
import type { Access } from '../../access.ts'
import { faultKinds } from '../../faults/index.ts'
import type { RunHealing } from '../../heal.ts'
import { HistoryWriter } from '../../history.ts'
import { Journal, type Healer } from '../../journal.ts'
import { clockOf, type RunContext } from '../../run-context.ts'

export function healingOf(context: RunContext, access: Access, by: Healer): RunHealing {
  return {
    journal: new Journal(context.journalPath),
    history: new HistoryWriter(context.historyPath, clockOf(context)),
    kinds: faultKinds,
    access,
    by,
    // Loaded when there is something to remove: a guardian stays small.
    async accounts() {
      const { systems } = await import('../systems.ts')
      const system = systems[context.target.system]
      if (!system) throw new Error(`this version of Haywire knows no system ${context.target.system}`)
      return system.accounts(context.target)
    },
  }
}
