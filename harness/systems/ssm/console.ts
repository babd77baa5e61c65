// The product's console over SSH: commands by their own names, transcripts as they came.
import type { Access } from '../../access.ts'
import { nameOf, type NodeLike } from '../../cluster.ts'
import { parseHaStatus, type HaStatus } from './ha-status.ts'

/** How long a console command may take before it counts as hanging, in ms. A silent peer makes ha_status slow, never endless. */
const commandLimitMs = 30_000

/** It stops the cluster and starts a database, in ms. */
const teardownLimitMs = 180_000

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

  /** `ha_teardown`, with that answer to its question; what was printed. */
  async tearDown(node: NodeLike, answer: string, signal: AbortSignal): Promise<string> {
    const { stdout, stderr } = await this.#access.console(nameOf(node)).run('ha_teardown', { stdin: `${answer}\n`, signal, timeoutMs: teardownLimitMs })
    return stdout + stderr
  }
}
