// `haywire judge`: what a history proves, from the file alone, without any cluster.
import { Command } from 'commander'
import { scenariosOf } from '../check.ts'
import { checks, judgeScenario, outcomeOf } from '../checks/index.ts'
import { HistoryError, readHistory, type HistoryEvent } from '../history.ts'
import { ExitError, exitCodes } from './exit.ts'

export function judgeCommand(): Command {
  return new Command('judge')
    .description('judge a recorded history again: by the checks that its scenarios promised, or by those named')
    .argument('<history>', "a run's history.jsonl")
    .option('--check <name>', 'judge by this check, promised or not (may be given again)', (name: string, names: string[]) => [...names, name], [])
    .option('--json', 'the verdicts are printed as JSON with or without it')
    .addHelpText('after', '\nPrints [{scenario, check, verdict, why, at}]. Exit codes: 0 all pass, 1 any fails, 4 any is unknown and none fails, 2 no history.')
    .action((path: string, { check: names }: { check: string[] }) => {
      const strangers = names.filter(name => !Object.hasOwn(checks, name))
      if (strangers.length > 0) {
        throw new ExitError(exitCodes.usage, `unknown check ${strangers.map(name => JSON.stringify(name)).join(', ')}; there are:\n${Object.keys(checks).map(name => `  ${name}`).join('\n')}`)
      }
      const verdicts = scenariosOf(read(path)).flatMap(view => judgeScenario(view, names.length > 0 ? names : undefined))
      process.stdout.write(`${JSON.stringify(verdicts, null, 2)}\n`)
      const outcome = outcomeOf(verdicts)
      if (verdicts.length === 0) throw new ExitError(exitCodes.inconclusive, `${path}: no check applies to this history, so it proves nothing; name one with --check`)
      if (outcome === 'pass') return
      const said = verdicts.filter(({ verdict }) => verdict === outcome).map(({ scenario, check, why }) => `  ${scenario ? `${scenario}: ` : ''}${check}: ${why}`)
      throw new ExitError(outcome === 'fail' ? exitCodes.failed : exitCodes.inconclusive, `${outcome === 'fail' ? 'failed' : 'unknown'}:\n${said.join('\n')}`)
    })
}

function read(path: string): HistoryEvent[] {
  let history: HistoryEvent[]
  try {
    history = readHistory(path)
  } catch (cause) {
    const message = cause instanceof HistoryError ? cause.message : `${path} cannot be read: ${(cause as Error).message}`
    throw new ExitError(exitCodes.usage, message, { cause })
  }
  if (history.length === 0) throw new ExitError(exitCodes.usage, `${path}: no events; it is not a run's history`)
  return history
}
