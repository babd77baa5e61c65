// `haywire doctor`: every need of this machine, what was found, and the one command that mends what is missing.
import { Command } from 'commander'
import { findProgram } from '../programs.ts'
import { ExitError, exitCodes } from './exit.ts'
import { apply } from './doctor/mend.ts'
import { describeExamined, examine, mendCommand, verdictOf, type Examined } from './doctor/need.ts'
import { needs } from './doctor/needs.ts'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what this machine has, what it lacks, and the command that mends it')
    .option('--fix', 'mend what nothing runs without; what is installed is named first')
    .option('--json', 'machine-readable, on stdout')
    .action(doctor)
}

async function doctor({ fix = false, json = false }: { fix?: boolean; json?: boolean }): Promise<void> {
  const host = { root: process.getuid?.() === 0, apt: findProgram('apt-get') !== undefined }
  const print = (line: string): void => void (json ? process.stderr : process.stdout).write(`${line}\n`)
  const all: Examined[] = []
  // One after the other: what mends the first may be what the next one looks at.
  for (const need of needs) {
    let examined = await examine(need)
    if (fix && examined.finding.state === 'missing' && need.without === undefined) {
      const { mend } = examined.finding
      print(describeExamined(examined, host))
      try {
        if (await apply(mend, print)) examined = await examine(need)
      } catch (error) {
        print(`         it could not be mended: ${(error as Error).message}`)
      }
    }
    print(describeExamined(examined, host))
    all.push(examined)
  }
  const verdict = verdictOf(all)
  if (json) process.stdout.write(`${JSON.stringify({ ...verdict, needs: all.map(entry => forMachines(entry, host)) }, null, 2)}\n`)
  if (!verdict.fit) throw new ExitError(exitCodes.unfit, `this machine is not fit yet: ${verdict.missing.join(', ')}.${fix ? '' : ' To mend what can be mended: npx haywire doctor --fix'}`)
  print(verdict.lacking.length > 0 ? `fit; without ${verdict.lacking.join(', ')}` : 'fit')
}

function forMachines({ name, without, finding }: Examined, host: { root: boolean; apt: boolean }): Record<string, unknown> {
  return { name, state: finding.state, what: finding.what, optional: without !== undefined, ...(without === undefined ? {} : { without }), ...(finding.state === 'missing' ? { mend: mendCommand(finding.mend, host) } : {}) }
}
