// What the harness's own host spoiled shows nothing, either way: it is taken again when the host keeps time. Nothing else ever is.
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { milliseconds, type Duration } from '../../duration.ts'
import { hostCalm } from '../../host-pace.ts'
import type { CatalogueEntry } from '../catalogue.ts'
import { ExitError } from '../exit.ts'
import { judgeRun, type RunResult } from './result.ts'

export interface Take {
  result: RunResult
  runDir: string
}

/** A run and its retakes, in their order. */
export type Takes = [Take, ...Take[]]

/** A run with its retakes: of each scenario the take that counts. */
export interface ConcludedRun extends RunResult {
  /** by scenario, the folder of that take, relative to the first's; only where something was taken again */
  takes?: Record<string, string>
}

/** Longest that a retake waits for the host; and no retake begins later than that after the first take began. */
const calmWithin: Duration = '5min'
const retakesWithin: Duration = '60min'

export interface Retaking {
  /** how often at most */
  retakes: number
  /** whether the cluster was left as a retake needs it */
  mayGoOn?(take: Take): boolean
  signal: AbortSignal
  say(text: string): void
  /** for tests */
  calm?: typeof hostCalm
}

/** Runs the scenarios, and then those that the host spoiled. One that failed, or that is unknown for any other reason, stands as it is. A retake that cannot be made leaves what there is. */
export async function withRetakes(scenarios: CatalogueEntry[], run: (scenarios: CatalogueEntry[], earlier?: Takes) => Promise<Take>, { retakes, mayGoOn = () => true, signal, say, calm = hostCalm }: Retaking): Promise<Takes> {
  const began = performance.now()
  const takes: Takes = [await run(scenarios)]
  for (;;) {
    const last = takes.at(-1)
    const spoiled = last?.result.scenarios.filter(result => result.spoiled !== undefined) ?? []
    if (!last || spoiled.length === 0 || takes.length > retakes) return takes
    say(`the host spoiled what follows; it shows nothing:\n${spoiled.map(({ id, spoiled = '' }) => `  ${id}: ${spoiled}`).join('\n')}`)
    const why = whyNot(last) ?? (await lateHost())
    if (why !== undefined) {
      say(`not taken again: ${why}`)
      return takes
    }
    // What ends a run ends every one.
    const again = scenarios.filter(({ id, onlyWith }) => onlyWith !== undefined || spoiled.some(result => result.id === id))
    say(`retake ${takes.length} of ${retakes} at most`)
    try {
      takes.push(await run(again, takes))
    } catch (error) {
      if (!signal.aborted && !(error instanceof ExitError)) throw error
      say(`the retake could not be made: ${error instanceof Error ? error.message : String(error)}`)
      return takes
    }
  }

  function whyNot(last: Take): string | undefined {
    if (last.result.scenarios.some(({ verdict }) => verdict === 'unhealed')) return 'not everything is healed'
    if (!mayGoOn(last)) return 'the cluster was not left as it was'
    return performance.now() - began > milliseconds(retakesWithin) ? `the first take began more than ${retakesWithin} ago` : undefined
  }

  async function lateHost(): Promise<string | undefined> {
    say(`waiting until the host keeps time, ${calmWithin} at most`)
    try {
      return (await calm({ within: calmWithin, signal })) ? undefined : `the host did not keep time within ${calmWithin}`
    } catch (error) {
      if (signal.aborted) return 'interrupted'
      throw error
    }
  }
}

/** How it all ended. A scenario's last take counts, unless that could not even be begun. */
export function conclude(takes: Takes, askedByName: boolean): ConcludedRun {
  const [first, ...others] = takes
  if (others.length === 0) return first.result
  const counting = new Map<string, Take>()
  for (const take of takes) for (const { id, verdict } of take.result.scenarios) if (take === first || verdict !== 'unfit') counting.set(id, take)
  const scenarios = first.result.scenarios.flatMap(({ id }) => counting.get(id)?.result.scenarios.find(result => result.id === id) ?? [])
  return {
    ...first.result,
    ...judgeRun(scenarios, askedByName),
    endedAt: takes.at(-1)?.result.endedAt ?? first.result.endedAt,
    scenarios,
    outages: counted(({ outages }) => outages),
    sightings: counted(({ sightings }) => sightings),
    convergences: counted(({ convergences }) => convergences),
    accounts: sumOf(takes.map(({ result }) => result.accounts)),
    takes: Object.fromEntries([...counting].map(([id, { runDir }]) => [id, relative(first.runDir, runDir) || '.'])),
  }

  /** What was measured in the takes that count. */
  function counted<T extends { scenario?: string }>(of: (result: RunResult) => T[]): T[] {
    return takes.flatMap(take => of(take.result).filter(({ scenario }) => scenario !== undefined && counting.get(scenario) === take))
  }
}

/** Where a retake goes: into the first take's folder, so that whoever keeps or counts runs sees one. */
export function retakeFolder([first, ...others]: Takes): string {
  return join(first.runDir, 'retakes', String(others.length + 1))
}

/** Kept beside the first take's own run.json, for reports over several runs and for coverage. */
export function writeConclusion([first, ...others]: Takes, concluded: ConcludedRun): void {
  if (others.length > 0) writeFileSync(join(first.runDir, 'conclusion.json'), `${JSON.stringify(concluded, null, 2)}\n`)
}

function sumOf(all: RunResult['accounts'][]): RunResult['accounts'] {
  const lost = all.map(accounts => accounts.lost)
  return {
    acknowledged: all.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    refused: all.reduce((sum, { refused }) => sum + refused, 0),
    unknown: all.reduce((sum, { unknown }) => sum + unknown, 0),
    lost: lost.includes(null) ? null : lost.flatMap(names => names ?? []),
  }
}
