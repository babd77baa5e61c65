// What a scenario tells while it runs: steps, and expectations with expected, observed and evidence, all written to the history.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duration } from './duration.ts'
import { always, eventually, NotObserved, once, type Look } from './eventually.ts'
import type { Evidence, HistoryWriter, Outcome } from './history.ts'

export type Stage = 'steady' | 'fault' | 'observe' | 'heal' | 'settle' | 'judge'

export interface Expectation<T> {
  /** the promise this assertion speaks for; its verdict is the worst of its assertions */
  check: string
  /** acceptance rows that this very assertion proves */
  rows?: string[]
  /** for people */
  expected: string
  look(signal: AbortSignal): Promise<Look<T>>
  /** it will become true */
  within?: Duration
  /** it stays true; without `within` and `for` it must be true now */
  for?: Duration
  every?: Duration
  /** taken right after the last look, whichever way it went */
  evidence?: (signal: AbortSignal) => Promise<Evidence[]>
}

/** An assertion that did not hold; it has been written to the history already. */
export class ExpectationFailed extends Error {
  override name = 'ExpectationFailed'
}

export class Story {
  readonly signal: AbortSignal
  readonly #history: HistoryWriter
  readonly #evidenceDir: string
  readonly #scenario: string
  readonly #without: ReadonlySet<string>
  #stage: Stage = 'steady'
  readonly #changed: ((signal: AbortSignal) => Promise<void>) | undefined
  #steps = 0
  #unsettled = new Set<string>()

  constructor(options: { scenario: string; history: HistoryWriter; evidenceDir: string; signal: AbortSignal; without: string[]; /** settles when a probe has seen a fact change */ changed?: (signal: AbortSignal) => Promise<void> }) {
    this.#scenario = options.scenario
    this.#history = options.history
    this.#evidenceDir = options.evidenceDir
    this.#without = new Set(options.without)
    this.signal = options.signal
    this.#changed = options.changed
  }

  /** Expectations that were never awaited: a test that ends with one has asserted nothing. */
  get unsettled(): string[] {
    return [...this.#unsettled]
  }

  /** From here on the scenario is in that stage of the arc. */
  stage(stage: Stage): void {
    this.#stage = stage
  }

  /** Something that is done, with its beginning and its end. */
  async step<T>(title: string, body: () => Promise<T>): Promise<T> {
    const step = this.#next()
    this.#history.append({ type: 'step', step, phase: 'begin', title, stage: this.#stage })
    try {
      const result = await body()
      this.#history.append({ type: 'step', step, phase: 'end', title, stage: this.#stage })
      return result
    } catch (error) {
      this.#history.append({ type: 'step', step, phase: 'end', title, stage: this.#stage, outcome: 'unknown', observed: messageOf(error) })
      throw error
    }
  }

  /** An assertion. Rejects with ExpectationFailed after writing what was expected and what was seen; taken out, it asserts nothing and says so. */
  async expect<T>(title: string, expectation: Expectation<T>): Promise<T | undefined> {
    const { check, expected, rows, within, for: duration } = expectation
    const step = this.#next()
    const common = { type: 'step' as const, step, title, stage: this.#stage, check, expected, ...(rows ? { rows } : {}), ...(within ? { within } : {}), ...(duration ? { for: duration } : {}) }
    if (this.#without.has(check)) {
      this.#history.append({ type: 'step', step, phase: 'end', title: `${title} (not looked at: ${check} is taken out)`, stage: this.#stage })
      return undefined
    }
    this.#history.append({ ...common, phase: 'begin' })
    this.#unsettled.add(title)
    const end = async (outcome: Outcome, observed: string, unseen = false): Promise<void> => {
      const evidence = (await expectation.evidence?.(this.signal)) ?? []
      this.#history.append({ ...common, phase: 'end', outcome, observed, ...(unseen ? { unseen } : {}), evidence })
      this.#unsettled.delete(title)
    }
    try {
      const found = await this.#wait(title, expectation)
      await end('pass', `${found.observed} (after ${Math.round(found.tookMs)} ms)`)
      return found.value
    } catch (error) {
      const failed = error instanceof NotObserved && !error.blind
      await end(failed ? 'fail' : 'unknown', messageOf(error), error instanceof NotObserved && error.unseen)
      throw failed ? new ExpectationFailed(`${title}: expected ${expected}; ${error.message}`, { cause: error }) : error
    }
  }

  /** Keeps a text as evidence, under a name that says what it is. */
  keepText(title: string, text: string): Evidence {
    return this.keep(title, text, 'text/plain', 'txt')
  }

  keep(title: string, content: string | Uint8Array, contentType: string, ending: string): Evidence {
    const folder = join(this.#evidenceDir, slug(this.#scenario))
    mkdirSync(folder, { recursive: true })
    const name = `${String(this.#steps).padStart(2, '0')}-${slug(title)}-${Date.now().toString(36)}.${ending}`
    writeFileSync(join(folder, name), content)
    return { title, path: join('evidence', slug(this.#scenario), name), contentType }
  }

  async #wait<T>(title: string, { look, within, for: duration, every }: Expectation<T>): Promise<{ value: T; tookMs: number; observed: string }> {
    const options = { signal: this.signal, ...(every ? { every } : {}) }
    if (duration) return always(title, look, { ...options, for: duration })
    return within ? eventually(title, look, { ...options, within, ...(this.#changed ? { changed: this.#changed } : {}) }) : once(title, look, this.signal)
  }

  #next(): string {
    this.#steps += 1
    return `${this.#scenario}#${this.#steps}`
  }
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '').slice(0, 60)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
