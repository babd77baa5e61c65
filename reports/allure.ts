// Allure: results with nested steps and attachments, environment and categories; and the generated report where Java is there.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { Stage, Status, type Attachment, type StepResult, type TestResult } from 'allure-js-commons'
import { FileSystemWriter } from 'allure-js-commons/sdk/reporter'
import { worst } from '../harness/check.ts'
import { sayMs } from '../harness/duration.ts'
import type { Evidence, Outcome } from '../harness/history.ts'
import type { Exhibits } from './evidence.ts'
import { sayOutage, type Ending, type Report, type ScenarioReport, type StepReport } from './model.ts'
import { oneLine, plain } from './redact.ts'

const statusOf: Record<Ending, Status> = {
  pass: Status.PASSED, fail: Status.FAILED, inconclusive: Status.BROKEN, unfit: Status.BROKEN, unhealed: Status.BROKEN, interrupted: Status.BROKEN, skipped: Status.SKIPPED,
}
const statusOfOutcome: Record<Outcome, Status> = { pass: Status.PASSED, fail: Status.FAILED, unknown: Status.BROKEN }

const categories = [
  { name: 'A promise was broken', matchedStatuses: [Status.FAILED] },
  { name: 'A fault was not proven', messageRegex: '(?s).*(every-fault-proven-and-healed|not proven|never proven).*', matchedStatuses: [Status.BROKEN] },
  { name: 'Inconclusive: the evidence does not decide', matchedStatuses: [Status.BROKEN] },
  { name: 'Skipped: the target cannot do it', matchedStatuses: [Status.SKIPPED] },
]

/** Writes `allure-results/` anew. */
export function writeAllureResults(report: Report, runDir: string, exhibits: Exhibits): void {
  const resultsDir = join(runDir, 'allure-results')
  rmSync(resultsDir, { recursive: true, force: true })
  mkdirSync(resultsDir, { recursive: true })
  const writer = new FileSystemWriter({ resultsDir })
  const attach = (evidence: Evidence): Attachment[] => attachment(evidence, runDir, exhibits, writer)
  for (const scenario of report.scenarios) writer.writeResult(resultOf(scenario, report, attach))
  writer.writeEnvironmentInfo({ target: report.target.name, system: report.target.system, vip: report.target.vip, seed: String(report.seed), run: report.run, again: report.again, ...report.versions })
  writer.writeCategoriesDefinitions(categories)
}

function resultOf(scenario: ScenarioReport, report: Report, attach: (evidence: Evidence) => Attachment[]): TestResult {
  const at = (t: number): number => Math.round(Date.parse(report.startedAt) + t)
  const label = (name: string, value: string): { name: string; value: string } => ({ name, value: oneLine(value) })
  return {
    uuid: idOf(`${report.run} ${scenario.id}`),
    historyId: idOf(`${report.target.name} ${scenario.id}`),
    testCaseId: idOf(scenario.id),
    fullName: scenario.id,
    name: oneLine(scenario.title),
    description: descriptionOf(scenario),
    status: statusOf[scenario.ending],
    statusDetails: scenario.why === '' ? {} : { message: plain(scenario.why) },
    stage: Stage.FINISHED,
    start: at(scenario.from),
    stop: at(scenario.to),
    labels: [
      label('epic', scenario.system), label('feature', scenario.title), ...scenario.rows.map(({ id }) => label('story', id)), ...scenario.rows.map(({ id }) => label('tag', id)),
      label('parentSuite', scenario.system), label('suite', scenario.id), label('host', report.target.name), label('framework', 'haywire'), label('severity', 'critical'),
    ],
    links: [],
    parameters: [
      { name: 'target', value: report.target.name }, { name: 'seed', value: String(report.seed), excluded: true },
      ...scenario.bounds.map(({ name, limit }) => ({ name, value: String(limit), excluded: true })),
    ],
    steps: [...scenario.stages.map(stage => ({
      ...step(stage.stage, stage.outcome, at(stage.from), at(stage.to)), steps: stage.steps.map(one => stepOf(one, at, attach)),
    })), ...judgement(scenario, at)],
    attachments: [],
  }
}

