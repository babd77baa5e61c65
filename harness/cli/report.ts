// `haywire report`: makes all reports of a run again, from what the run wrote down, and says what several runs show together.
import { existsSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { Command } from 'commander'
import { compare, compareText, type Side } from '../../reports/compare.ts'
import { isRunFolder, readConcluded, writeReports } from '../../reports/index.ts'
import { plain } from '../../reports/redact.ts'
import { repeatSummary } from '../../reports/summary.ts'
import { readRunContext } from '../run-context.ts'
import { secretsOf } from '../access/secrets.ts'
import { HistoryError } from '../history.ts'
import { ExitError, exitCodes } from './exit.ts'
import { runsDir } from './project.ts'
import { glossary } from './run/glossary.ts'

export function reportCommand(): Command {
  return new Command('report')
    .description('make report.html, junit.xml and the Allure report of a run again, or compare runs')
    .argument('[run]', 'the run\'s folder, or its name under runs/ (default: the last run without --out)')
    .argument('[other]', 'with --compare: the run of the other build')
    .option('--compare', 'show verdicts and outages of two runs (or of two folders of run --repeat) side by side')
    .option('--over', 'show what all runs in a folder say together: verdicts, and the spread of outages and convergence')
    .option('--json', 'where each report is, or the comparison, on stdout')
    .addHelpText('after', '\nAn outage is called longer or shorter when all measurements of one side, error bars included, are above all of the other; that takes 3 runs of each.')
    .action((run: string | undefined, other: string | undefined, { compare, over, json = false }: { compare?: boolean; over?: boolean; json?: boolean }) => {
      if (compare && over) throw new ExitError(exitCodes.usage, '--compare or --over: one of them')
      if (compare) return compareBuilds(run, other, json)
      if (other !== undefined) throw new ExitError(exitCodes.usage, over ? 'one folder of runs: haywire report --over FOLDER' : `one run at a time, or --compare ${run} ${other}`)
      return over ? together(run, json) : report(run, json)
    })
}

async function compareBuilds(run: string | undefined, other: string | undefined, json: boolean): Promise<void> {
  if (run === undefined || other === undefined) throw new ExitError(exitCodes.usage, 'two runs are compared: haywire report --compare RUN RUN')
  const [before, after] = await Promise.all([sideOf(run), sideOf(other)])
  process.stdout.write(`${json ? JSON.stringify(compare(before, after), null, 2) : compareText(before, after)}\n`)
}

async function together(folder: string | undefined, json: boolean): Promise<void> {
  const { runs } = await sideOf(folder ?? runsDir())
  process.stdout.write(`${json ? JSON.stringify(runs, null, 2) : repeatSummary(runs)}\n`)
}

/** A path, or a name under runs/, as the report itself gives it. */
function folderOf(run: string): string {
  const folder = [resolve(run), join(runsDir(), run)].find(path => existsSync(path))
  if (folder === undefined) throw new ExitError(exitCodes.usage, run.endsWith('latest') ? 'there is no runs/latest here; name the run\'s folder' : `there is no folder ${run}, and none of that name in ${runsDir()}`)
  return folder
}

/** A run's folder, or one of `run --repeat`, which holds several. */
async function sideOf(path: string): Promise<Side> {
  const folder = folderOf(path)
  const folders = isRunFolder(folder) ? [folder] : readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => join(folder, name)).sort().filter(isRunFolder)
  if (folders.length === 0) throw new ExitError(exitCodes.usage, `${folder} is neither the folder of a run that ended nor one of run --repeat: there is no history.jsonl and run.json in it`)
  return { name: basename(folder), runs: await Promise.all(folders.map(run => readable(run, () => readConcluded(run)))) }
}

async function report(run: string | undefined, json: boolean): Promise<void> {
  const folder = folderOf(run ?? join(runsDir(), 'latest'))
  if (!isRunFolder(folder)) throw new ExitError(exitCodes.usage, `${folder} is not the folder of a run that ended: it lacks history.jsonl or run.json`)
  const written = await readable(folder, () => writeReports(folder, { secrets: stillKnown(folder), glossary: glossary() }))
  const { html, junit, allureResults, allure, redacted } = written
  for (const file of redacted) process.stderr.write(`a secret was removed from ${file}\n`)
  if (json) process.stdout.write(`${JSON.stringify({ html, junit, allureResults, allureReport: allure.generated ? allure.message : null }, null, 2)}\n`)
  else process.stdout.write(`report  ${html}\njunit   ${junit}\n${allure.generated ? `allure  ${allure.message}` : plain(allure.message)}\n`)
}

/** What the folder holds may be anything: that is the user's to mend. */
async function readable<T>(folder: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof HistoryError || error instanceof SyntaxError) throw new ExitError(exitCodes.usage, `${folder}: ${error.message}`, { cause: error })
    throw error
  }
}

/** The run's own end has removed them; those that can still be resolved are looked for again. */
function stillKnown(folder: string): string[] {
  const path = join(folder, 'context.json')
  if (!existsSync(path)) return []
  try {
    return secretsOf(readRunContext(path).target)
  } catch {
    return []
  }
}
