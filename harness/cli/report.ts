// `haywire report`: makes all reports of a run again, from what the run wrote down.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { isRunFolder, writeReports } from '../../reports/index.ts'
import { plain } from '../../reports/redact.ts'
import { readRunContext } from '../run-context.ts'
import { secretsOf } from '../access/secrets.ts'
import { HistoryError } from '../history.ts'
import { ExitError, exitCodes } from './exit.ts'
import { runsDir } from './project.ts'
import { glossary } from './run/glossary.ts'

export function reportCommand(): Command {
  return new Command('report')
    .description('make report.html, junit.xml and the Allure report of a run again')
    .argument('[run]', 'the run\'s folder (default: runs/latest)')
    .option('--json', 'where each report is, on stdout')
    .action(report)
}

async function report(run: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const folder = resolve(run ?? join(runsDir(), 'latest'))
  if (!existsSync(folder)) throw new ExitError(exitCodes.usage, run === undefined ? 'there is no runs/latest here; name the run\'s folder' : `there is no folder ${run}`)
  if (!isRunFolder(folder)) throw new ExitError(exitCodes.usage, `${folder} is not the folder of a run that ended: it lacks history.jsonl or run.json`)
  const written = await writeReports(folder, { secrets: stillKnown(folder), glossary: glossary() }).catch((error: unknown) => {
    if (error instanceof HistoryError || error instanceof SyntaxError) throw new ExitError(exitCodes.usage, `${folder}: ${error.message}`, { cause: error })
    throw error
  })
  const { html, junit, allureResults, allure, redacted } = written
  for (const file of redacted) process.stderr.write(`a secret was removed from ${file}\n`)
  if (json) process.stdout.write(`${JSON.stringify({ html, junit, allureResults, allureReport: allure.generated ? allure.message : null }, null, 2)}\n`)
  else process.stdout.write(`report  ${html}\njunit   ${junit}\n${allure.generated ? `allure  ${allure.message}` : plain(allure.message)}\n`)
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
