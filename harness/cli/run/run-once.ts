// One run: its folder, its lock, its guardian, its probes, its scenarios, its reports; and nothing left behind, however it ends.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeReports } from '../../../reports/index.ts'
import { accountsOf } from '../../../reports/model.ts'
import { followLive, type LiveStream } from '../../../reports/live.ts'
import { openAccess } from '../../access/index.ts'
import { secretsOf } from '../../access/secrets.ts'
import { scenariosOf, type ScenarioView } from '../../check.ts'
import { convergences, outages, sightings } from '../../checks/index.ts'
import { startClock } from '../../clock.ts'
import { faultKinds } from '../../faults/index.ts'
import { startGuardian, type Guardian } from '../../guardian.ts'
import { messageOf } from '../../heal.ts'
import { HistoryWriter, readHistory } from '../../history.ts'
import { Journal, openLeases, type JournalLease } from '../../journal.ts'
import { startProbes, type ProbeProcess } from '../../probes/start.ts'
import { writeRunContext, type RunContext } from '../../run-context.ts'
import type { Target } from '../../target.ts'
import type { CatalogueEntry } from '../catalogue.ts'
import type { Defect } from '../defect.ts'
import { ExitError, exitCodes, gravest } from '../exit.ts'
import { projectRoot } from '../project.ts'
import { glossary } from './glossary.ts'
import { holdCluster } from './lock.ts'
import type { FromRunner, ToRunner } from './runner.ts'
import { judgeRun, unfinished, type RunResult, type ScenarioResult } from './result.ts'
import { versions } from './versions.ts'

export interface RunOptions {
  target: Target
  scenarios: CatalogueEntry[]
  /** scenarios of the system that were not asked for, for the report */
  leftOut?: { id: string; why: string }[]
  askedByName: boolean
  defects: Defect[]
  without: string[]
  /** checks whose first failure ends a scenario (default: none) */
  until?: string[]
  seed: number
  runDir: string
  /** the command that runs it again */
  again: string
  /** whether Allure's own HTML report is generated; its results are written in any case */
  allureReport?: boolean
  /** where the live view goes (default: stderr) */
  stream?: LiveStream
  /** aborted by the first Ctrl-C: heal and stop */
  interrupted: AbortSignal
  /** aborted by the second: stop healing */
  abandoned: AbortSignal
}

export async function runOnce(options: RunOptions): Promise<{ result: RunResult; messages: string[] }> {
  const { target, scenarios, leftOut = [], defects, without, until = [], seed, runDir, allureReport = true, stream = process.stderr, interrupted, abandoned } = options
  const clock = startClock()
  const context: RunContext = {
    run: runDir.split('/').at(-1) ?? runDir,
    runDir,
    historyPath: join(runDir, 'history.jsonl'),
    evidenceDir: join(runDir, 'evidence'),
    journalPath: join(runDir, 'journal.jsonl'),
    startNs: String(clock.startNs),
    startUtc: clock.startUtc,
    target,
    seed,
    scenarios: scenarios.map(({ id }) => id),
    without,
    until,
    defects: defects.map(({ name }) => name),
  }
  const contextPath = join(runDir, 'context.json')
  const history = new HistoryWriter(context.historyPath, clock)
  const nodes = target.nodes.map(({ name, addresses }) => ({ name, addresses }))
  beginFolder(() => {
    writeRunContext(contextPath, context)
    history.append({ type: 'run', run: context.run, target: { name: target.name, system: target.system, twin: target.twin, vip: target.vip, client: target.client !== undefined, nodes }, bounds: target.bounds, seed, clock: { monotonicNs: context.startNs, utc: clock.startUtc } })
  })

  const access = openAccess(target)
  await using _access = { [Symbol.asyncDispose]: () => access.close() }
  await using _lock = await holdCluster(context, access)
  const journal = new Journal(context.journalPath)
  const runner = startRunner(contextPath, runDir)
  const { guardian, probes } = await startWatchers(contextPath, journal).catch((error: unknown) => {
    runner.process.kill('SIGKILL')
    throw error
  })
  const live = followLive(context.historyPath, { stream })
  let answer: FromRunner
  try {
    answer = await runScenarios(runner, { interrupted, abandoned })
  } finally {
    // It would heal what the user has just asked to leave.
    if (abandoned.aborted) process.kill(guardian.pid, 'SIGKILL')
    await probes.stop()
    await live.stop()
  }
  if (abandoned.aborted) {
    throw new ExitError(exitCodes.unhealed, `interrupted twice: healing was stopped.\n${stillOpen(journal).join('\n')}\nTo undo all of it: haywire heal`)
  }
  const { lost } = await guardian.end()

  const { crash } = await probes.ended
  // What went wrong outside of any scenario may have kept one from seeing something.
  const blind = crash ?? (answer.errors.length > 0 ? answer.errors.join('\n') : undefined)
  const open = stillOpen(journal)
  const results = scenarios.map(scenario => seenWhole(answer.results.find(({ id }) => id === scenario.id) ?? unfinished(scenario, answer.errors.join('\n') || 'the runner ended without a word about it'), { blind, open }))
  const views = scenariosOf(readHistory(context.historyPath))
  const result: RunResult = {
    ...judgeRun(results, options.askedByName),
    run: context.run,
    target: target.name,
    seed,
    startedAt: clock.startUtc,
    endedAt: new Date().toISOString(),
    versions: versions(),
    scenarios: results,
    outages: views.flatMap(view => outages(view).map(outage => ({ ...inScenario(view), ...outage, boundMs: view.bounds.outageMs }))),
    sightings: views.flatMap(view => sightings(view).map(sighting => ({ ...inScenario(view), ...sighting }))),
    convergences: views.flatMap(view => convergences(view).map(convergence => ({ ...inScenario(view), ...convergence }))),
    accounts: accountsOf(views.map(view => view.events)),
    planted: defects.map(({ name, what }) => ({ name, what })),
    without,
    leftOut,
    again: options.again,
  }
  const { allure, redacted } = await writeFile(join(runDir, 'run.json'), `${JSON.stringify(result, null, 2)}\n`)
    .then(() => writeReports(runDir, { secrets: secretsOf(target), glossary: glossary(), allureReport }))
    .catch((cause: unknown) => {
      throw new ExitError(gravest([result.exitCode, exitCodes.inconclusive]), `the run ended (${result.verdict}), but its folder cannot be written, so it proves nothing: ${messageOf(cause)}\n${results.map(({ id, verdict, why }) => `  ${id}: ${verdict}${why === '' ? '' : `: ${why.split('\n')[0]}`}`).join('\n')}\nMake room (or name another folder with --out) and run it again.`, { cause })
    })
  return { result, messages: [...(lost ? [lost] : []), ...redacted.map(file => `a secret was removed from ${file}`), ...(allure.generated ? [] : [allure.message])] }
}

