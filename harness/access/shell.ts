// What a command is run in, over SSH: a plain command, a root shell that is kept open, or a console that only speaks to a prompt.
import { randomBytes } from 'node:crypto'
import type { ClientChannel } from 'ssh2'
import { AccessError, quote, type CommandResult, type RunOptions, type Shell, type StreamHandle } from '../access.ts'
import { sayMs } from '../duration.ts'
import { short, type SshConnection } from './ssh.ts'
import { limited } from '../limit.ts'

/** Longest that a command may take unless its caller says so, in ms: nothing waits for ever on a node that hangs. */
const defaultLimitMs = 60_000

/** Each command is a session of its own. */
export function plainShell(connection: SshConnection): Shell {
  return {
    run: (command, options = {}) => inTime(connection, command, options, signal => runOnce(connection, command, stdinOf(options), signal)),
    stream: (command, options) => stream(connection, command, options),
  }
}

/** Without a terminal nobody has to wait for the question. */
function stdinOf({ stdin, answer }: RunOptions): string | undefined {
  return stdin ?? (answer && `${answer.text}\n`)
}

/**
 * A root shell that answers within a millisecond: one shell per connection is kept and fed; each command runs in a subshell of
 * its own, so it can neither end nor change the kept one. While that is busy, further commands get sessions of their own.
 */
export function rootShell(connection: SshConnection): Shell {
  const kept = new KeptShell(connection)
  return {
    run: (command, options = {}) => inTime(connection, command, options, signal =>
      options.stdin === undefined && !kept.busy ? kept.run(command, signal) : runOnce(connection, asRoot(command), options.stdin, signal)),
    stream: (command, options) => stream(connection, asRoot(command), options),
  }
}

/** A console that has to be entered by a command of its own. It shows no exit codes: `code` is null. */
export function promptShell(connection: SshConnection, { entry, prompt }: { entry: string; prompt: string }): Shell {
  return {
    run: (command, options = {}) => inTime(connection, command, options, signal => runAtPrompt(connection, { entry, prompt, command, ...(options.answer === undefined ? {} : { answer: options.answer }) }, signal)),
    stream: () => Promise.reject(new AccessError('missing', `${connection.name}: the console runs one command after the other; it has no long-lived ones`)),
  }
}

// The administrator's tools, where a login without a profile leaves them out; and their messages in one language.
const rootEnvironment = 'PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; LC_ALL=C; export PATH LC_ALL'

function asRoot(command: string): string {
  return `exec sh -c ${quote(`${rootEnvironment}\n${command}`)}`
}

async function inTime<T>(connection: SshConnection, command: string, { timeoutMs = defaultLimitMs, signal }: RunOptions, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  using limit = limited(timeoutMs, signal)
  try {
    return await work(limit.signal)
  } catch (error) {
    if (!limit.expired || error !== limit.signal.reason) throw error
    throw new AccessError('timeout', `${connection.name}: ${JSON.stringify(short(command))} did not end within ${sayMs(timeoutMs)}`)
  }
}

async function runOnce(connection: SshConnection, command: string, stdin: string | undefined, signal: AbortSignal): Promise<CommandResult> {
  const started = performance.now()
  const channel = await connection.channel(command, { signal })
  const output = { stdout: '', stderr: '' }
  channel.setEncoding('utf8').on('data', (text: string) => { output.stdout += text })
  channel.stderr.setEncoding('utf8').on('data', (text: string) => { output.stderr += text })
  channel.end(stdin)
  const { code, error } = await whenEnded(channel, connection, command, signal)
  if (error) throw error
  return { code, ...output, tookMs: performance.now() - started }
}

/** How the command ended. A channel that closes without an exit status lost its connection. */
function whenEnded(channel: ClientChannel, connection: SshConnection, command: string, signal: AbortSignal): Promise<{ code: number | null; error?: Error }> {
  return new Promise(resolve => {
    const stop = () => {
      resolve({ code: null, error: signal.reason as Error })
      channel.close()
    }
    channel.on('error', () => undefined)
    // Not from `exit`: a quick command's may have come in one piece with the channel itself, before anybody could listen.
    channel.once('close', (code?: number | null) => {
      signal.removeEventListener('abort', stop)
      if (code !== undefined) resolve({ code })
      else resolve({ code: null, error: new AccessError('broken', `${connection.name}: the connection broke while ${JSON.stringify(short(command))} was running`) })
    })
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

async function stream(connection: SshConnection, command: string, { onLine, signal }: { onLine: (line: string) => void; signal: AbortSignal }): Promise<StreamHandle> {
  const channel = await connection.channel(command, { signal })
  let rest = ''
  channel.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.replace(/\r$/, ''))
  })
  channel.stderr.resume()
  return {
    write: text => { channel.write(text) },
    ended: whenEnded(channel, connection, command, signal),
  }
}

class KeptShell {
  readonly #connection: SshConnection
  #channel: ClientChannel | undefined
  busy = false

  constructor(connection: SshConnection) {
    this.#connection = connection
  }

