// `haywire detect`: proof that a broken cluster turns red, by the right check, and a clean one stays green in the same scenarios.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import type { LiveStream } from '../../reports/live.ts'
import { checks } from '../checks/index.ts'
import { milliseconds } from '../duration.ts'
import { inLanes, type Job } from '../lanes.ts'
import { chooseScenarios, type CatalogueEntry } from './catalogue.ts'
import { checkDefects, plantedDefects, readDefect, type Defect } from './defect.ts'
import { ExitError, exitCodes } from './exit.ts'
import { collect, requireChecks, wholeNumber, wholeNumberOrNone } from './options.ts'
import { runsDir } from './project.ts'
import { listenForInterrupts } from './run/interrupts.ts'
import { runOnTwin } from './run/on-twin.ts'
import type { RunResult, ScenarioResult, ScenarioVerdict } from './run/result.ts'
import { conclude, retakeFolder, withRetakes, type Takes } from './run/retakes.ts'
import { twinOf } from './twins.ts'

export interface Catch {
  scenario: string
  check: string
  message: string
  /** the run's folder */
  run: string
}

export interface DefectResult {
  defect: string
  what: string
  /** `caught otherwise`: turned red, but by none of the checks that it is said to break */
  verdict: 'caught' | 'caught otherwise' | 'missed' | 'inconclusive'
  why: string
  caughtBy: Catch[]
  /** every scenario it was run against, and how that ended */
  scenarios: { id: string; verdict: ScenarioVerdict; run: string }[]
}

export interface Detection {
  system: string
  without: string[]
  /** defects that come with the twin and were not asked for: nothing is said of them */
  leftOut: string[]
  clean: { verdict: RunResult['verdict']; run: string; scenarios: { id: string; verdict: ScenarioVerdict }[] } | null
  defects: DefectResult[]
}

interface Options {
  system: string
  defect: string[]
  all?: boolean
  full?: boolean
  without: string[]
  retake: number
  lanes: number
  skipClean?: boolean
  out?: string
  json?: boolean
}

export function detectCommand(): Command {
  return new Command('detect')
    .description('run the scenarios against planted defects: each must turn red by the right check, a clean twin must stay green in the same scenarios')
    .option('--system <name>', 'the system', 'ssm')
    .option('--defect <dir>', 'a planted defect, from anywhere (repeatable; default: of those that come with the twin, one or more for each check of five failovers)', collect, [])
    .option('--all', 'every defect that comes with the twin, and every scenario on the clean one: also the long ones')
    .option('--full', 'every defect against every scenario, each to its end; run again with the same --out, it goes on where it stopped')
    .option('--without <check>', 'take this check out: the defect that it catches is then missed (repeatable)', collect, [])
    .option('--retake <n>', 'take what the host spoiled again, when it keeps time: at most that often', wholeNumberOrNone, 0)
    .option('--lanes <n>', 'so many twins beside each other, for each defect one of its own: they mostly wait', wholeNumber, Math.min(availableParallelism(), 2))
    .option('--skip-clean', 'do not run the same scenarios on a clean twin')
    .option('--out <dir>', 'folder for the runs and detect.json')
    .option('--json', 'machine-readable, on stdout')
    .action(async (options: Options) => {
      const detection = await detect(options)
      if (options.json) process.stdout.write(`${JSON.stringify(detection, null, 2)}\n`)
      else process.stdout.write(describe(detection))
      process.exitCode = exitCodeOf(detection)
    })
}