function inScenario({ scenario }: ScenarioView): { scenario?: string } {
  return scenario === undefined ? {} : { scenario }
}

function beginFolder(write: () => void): void {
  try {
    write()
  } catch (cause) {
    throw new ExitError(exitCodes.unfit, `the run's folder cannot be written, so nothing was begun: ${messageOf(cause)}. Make room, or name another folder with --out.`, { cause })
  }
}

/** What nobody has undone, with the way to do it by hand. */
function stillOpen(journal: Journal): string[] {
  const state = journal.read()
  return [...openLeases(state).map(inForce), ...state.accounts.map(prefix => `  accounts of the workload are left\n    by hand: delete the accounts whose names begin with ${prefix}`)]
}

function inForce({ id, fault }: JournalLease): string {
  return `  still in force on ${fault.node}: ${fault.title}\n    by hand: ${faultKinds[fault.kind]?.undo(fault.parameters, fault.node, id) ?? 'unknown to this version'}`
}

/** Without its probes nobody has watched: what passed has not been seen to. What is left in force is no fault of the host's, and neither is that. */
function seenWhole({ spoiled, ...result }: ScenarioResult, { blind, open }: { blind: string | undefined; open: string[] }): ScenarioResult {
  if (open.length > 0 && result.verdict !== 'unhealed') return { ...result, verdict: 'unhealed', why: open.join('\n'), clusterInDoubt: true }
  if (blind !== undefined) return result.verdict === 'pass' ? { ...result, verdict: 'inconclusive', why: blind, clusterInDoubt: true } : result
  return spoiled === undefined ? result : { ...result, spoiled }
}

interface Runner {
  process: ChildProcess
  ended: Promise<FromRunner>
}

/** It loads its code at once, and begins when it is told to: the guardian and the probes stand first. */
function startRunner(contextPath: string, runDir: string): Runner {
  const logPath = join(runDir, 'evidence', 'runner.log')
  const log = openSync(logPath, 'a')
  // A process group of its own: Ctrl-C on the terminal reaches this command only, which then asks the runner to heal and stop.
  const runner = spawn(process.execPath, [join(import.meta.dirname, 'runner.ts'), contextPath], { cwd: projectRoot, detached: true, stdio: ['ignore', log, log, 'ipc'] })
  closeSync(log)
  let answer: FromRunner | undefined
  runner.once('message', message => {
    answer = message as FromRunner
  })
  const ended = once(runner, 'exit').then(([code, killedBy]) => answer ?? { results: [], errors: [`the runner ended with ${(killedBy as string | null) ?? `exit code ${String(code)}`}; its log: ${logPath}`] })
  return { process: runner, ended }
}

/** Both or none. */
async function startWatchers(contextPath: string, journal: Journal): Promise<{ guardian: Guardian; probes: ProbeProcess }> {
  const starting = [startGuardian(contextPath), startProbes({ contextPath, journal })] as const
  try {
    const [guardian, probes] = await Promise.all(starting)
    return { guardian, probes }
  } catch (error) {
    const [guardian, probes] = await Promise.allSettled(starting)
    if (guardian.status === 'fulfilled') await guardian.value.end()
    if (probes.status === 'fulfilled') await probes.value.stop()
    throw error
  }
}

async function runScenarios({ process: runner, ended }: Runner, { interrupted, abandoned }: { interrupted: AbortSignal; abandoned: AbortSignal }): Promise<FromRunner> {
  const tell = (message: ToRunner): void => void (runner.connected && runner.send(message))
  const interrupt = (): void => tell('interrupt')
  const abandon = (): void => void runner.kill('SIGKILL')
  interrupted.addEventListener('abort', interrupt, { once: true })
  abandoned.addEventListener('abort', abandon, { once: true })
  tell('begin')
  if (interrupted.aborted) interrupt()
  const answer = await ended
  interrupted.removeEventListener('abort', interrupt)
  abandoned.removeEventListener('abort', abandon)
  return answer
}