  async run(command: string, signal: AbortSignal): Promise<CommandResult> {
    this.busy = true
    try {
      const started = performance.now()
      const channel = await this.#open(signal)
      return { ...await this.#ask(channel, command, signal), tookMs: performance.now() - started }
    } finally {
      this.busy = false
    }
  }

  async #open(signal: AbortSignal): Promise<ClientChannel> {
    if (this.#channel) return this.#channel
    // bash where there is one: it can send a packet by itself, which spares a process where each millisecond counts.
    const channel = await this.#connection.channel('exec sh -c "command -v bash >/dev/null && exec bash --noprofile --norc; exec sh"', { signal })
    channel.setEncoding('utf8')
    channel.stderr.setEncoding('utf8')
    channel.on('error', () => undefined)
    channel.once('close', () => { if (this.#channel === channel) this.#channel = undefined })
    channel.write(`${rootEnvironment}\n`)
    this.#channel = channel
    return channel
  }

  #ask(channel: ClientChannel, command: string, signal: AbortSignal): Promise<Omit<CommandResult, 'tookMs'>> {
    const mark = `haywire-${randomBytes(8).toString('hex')}`
    return new Promise((resolve, reject) => {
      let stdout = ''
      let stderr = ''
      const done = new RegExp(`\\n${mark} (\\d+)\\n$`)
      const onStdout = (text: string) => { stdout += text; look() }
      const onStderr = (text: string) => { stderr += text; look() }
      const look = () => {
        const end = done.exec(stdout.slice(-mark.length - 8))
        if (!end || !stderr.endsWith(`\n${mark}\n`)) return
        settle()
        resolve({ code: Number(end[1]), stdout: stdout.slice(0, -end[0].length), stderr: stderr.slice(0, -mark.length - 2) })
      }
      const broken = () => {
        settle()
        reject(new AccessError('broken', `${this.#connection.name}: the connection broke while ${JSON.stringify(short(command))} was running`))
      }
      const stop = () => {
        settle()
        // What still runs there would answer into the next command: that shell is given up with it.
        this.#channel = undefined
        channel.close()
        reject(signal.reason as Error)
      }
      const settle = () => {
        channel.off('data', onStdout)
        channel.stderr.off('data', onStderr)
        channel.off('close', broken)
        signal.removeEventListener('abort', stop)
      }
      if (signal.aborted) return stop()
      channel.on('data', onStdout)
      channel.stderr.on('data', onStderr)
      channel.once('close', broken)
      signal.addEventListener('abort', stop, { once: true })
      channel.write(`(eval ${quote(command)}) </dev/null; printf '\\n${mark} %d\\n' $?; printf '\\n${mark}\\n' >&2\n`)
    })
  }
}

async function runAtPrompt(connection: SshConnection, { entry, prompt, command, answer }: { entry: string; prompt: string; command: string; answer?: Answer }, signal: AbortSignal): Promise<CommandResult> {
  const started = performance.now()
  const channel = await connection.channel(entry, { pty: true, signal })
  channel.setEncoding('utf8')
  try {
    await untilPrompt(channel, { prompt, connection, command: entry }, signal)
    const printed = untilPrompt(channel, { prompt, connection, command, ...(answer ? { answer } : {}) }, signal)
    channel.write(`${command}\n`)
    const [, ...lines] = (await printed).split('\n')
    return { code: null, stdout: lines.join('\n'), stderr: '', tookMs: performance.now() - started }
  } finally {
    channel.close()
  }
}

/** What a console that completes as readline does offers after that text: all of it, in the order in which it is shown. */
export async function completionsAtPrompt(connection: SshConnection, asked: { entry: string; prompt: string; text: string }, signal: AbortSignal): Promise<string[]> {
  return inTime(connection, `${asked.text}<TAB>`, { signal }, limit => readCompletions(connection, asked, limit))
}

async function readCompletions(connection: SshConnection, { entry, prompt, text }: { entry: string; prompt: string; text: string }, signal: AbortSignal): Promise<string[]> {
  const channel = await connection.channel(entry, { pty: true, signal })
  channel.setEncoding('utf8')
  try {
    await untilPrompt(channel, { prompt, connection, command: entry }, signal)
    // The list comes on lines of its own, and then what was typed once more.
    const answer = untilPrompt(channel, { prompt: `${prompt} ${text}`, connection, command: text, fromLine: 2 }, signal)
    channel.write(`${text}\t\t`)
    const [, ...lines] = (await answer).split('\n')
    return lines.join(' ').split(/\s+/).filter(word => word !== '')
  } finally {
    channel.close()
  }
}

type Answer = NonNullable<RunOptions['answer']>

interface Awaited {
  prompt: string
  connection: SshConnection
  /** what was entered, for people */
  command: string
  answer?: Answer
  /** of what is printed, the first in which the prompt may stand */
  fromLine?: number
}

/** What is printed up to the next prompt, without control sequences; a question that comes before is answered. */
function untilPrompt(channel: ClientChannel, { prompt, connection, command, answer, fromLine = 1 }: Awaited, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    let typed = false
    const onData = (more: string) => {
      text += more
      const plain = withoutControls(text)
      const line = plain.slice(plain.lastIndexOf('\n') + 1).trim()
      const asking = answer !== undefined && line.includes(answer.question.trim())
      if (asking && !typed && line.endsWith(answer.question.trim())) {
        typed = true
        channel.write(`${answer.text}\n`)
      }
      // An answer that the terminal did not show leaves the prompt on the line of the question.
      if ((line !== prompt.trim() && !(asking && typed && line.endsWith(prompt.trim()))) || plain.split('\n').length < fromLine) return
      settle()
      resolve(plain.slice(0, plain.lastIndexOf(prompt.trim())))
    }
    const broken = () => {
      settle()
      reject(new AccessError('broken', `${connection.name}: the console ended before it showed its prompt ${JSON.stringify(prompt)} after ${JSON.stringify(short(command))}`))
    }
    const stop = () => {
      settle()
      reject(signal.reason as Error)
    }
    const settle = () => {
      channel.off('data', onData)
      channel.off('close', broken)
      signal.removeEventListener('abort', stop)
    }
    if (signal.aborted) return stop()
    channel.on('data', onData)
    channel.once('close', broken)
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** CSI and OSC sequences and carriage returns: what a terminal acts on rather than shows. */
function withoutControls(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007]*(?:\u0007|\u001b\\)|\r/g, '')
}
