// What the harness's own host spoiled shows nothing, either way: it is taken again when the host keeps time. Nothing else ever is.
import type { Duration } from '../../duration.ts'
import { hostCalm } from '../../host-pace.ts'
import type { CatalogueEntry } from '../catalogue.ts'
import { judgeRun, type RunResult, type ScenarioResult } from './result.ts'

export interface Take {
  result: RunResult
  runDir: string
}

/** Longest that a retake waits for the host. */
const calmWithin: Duration = '5min'

export interface Retaking {
  /** how often at most */
  retakes: number
  signal: AbortSignal
  say(text: string): void
  /** for tests */
  calm?: typeof hostCalm
}

/** Runs the scenarios, and then those that the host spoiled. One that failed, or that is unknown for any other reason, stands as it is. */
export async function withRetakes<T extends Take>(scenarios: CatalogueEntry[], run: (scenarios: CatalogueEntry[], take: number) => Promise<T>, { retakes, signal, say, calm = hostCalm }: Retaking): Promise<T[]> {
  const takes = [await run(scenarios, 1)]
  for (;;) {
    const spoiled = takes.at(-1)?.result.scenarios.filter(result => result.spoiled !== undefined) ?? []
    if (spoiled.length === 0 || takes.length > retakes || signal.aborted) return takes
    say(`the host spoiled ${spoiled.map(({ id, spoiled }) => `${id} (${spoiled ?? ''})`).join(', ')}: waiting until it keeps time, for ${calmWithin} at most; then retake ${takes.length} of ${retakes}`)
    const waited = performance.now()
    const kept = await calm({ within: calmWithin, signal }).catch((error: unknown) => {
      if (signal.aborted) return false
      throw error
    })
    if (!kept) {
      say(signal.aborted ? 'interrupted: not taken again' : 'the host does not keep time: not taken again')
      return takes
    }
    say(`the host keeps time again, after ${Math.round((performance.now() - waited) / 1000)} s`)
    // What ends a run ends every one.
    const again = scenarios.filter(({ id, onlyWith }) => onlyWith !== undefined || spoiled.some(result => result.id === id))
    takes.push(await run(again, takes.length + 1))
  }
}

/** How it all ended: of each scenario the last take counts. */
export function conclusion(takes: Take[], askedByName: boolean): ReturnType<typeof judgeRun> & { scenarios: ScenarioResult[] } {
  const last = new Map(takes.flatMap(({ result }) => result.scenarios).map(result => [result.id, result]))
  const scenarios = [...last.values()]
  return { ...judgeRun(scenarios, askedByName), scenarios }
}
