// The `haywire` command: one file per verb, all put together here.
import { inspect } from 'node:util'
import { Command, CommanderError } from 'commander'
import { EngineUnfit } from '../engine/unfit.ts'
import { ExitError, exitCodes, type ExitCode } from './exit.ts'
import { haywireVersion } from './project.ts'

const verbs: Record<string, () => Promise<Command>> = {
  run: async () => (await import('./run.ts')).runCommand(),
  list: async () => (await import('./list.ts')).listCommand(),
  lab: async () => (await import('./lab.ts')).labCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  engine: async () => (await import('./engine.ts')).engineCommand(),
  heal: async () => (await import('./heal.ts')).healCommand(),
  parse: async () => (await import('./parse.ts')).parseCommand(),
  judge: async () => (await import('./judge.ts')).judgeCommand(),
  detect: async () => (await import('./detect.ts')).detectCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
}

/** Only what was asked for is loaded: a script calls `haywire parse` a thousand times. Help shows all. */
async function asked(verb: string | undefined): Promise<Command[]> {
  const load = verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  return Promise.all((load ? [load] : Object.values(verbs)).map(load => load()))
}

const program = new Command('haywire')
  .description('Chaos and acceptance tests for high-availability clusters: breaks them on purpose and proves what they promise.')
  .addHelpText('after', '\nExit codes: 0 pass, 1 failed, 2 wrong usage, 3 environment unfit, 4 inconclusive, 5 healing incomplete, 130 interrupted and healed.')
  .version(haywireVersion(), '-V, --version')
  .showHelpAfterError('(--help shows what there is)')
for (const verb of await asked(process.argv[2])) program.addCommand(verb)
for (const command of [program, ...program.commands, ...program.commands.flatMap(verb => verb.commands)]) command.exitOverride()

/** It proves nothing of a cluster, so it is no failure of one. */
function ownError(error: unknown): ExitCode {
  process.stderr.write(`haywire: an error of its own, which says nothing of the cluster; \`haywire heal\` undoes what is open. Please report it:\n${inspect(error)}\n`)
  return exitCodes.inconclusive
}
process.on('uncaughtException', error => process.exit(ownError(error)))

// Whoever reads us may have read enough (`haywire list | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.pass : exitCodes.usage
  else if (error instanceof ExitError) {
    if (error.message !== '') process.stderr.write(`haywire: ${error.message}\n`)
    process.exitCode = error.code
  } else if (error instanceof EngineUnfit) {
    process.stderr.write(`haywire: ${error.message}\n`)
    process.exitCode = exitCodes.unfit
  } else process.exitCode = ownError(error)
}
