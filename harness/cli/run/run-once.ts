// One run: its folder, its lock, its guardian, its probes, its scenarios, its reports; and nothing left behind, however it ends.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeReports } from '../../../reports/index.ts'
import { accountsOf } from '../../../reports/model.ts'
import type { Report } from '../../../reports/model.ts'
import { followLive } from '../../../reports/live.ts'
import { secretsOf } from '../../access/secrets.ts'
import { scenariosOf } from '../../check.ts'
import { outages } from '../../checks/index.ts'
import { startClock } from '../../clock.ts'
import { faultKinds } from '../../faults/index.ts'
import { startGuardian } from '../../guardian.ts'
import { HistoryWriter, readHistory } from '../../history.ts'
import { Journal, openLeases, type JournalLease } from '../../journal.ts'
import { startProbes } from '../../probes/start.ts'
import { writeRunContext, type RunContext } from '../../run-context.ts'
import type { Target } from '../../target.ts'
import type { CatalogueEntry } from '../catalogue.ts'
import type { Defect } from '../defect.ts'
import { ExitError, exitCodes } from '../exit.ts'
import { projectRoot } from '../project.ts'
import { glossary } from './glossary.ts'
import { holdCluster } from './lock.ts'
import type { FromRunner, ToRunner } from './runner.ts'
import { judgeRun, type RunResult, type ScenarioResult } from './result.ts'
import { versions } from './versions.ts'

export interface RunOptions {
  target: Target
  scenarios: CatalogueEntry[]
  askedByName: boolean
  defects: Defect[]
  without: string[]
  seed: number
  runDir: string
  /** the command that runs it again */
  again: string
  /** aborted by the first Ctrl-C: heal and stop */
  interrupted: AbortSignal
  /** aborted by the second: stop healing */
  abandoned: AbortSignal
}

export async function runOnce(options: RunOptions): Promise<{ result: RunResult; report: Report; messages: string[] }> {
  const { target, scenarios, defects, without, seed, runDir, interrupted, abandoned } = options
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
    defects: defects.map(({ name }) => name),
  }
  const contextPath = join(runDir, 'context.json')
  writeRunContext(contextPath, context)
  const history = new HistoryWriter(context.historyPath, clock)
  const nodes = target.nodes.map(({ name, addresses }) => ({ name, addresses }))
  history.append({ type: 'run', run: context.run, target: { name: target.name, system: target.system, twin: target.twin, vip: target.vip, nodes }, bounds: target.bounds, seed, clock: { monotonicNs: context.startNs, utc: clock.startUtc } })

  await using _lock = await holdCluster(context)
  const journal = new Journal(context.journalPath)
  const guardian = await startGuardian(contextPath)
  const probes = await startProbes({ contextPath, journal })
  const live = followLive(context.historyPath, { stream: process.stderr })
  let answer: FromRunner
  try {
    answer = await runScenarios(contextPath, runDir, { interrupted, abandoned })
  } finally {
    // It would heal what the user has just asked to leave.
    if (abandoned.aborted) process.kill(guardian.pid, 'SIGKILL')
    await probes.stop()
    await live.stop()
  }
  if (abandoned.aborted) {
    throw new ExitError(exitCodes.unhealed, `interrupted twice: healing was stopped.\n${openLeases(journal.read()).map(inForce).join('\n')}\nTo undo all of it: haywire heal`)
  }
  await guardian.end()

  const { crash } = await probes.ended
  const results = scenarios.map(scenario => blinded(answer.results.find(({ id }) => id === scenario.id) ?? lost(scenario, answer.errors), crash))
  const views = scenariosOf(readHistory(context.historyPath))
  const result: RunResult = {
    ...judgeRun(results, options.askedByName),
    run: context.run,
    target: target.name,
    seed,
    startedAt: clock.startUtc,
    endedAt: new Date().toISOString(),
    versions: await versions(),
    scenarios: results,
    outages: views.flatMap(view => outages(view).map(outage => ({ ...outage, boundMs: view.bounds.outageMs }))),
    accounts: accountsOf(views.map(view => view.events)),
    again: options.again,
  }
  await writeFile(join(runDir, 'run.json'), `${JSON.stringify(result, null, 2)}\n`)
  const { report, allure, redacted } = await writeReports(runDir, { secrets: secretsOf(target), glossary: glossary() })
  return { result, report, messages: [...redacted.map(file => `a secret was removed from ${file}`), ...(allure.generated ? [] : [allure.message])] }
}

function inForce({ id, fault }: JournalLease): string {
  return `  still in force on ${fault.node}: ${fault.title}\n    by hand: ${faultKinds[fault.kind]?.undo(fault.parameters, fault.node, id) ?? 'unknown to this version'}`
}

/** A scenario of which the runner said nothing: it died, or could not load it. */
function lost(scenario: CatalogueEntry, errors: string[]): ScenarioResult {
  return { id: scenario.id, title: scenario.title, covers: scenario.covers, verdict: 'inconclusive', why: errors.join('\n') || 'the runner ended without a word about it', failures: [], clusterInDoubt: true }
}

/** Without its probes nobody has watched: what passed has not been seen to. */
function blinded(result: ScenarioResult, crash: string | undefined): ScenarioResult {
  return crash !== undefined && result.verdict === 'pass' ? { ...result, verdict: 'inconclusive', why: crash, clusterInDoubt: true } : result
}

async function runScenarios(contextPath: string, runDir: string, { interrupted, abandoned }: { interrupted: AbortSignal; abandoned: AbortSignal }): Promise<FromRunner> {
  const log = openSync(join(runDir, 'evidence', 'runner.log'), 'a')
  // A process group of its own: Ctrl-C on the terminal reaches this command only, which then asks the runner to heal and stop.
  const runner = spawn(process.execPath, [join(import.meta.dirname, 'runner.ts'), contextPath], { cwd: projectRoot, detached: true, stdio: ['ignore', log, log, 'ipc'] })
  const interrupt = (): void => {
    const message: ToRunner = { interrupt: true }
    runner.send(message)
  }
  const abandon = (): void => {
    runner.kill('SIGKILL')
  }
  interrupted.addEventListener('abort', interrupt, { once: true })
  abandoned.addEventListener('abort', abandon, { once: true })
  if (interrupted.aborted) interrupt()
  let answer: FromRunner | undefined
  runner.once('message', message => {
    answer = message as FromRunner
  })
  const [code, killedBy] = (await once(runner, 'exit')) as [number | null, string | null]
  interrupted.removeEventListener('abort', interrupt)
  abandoned.removeEventListener('abort', abandon)
  return answer ?? { results: [], errors: [`the runner ended with ${killedBy ?? `exit code ${code}`}; its log: ${join(runDir, 'evidence', 'runner.log')}`] }
}
