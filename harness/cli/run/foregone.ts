// A planted defect that its own check has seen needs no more of the scenario: what is red by a part of the history stays red by the whole of it.
import { setTimeout as sleep } from 'node:timers/promises'
import { scenariosOf, type ScenarioView } from '../../check.ts'
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
    // What is seen while a fault takes hold cannot be told from what it did; and a fault that is broken off is never proven.
    const red = view && !view.events.some(event => event.type === 'fault' && takesHold(view, event.id)) && judgeScenario(view, checks).find(({ verdict }) => verdict === 'fail')
    if (red) throw new Foregone(`${red.check} has failed already, and nothing else was asked`)
  }
}

function takesHold({ events }: ScenarioView, id: string): boolean {
  const phases = events.flatMap(event => (event.type === 'fault' && event.id === id ? event.phase : []))
  return phases.every(phase => phase === 'requested')
}
