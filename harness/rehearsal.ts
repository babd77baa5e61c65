// Tells what a scenario would do, step by step, and touches nothing.
import type { Duration } from './duration.ts'
import type { Fault, FaultKind } from './fault.ts'
import type { Lease } from './lease.ts'
import { Story, type Expectation, type Stage } from './story.ts'

type Say = (line: string) => void

export class RehearsedStory extends Story {
  readonly #say: Say

  constructor(scenario: string, say: Say) {
    super({ scenario, history: undefined as never, evidenceDir: '', signal: new AbortController().signal, without: [] })
    this.#say = say
  }

  override stage(stage: Stage): void {
    this.#say(`${stage}`)
  }

  override async step<T>(title: string, body: () => Promise<T>): Promise<T> {
    this.#say(`  do      ${title}`)
    return body()
  }

  override async expect<T>(title: string, { expected, within, for: duration, rows }: Expectation<T>): Promise<undefined> {
    const limit = within ? ` within ${within}` : duration ? ` for ${duration}` : ''
    this.#say(`  expect  ${title}${limit}${rows && rows.length > 0 ? ` [${rows.join(', ')}]` : ''}: ${expected}`)
    return undefined
  }
}

export class RehearsedLeases {
  readonly #kinds: Readonly<Record<string, FaultKind>>
  readonly #say: Say

  constructor(kinds: Readonly<Record<string, FaultKind>>, say: Say) {
    this.#kinds = kinds
    this.#say = say
  }

  async inject(fault: Fault): Promise<Lease> {
    const say = this.#say
    const undo = this.#kinds[fault.kind]?.undo(fault.parameters, fault.node, 'LEASE') ?? 'unknown fault'
    say(`  fault   on ${fault.node}: ${fault.title}`)
    say(`          undo: ${undo}`)
    let healed = false
    const heal = async (): Promise<void> => {
      if (!healed) say(`  heal    on ${fault.node}: ${fault.title}`)
      healed = true
    }
    return {
      id: 'LEASE', fault, said: '', saidAtHeal: '', heal, [Symbol.asyncDispose]: heal,
      hold: async (length: Duration) => say(`  hold    for ${length}`),
    }
  }
}
