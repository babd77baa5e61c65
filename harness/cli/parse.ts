// `haywire parse`: a product's recorded output as JSON, or one line saying why not.
import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { parsers as ssm } from '../systems/ssm/index.ts'
import { NotUnderstood } from '../systems/transcript.ts'
import { ExitError, exitCodes } from './exit.ts'

const parsers: Record<string, Record<string, (transcript: string) => unknown>> = { ssm }

export function parseCommand(): Command {
  return new Command('parse')
    .description("read a product's output, as recorded, from standard input and print it as JSON")
    .argument('<system>', `the product: ${Object.keys(parsers).join(', ')}`)
    .argument('<command>', 'the command that printed it')
    .option('--json', 'the result is printed as JSON with or without it')
    .addHelpText('after', `\nCommands:\n${known()}\nExit codes: 0 understood, 1 not understood (nothing on stdout, the line and the reason on stderr), 2 unknown system or command.`)
    .action(async (system: string, command: string) => {
      const parse = Object.hasOwn(parsers, system) && Object.hasOwn(parsers[system] ?? {}, command) ? parsers[system]?.[command] : undefined
      if (!parse) {
        const unknown = Object.hasOwn(parsers, system) ? `unknown command ${JSON.stringify(command)} of ${system}` : `unknown system ${JSON.stringify(system)}`
        throw new ExitError(exitCodes.usage, `${unknown}; there are:\n${known()}`)
      }
      let result: unknown
      try {
        // Bytes that are no UTF-8 become U+FFFD: ignored where a line is ignored, not understood elsewhere.
        result = parse(await text(process.stdin))
      } catch (error) {
        if (!(error instanceof NotUnderstood)) throw error
        process.stderr.write(`${error.message}\n`)
        throw new ExitError(exitCodes.failed, '', { cause: error })
      }
      process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    })
}

function known(): string {
  return Object.entries(parsers).flatMap(([system, commands]) => Object.keys(commands).map(command => `  ${system} ${command}`)).join('\n')
}