async function detect(options: Options): Promise<Detection> {
  const twin = twinOf(options.system)
  requireChecks(options.without)
  const short = !options.all && !options.full && options.defect.length === 0
  const defects = options.defect.length > 0 ? options.defect.map(readDefect) : plantedDefects(options.system).filter(({ long }) => !short || !long)
  checkDefects(defects, options.system, twin.nodes)
  const scenarios = (await chooseScenarios([], options.system)).filter(({ long }) => !short || !long)
  const out = options.out ?? join(runsDir(), `detect-${options.system}${options.without.map(name => `-without-${name}`).join('')}`)
  mkdirSync(out, { recursive: true })
  const leftOut = plantedDefects(options.system).map(({ name }) => name).filter(name => !defects.some(defect => defect.name === name))
  const book = new Book(join(out, 'detect.json'), options, leftOut)
  const interrupts = listenForInterrupts()
  const lanes = Math.min(options.lanes, defects.filter(defect => !book.has(defect)).length + (options.skipClean || book.detection.clean ? 0 : 1))
  const removing: Promise<void>[] = []
  // Where no pair is kept yet, a clean first twin leaves one, from which all others start.
  const stands = Promise.withResolvers<void>()
  const runsIn = (lane: number): RunOn => (defects, scenarios, name) => {
    const stream = lanes > 1 ? labelled(name) : process.stderr
    const say = (text: string): void => void stream.write(`${text}\n`)
    return withRetakes(scenarios, async (chosen, earlier) => {
      const until = options.full ? [] : defects.flatMap(({ breaks }) => breaks ?? Object.keys(checks))
      const { result, runDir, removed } = await runOnTwin({ system: options.system, scenarios: chosen, defects, without: options.without, until, out: earlier ? retakeFolder(earlier) : join(out, `${name}-${stamp()}`), interrupts, say, stands: stands.resolve, stream })
      // One that is being removed may stand beside its lane's next one, not more.
      await removing[lane]
      removing[lane] = removed
      return { result, runDir }
    }, { retakes: options.retake, signal: interrupts.interrupted, say })
  }

  // The long ones first: no lane works alone on one in the end.
  const longestMs = (defect: Defect): number => Math.max(...likely(defect, scenarios).map(({ limit }) => milliseconds(limit)))
  const jobs: Job[] = defects.filter(defect => !book.has(defect)).toSorted((a, b) => longestMs(b) - longestMs(a)).map(defect => async lane => book.add(await tryDefect(defect, options.full ? scenarios : likely(defect, scenarios), options, runsIn(lane), interrupts.interrupted)))
  if (!options.skipClean && !book.detection.clean) {
    const chosen = scenarios.filter(scenario => options.full || defects.some(defect => likely(defect, scenarios).includes(scenario)))
    jobs.unshift(async lane => {
      const takes = await runsIn(lane)([], chosen, 'clean')
      const { verdict, scenarios: ended } = conclude(takes, true)
      book.write({ clean: { verdict, run: takes[0].runDir, scenarios: ended.map(({ id, verdict }) => ({ id, verdict })) } })
    })
  }
  let removals: PromiseSettledResult<void>[] = []
  try {
    await inLanes(jobs, { lanes, others: stands.promise, signal: interrupts.interrupted })
  } catch (error) {
    // What it breaks off then is no failure.
    if (!interrupts.interrupted.aborted) throw error
  } finally {
    removals = await Promise.allSettled(removing)
    interrupts.stop()
  }
  const failed = removals.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  if (interrupts.interrupted.aborted) throw new ExitError(exitCodes.interrupted, `interrupted; what was found so far is in ${join(out, 'detect.json')}`)
  return book.detection
}

/** Says of every line to which of the runs beside each other it belongs. */
function labelled(name: string): LiveStream {
  return { write: text => process.stderr.write(text.replaceAll(/^(?=.)/gm, `${name}  `)) }
}

/** The scenarios that it names; else those whose promises it breaks; unnamed, or naming a check that no scenario promises, all of them. The short ones first. */
function likely({ scenarios: named, breaks }: Defect, scenarios: CatalogueEntry[]): CatalogueEntry[] {
  const provoking = scenarios.filter(scenario => named?.includes(scenario.id))
  const broken = scenarios.filter(scenario => breaks?.some(check => scenario.promises.includes(check)))
  const chosen = provoking.length > 0 ? provoking : broken.length > 0 ? broken : scenarios
  return chosen.toSorted((a, b) => milliseconds(a.limit) - milliseconds(b.limit))
}

type RunOn = (defects: Defect[], scenarios: CatalogueEntry[], name: string) => Promise<Takes>

