// The product's console over SSH: commands by their own names, transcripts as they came.
import { AccessError, type Access } from '../../access.ts'
import { nameOf, type NodeLike } from '../../cluster.ts'
import { parseHaStatus, type HaStatus } from './ha-status.ts'

/** How long a console command may take before it counts as hanging, in ms. A silent peer makes ha_status slow, never endless. */
const commandLimitMs = 30_000

/** A teardown stops a cluster, a deployment copies a database, in ms. */
const changeLimitMs = 360_000

export interface Entered {
  command: string
  answer?: { question: string; text: string }
}

export class SsmConsole {
  readonly #access: Access

  constructor(access: Access) {
    this.#access = access
  }

  /** `ha_status` as typed data and as it was printed. Rejects with NotUnderstood when the output is none. */
  async haStatus(node: NodeLike, signal: AbortSignal): Promise<{ status: HaStatus; transcript: string }> {
    const { stdout, stderr } = await this.#access.console(nameOf(node)).run('ha_status', { signal, timeoutMs: commandLimitMs })
    const transcript = stdout + stderr
    return { status: parseHaStatus(transcript), transcript }
  }

  /** A command that changes the server, with the answer to its question; what was printed. */
  async enter(node: NodeLike, { command, answer }: Entered, signal: AbortSignal): Promise<string> {
    const { stdout, stderr } = await this.#access.console(nameOf(node)).run(command, { ...(answer === undefined ? {} : { answer }), signal, timeoutMs: changeLimitMs })
    return stdout + stderr
  }

  /** A command that ends in the middle because of what is done meanwhile. Rejects when it ended by itself. */
  async enterCutOff<T>(node: NodeLike, entered: Entered, cutOff: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const ended = this.enter(node, entered, signal).then(transcript => ({ transcript }), (error: unknown) => ({ error }))
    const done = await cutOff()
    const end = await ended
    if ('transcript' in end) throw new Error(`${entered.command} on ${nameOf(node)} ended before it was cut off, with ${JSON.stringify(end.transcript.trimEnd().split('\n').at(-1))}: nothing was interrupted`)
    if (!(end.error instanceof AccessError) || end.error.kind !== 'broken') throw end.error
    return done
  }

  /** What TAB offers after that text. */
  completions(node: NodeLike, text: string, signal: AbortSignal): Promise<string[]> {
    return this.#access.completions(nameOf(node), text, { entry: 'onprem-console', signal })
  }
}
