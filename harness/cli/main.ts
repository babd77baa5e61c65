// The `haywire` command: one file per verb, all put together here.
import { Command, CommanderError } from 'commander'
import { EngineUnfit } from '../engine/unfit.ts'
import { detectCommand } from './detect.ts'
import { doctorCommand } from './doctor.ts'
import { engineCommand } from './engine.ts'
import { ExitError, exitCodes } from './exit.ts'
import { healCommand } from './heal.ts'
import { judgeCommand } from './judge.ts'
import { labCommand } from './lab.ts'
import { listCommand } from './list.ts'
import { parseCommand } from './parse.ts'
import { reportCommand } from './report.ts'
import { runCommand } from './run.ts'

const program = new Command('haywire')
  .description('Chaos and acceptance tests for high-availability clusters: breaks them on purpose and proves what they promise.')
  .addHelpText('after', '\nExit codes: 0 pass, 1 failed, 2 wrong usage, 3 environment unfit, 4 inconclusive, 5 healing incomplete, 130 interrupted and healed.')
  .showHelpAfterError('(--help shows what there is)')
const verbs = [runCommand, listCommand, labCommand, doctorCommand, engineCommand, healCommand, parseCommand, judgeCommand, detectCommand, reportCommand]
for (const verb of verbs) program.addCommand(verb())
for (const command of [program, ...program.commands, ...program.commands.flatMap(verb => verb.commands)]) command.exitOverride()

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
  } else throw error
}
