// A planted defect that its own check has seen needs no more of the scenario: what is red by a part of the history stays red by the whole of it.
import { setTimeout as sleep } from 'node:timers/promises'
import { scenariosOf } from '../../check.ts'
import { judgeScenario } from '../../checks/index.ts'
import { milliseconds, type Duration } from '../../duration.ts'
import { readHistory } from '../../history.ts'

/** Judging takes some 0.1 s of a processor. */
const judgedEvery: Duration = '2s'

export class Foregone extends Error {
  override name = 'Foregone'
}

/** Rejects with Foregone as soon as one of these checks fails by what has been seen; rejects with the signal's reason when that comes first. */
export async function foregone({ historyPath, scenario, checks, every = judgedEvery, signal }: { historyPath: string; scenario: string; checks: readonly string[]; every?: Duration; signal: AbortSignal }): Promise<never> {
  for (;;) {
    await sleep(milliseconds(every), undefined, { signal })
    const view = scenariosOf(readHistory(historyPath)).findLast(view => view.scenario === scenario)
    const red = view && judgeScenario(view, checks).find(({ verdict }) => verdict === 'fail')
    if (red) throw new Foregone(`${red.check} has failed already, and nothing else was asked`)
  }
}
