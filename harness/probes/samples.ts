// Samples on their way to the history: gathered for a moment and written in one piece, without ever holding up a probe.
import { appendFile } from 'node:fs/promises'
import { historyLine, type SampleEvent } from '../history.ts'

export type Sample = Omit<SampleEvent, 'type'>
export type Emit = (sample: Sample) => void

/** Longest that a sample waits for others, in ms: whoever follows the file learns of a change within that. */
const gatherMs = 50

export class SampleWriter {
  readonly #path: string
  #waiting: string[] = []
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
  }

  readonly emit: Emit = sample => {
    this.#waiting.push(historyLine({ type: 'sample', ...sample }))
    this.#timer ??= setTimeout(() => this.#write(), gatherMs)
  }

  /** Settles when everything so far is in the file; rejects when it could not be written. */
  flush(): Promise<void> {
    this.#write()
    return this.#writing
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting.length === 0) return
    const lines = this.#waiting.join('')
    this.#waiting = []
    // Not synchronously: a disk that is busy with the cluster's own writes would make every probe late.
    this.#writing = this.#writing.then(() => appendFile(this.#path, lines))
    // Samples that cannot be kept are worth nothing: let the process end, and the run be inconclusive.
    this.#writing.catch((error: Error) => { throw new Error(`the history cannot be written: ${error.message}`, { cause: error }) })
  }
}

/** Milliseconds as they are written down: a hundredth is finer than any of this can measure. */
export function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}
