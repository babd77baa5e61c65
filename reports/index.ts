// All reports of a run, from its folder alone: report.html, junit.xml, allure-results and, with Java, allure-report.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readHistory } from '../harness/history.ts'
import { generateAllureReport, writeAllureResults } from './allure.ts'
import { Exhibits } from './evidence.ts'
import { htmlReport } from './html/report.ts'
import { junitXml } from './junit.ts'
import { reportOf, type Glossary, type Report, type RunFile } from './model.ts'
import { redactFolder } from './redact.ts'

export interface WrittenReports {
  report: Report
  html: string
  junit: string
  allureResults: string
  /** where the Allure report is, or why there is none */
  allure: { generated: boolean; message: string }
  /** files in which a secret was found, and removed */
  redacted: string[]
}

/** Removes the secrets from everything in the folder first, so that whatever is made from it is free of them. */
export async function writeReports(runDir: string, { secrets, glossary, allureReport = true }: { secrets: string[]; glossary: Glossary; /** Allure's own HTML report takes Java some seconds */ allureReport?: boolean }): Promise<WrittenReports> {
  const redacted = redactFolder(runDir, secrets)
  const history = readHistory(join(runDir, 'history.jsonl'))
  const run = readRun(runDir)
  const report = reportOf(history, run, glossary)
  const html = join(runDir, 'report.html')
  const junit = join(runDir, 'junit.xml')
  writeFileSync(html, htmlReport(report, history, new Exhibits(runDir), readConcluded(runDir)))
  writeFileSync(junit, junitXml(report))
  writeAllureResults(report, runDir, new Exhibits(runDir))
  return { report, html, junit, allureResults: join(runDir, 'allure-results'), allure: allureReport ? await generateAllureReport(runDir) : { generated: false, message: 'the Allure report was not asked for: haywire report makes it' }, redacted }
}

/** Writes report.html anew, so that it says how the run ended with what was taken again. */
export function tellConclusion(runDir: string, glossary: Glossary): void {
  const history = readHistory(join(runDir, 'history.jsonl'))
  writeFileSync(join(runDir, 'report.html'), htmlReport(reportOf(history, readRun(runDir), glossary), history, new Exhibits(runDir), readConcluded(runDir)))
}

/** What the run said of itself; throws SyntaxError where the file says no such thing. */
export function readRun(runDir: string, file = 'run.json'): RunFile {
  const path = join(runDir, file)
  const run = JSON.parse(readFileSync(path, 'utf8')) as Partial<RunFile> | null
  if (!Array.isArray(run?.scenarios) || !Array.isArray(run.outages)) throw new SyntaxError(`${path} is no run's: it lists no scenarios or no outages`)
  return run as RunFile
}

/** How the run ended with what was taken again, where something was: of each scenario the take that counts. */
export function readConcluded(runDir: string): RunFile {
  return readRun(runDir, existsSync(join(runDir, 'conclusion.json')) ? 'conclusion.json' : 'run.json')
}

/** Whether a folder is a run's: it has what reports are made from. */
export function isRunFolder(folder: string): boolean {
  return ['history.jsonl', 'run.json'].every(name => existsSync(join(folder, name)))
}
