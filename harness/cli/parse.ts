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
      const parse = parserOf(system, command)
      // Bytes that are no UTF-8 become U+FFFD: ignored where a line is ignored, not understood elsewhere.
      process.stdout.write(asJson(parse, await text(process.stdin)))
    })
}

export function parserOf(system: string, command: string): (transcript: string) => unknown {
  const commands = Object.hasOwn(parsers, system) ? parsers[system] : undefined
  if (!commands) throw new ExitError(exitCodes.usage, `unknown system ${JSON.stringify(system)}; there are:\n${known()}`)
  const parse = Object.hasOwn(commands, command) ? commands[command] : undefined
  if (!parse) throw new ExitError(exitCodes.usage, `unknown command ${JSON.stringify(command)} of ${system}; there are:\n${known()}`)
  return parse
}

function asJson(parse: (transcript: string) => unknown, transcript: string): string {
  try {
    return `${JSON.stringify(parse(transcript), null, 2)}\n`
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error
    // As it is: other people's scripts look for a line that begins with `not understood: line`.
    process.stderr.write(`${error.message}\n`)
    throw new ExitError(exitCodes.failed, '', { cause: error })
  }
}

function known(): string {
  return Object.entries(parsers).flatMap(([system, commands]) => Object.keys(commands).map(command => `  ${system} ${command}`)).join('\n')
}