async function tryDefect(defect: Defect, scenarios: CatalogueEntry[], { full }: Options, runOn: RunOn, signal: AbortSignal): Promise<DefectResult> {
  const tried: DefectResult = { defect: defect.name, what: defect.what, verdict: 'missed', why: '', caughtBy: [], scenarios: [] }
  const doubts: string[] = []
  const rightly = (catches: Catch[]): boolean => catches.some(({ check }) => defect.breaks?.includes(check) ?? true)
  for (const scenario of scenarios) {
    if (signal.aborted) {
      doubts.push(`interrupted before ${scenario.id}`)
      break
    }
    const { ended, runDir } = await endedOn(() => runOn([defect], [scenario], `${defect.name}-${scenario.id.replace('/', '-')}`), scenario)
    tried.scenarios.push({ id: scenario.id, verdict: ended.verdict, run: runDir })
    // A fault that cannot be healed is a failure too, where a check says so.
    const caught = ['fail', 'unhealed'].includes(ended.verdict) ? ended.failures.filter(({ verdict }) => verdict === 'fail').map(({ check, why }) => ({ scenario: scenario.id, check, message: why, run: runDir })) : []
    tried.caughtBy.push(...caught)
    if (caught.length === 0 && ended.verdict !== 'pass') doubts.push(`${scenario.id} was ${ended.verdict}: ${ended.why}`)
    if (rightly(caught) && !full) break
  }
  tried.caughtBy.sort((a, b) => Number(defect.breaks?.includes(b.check) ?? 0) - Number(defect.breaks?.includes(a.check) ?? 0))
  tried.verdict = tried.caughtBy.length > 0 ? (rightly(tried.caughtBy) ? 'caught' : 'caught otherwise') : doubts.length > 0 ? 'inconclusive' : 'missed'
  tried.why = doubts.join('; ')
  return tried
}

/** A twin that did not form, or a defect that could not be applied, says nothing about the checks. */
async function endedOn(run: () => ReturnType<RunOn>, scenario: CatalogueEntry): Promise<{ ended: ScenarioResult; runDir: string }> {
  try {
    const takes = await run()
    const { scenarios: [ended], takes: folders } = conclude(takes, true)
    if (ended) return { ended, runDir: join(takes[0].runDir, folders?.[ended.id] ?? '.') }
    throw new ExitError(exitCodes.inconclusive, 'the run ended without a word about it')
  } catch (error) {
    if (!(error instanceof ExitError) || error.code === exitCodes.usage) throw error
    return { ended: { id: scenario.id, title: scenario.title, covers: scenario.covers, verdict: 'unfit', why: error.message, failures: [], clusterInDoubt: true }, runDir: '' }
  }
}

/** What has been found so far, on disk after every run, so that a run that was stopped can go on. */
class Book {
  readonly detection: Detection
  readonly #path: string

  constructor(path: string, { system, without, full }: Options, leftOut: string[]) {
    this.#path = path
    const earlier = full && existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Detection) : undefined
    this.detection = earlier ?? { system, without, leftOut, clean: null, defects: [] }
  }

  has(defect: Defect): boolean {
    return this.detection.defects.some(result => result.defect === defect.name && result.verdict !== 'inconclusive')
  }

  add(result: DefectResult): void {
    this.detection.defects = [...this.detection.defects.filter(({ defect }) => defect !== result.defect), result]
    this.write({})
  }

  write(part: Partial<Detection>): void {
    Object.assign(this.detection, part)
    writeFileSync(this.#path, `${JSON.stringify(this.detection, null, 2)}\n`)
  }
}

function exitCodeOf({ clean, defects }: Detection): number {
  const inconclusive = (clean !== null && !['pass', 'fail'].includes(clean.verdict)) || defects.some(({ verdict }) => verdict === 'inconclusive')
  if (clean?.verdict === 'fail' || defects.some(({ verdict }) => verdict === 'missed' || verdict === 'caught otherwise')) return exitCodes.failed
  return inconclusive ? exitCodes.inconclusive : exitCodes.pass
}

function describe({ clean, defects, leftOut }: Detection): string {
  const lines = clean ? [`clean twin: ${clean.verdict}`, ...clean.scenarios.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict }) => `  ${id}: ${verdict} (${clean.run})`)] : []
  for (const { defect, verdict, caughtBy, why, what } of defects) {
    lines.push(`${verdict.padEnd(16)} ${defect}: ${what}`)
    for (const { check, scenario, run } of caughtBy) lines.push(`                 by ${check} in ${scenario} (${run})`)
    if (why) lines.push(`                 ${why}`)
  }
  if (leftOut.length > 0) lines.push(`left out: ${leftOut.length} of ${leftOut.length + defects.length} defects, of which nothing is said; --all plants them too`)
  return `${lines.join('\n')}\n`
}

function stamp(): string {
  return new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
}