/** Markdown in Allure, and Markdown may carry HTML: nothing of it is left. */
function descriptionOf({ outages, accounts, rows }: ScenarioReport): string {
  const lost = accounts.lost === null ? 'not read back' : String(accounts.lost.length)
  const lines = [
    ...outages.map(outage => `Outage after ${outage.title}: ${sayOutage(outage.ms, outage.errorMs)}${outage.boundMs === undefined ? '' : `, ${sayMs(outage.boundMs)} allowed`}`),
    ...(accounts.acknowledged + accounts.refused + accounts.unknown > 0 ? [`Accounts: ${accounts.acknowledged} acknowledged, ${accounts.refused} refused, ${accounts.unknown} unknown, lost: ${lost}`] : []),
    ...(rows.length > 0 ? [`Rows proven: ${rows.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id).join(', ') || 'none'}`] : []),
  ]
  return lines.map(line => `- ${oneLine(line).replaceAll(/[&<>[\]`*_]/g, character => `&#${character.charCodeAt(0)};`)}`).join('\n')
}

function step(name: string, outcome: Outcome | undefined, start: number, stop: number): StepResult {
  return { name: oneLine(name), status: outcome === undefined ? Status.PASSED : statusOfOutcome[outcome], statusDetails: {}, stage: Stage.FINISHED, steps: [], attachments: [], parameters: [], start, stop }
}

function stepOf(one: StepReport, at: (t: number) => number, attach: (evidence: Evidence) => Attachment[]): StepResult {
  const outcome = one.outcome ?? (one.to === undefined ? 'unknown' : undefined)
  const observed = plain(one.observed ?? (one.to === undefined ? 'never ended' : ''))
  return {
    ...step(one.title, outcome, at(one.from), at(one.to ?? one.from)),
    ...(outcome === undefined || outcome === 'pass' ? {} : { statusDetails: { message: observed } }),
    parameters: [
      ...(one.expected === undefined ? [] : [{ name: 'expected', value: oneLine(one.expected) }]), ...(observed === '' ? [] : [{ name: 'observed', value: oneLine(observed).slice(0, 1000) }]),
      ...(one.check === undefined ? [] : [{ name: 'check', value: one.check }]), ...(one.rows.length === 0 ? [] : [{ name: 'rows', value: one.rows.join(' ') }]),
    ],
    attachments: one.evidence.flatMap(attach),
  }
}

function judgement(scenario: ScenarioReport, at: (t: number) => number): StepResult[] {
  if (scenario.checks.length === 0) return []
  return [{
    ...step('judge', worst(scenario.checks.map(({ verdict }) => verdict)), at(scenario.to), at(scenario.to)),
    steps: scenario.checks.map(check => ({
      ...step(check.name, check.verdict, at(scenario.to), at(scenario.to)),
      statusDetails: { message: plain(check.why) },
      parameters: [...(check.statement ? [{ name: 'promise', value: check.statement }] : []), { name: 'why', value: oneLine(check.why).slice(0, 1000) }],
    })),
  }]
}

/** Allure shows HTML and SVG attachments as pages: what comes from a node goes in as plain text. */
const shownAsTheyAre = new Set(['image/png', 'image/jpeg', 'application/json', 'text/csv'])

function attachment({ title, path, contentType }: Evidence, runDir: string, exhibits: Exhibits, writer: FileSystemWriter): Attachment[] {
  const file = exhibits.resolve(path)
  if (file === undefined) return []
  const harmless = shownAsTheyAre.has(contentType)
  const source = `${idOf(`${runDir} ${path}`)}-attachment${harmless ? extname(path) : '.txt'}`
  writer.writeAttachmentFromPath(source, file)
  return [{ name: oneLine(title), type: harmless ? contentType : 'text/plain', source }]
}

/** The same result of the same run has the same id, so that a report made again replaces itself. */
function idOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex')
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-')
}

const generateLimitMs = 120_000

/** Generates `allure-report/` from the results. Without Java there is none, and the message says so; that fails nothing. */
export async function generateAllureReport(runDir: string): Promise<{ generated: boolean; message: string }> {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java'
  const run = promisify(execFile)
  try {
    await run(java, ['-version'], { timeout: 10_000 })
  } catch {
    return { generated: false, message: `no Allure report: it needs Java 8 or newer, and ${java} does not run here. The results are in allure-results/; haywire report makes the report once Java is there.` }
  }
  const commandline = dirname(createRequire(import.meta.url).resolve('allure-commandline/package.json'))
  const allure = join(commandline, 'dist', 'bin', process.platform === 'win32' ? 'allure.bat' : 'allure')
  try {
    await run(allure, ['generate', join(runDir, 'allure-results'), '--output', join(runDir, 'allure-report'), '--clean'], { timeout: generateLimitMs })
  } catch (error) {
    return { generated: false, message: `no Allure report: allure-commandline failed: ${plain((error as { stderr?: string }).stderr || (error as Error).message).trim()}` }
  }
  const page = join(runDir, 'allure-report', 'index.html')
  return existsSync(page) ? { generated: true, message: page } : { generated: false, message: 'no Allure report: allure-commandline wrote none' }
}
