// Clients that make numbered things through the VIP all the time, accounts or registrations of products, and tell apart what was acknowledged, refused, or is unknown.
import { setTimeout as pause } from 'node:timers/promises'
import type { Access } from './access.ts'
import { now } from './clock.ts'
import type { HistoryWriter } from './history.ts'
import type { Journal } from './journal.ts'
import type { Target } from './target.ts'
import { Waiters } from './waiters.ts'

/**
 * `ok` only on the product's own word; `fail` only where it provably took no effect: nothing was sent, or the product said no.
 * Everything else, a time-out, a reset or a 5xx after sending, is `info`: nobody knows.
 */
export type CreateAnswer = { phase: 'ok'; node?: string } | { phase: 'fail' | 'info'; error: string }

export interface Reader {
  /** `vip`, or the node whose database is read */
  node: string
  read: (prefix: string, signal: AbortSignal) => Promise<string[]>
}

/** What a workload makes in the product, as a client and as an auditor reach it. */
export interface Maker {
  /** the operations' names in the history, and of whom they are */
  words: { create: string; read: string; clients: string }
  logIn(signal: AbortSignal): Promise<void>
  /** One attempt, never a second one: with a time limit of its own, and never rejecting for what network or product do. */
  create(name: string): Promise<CreateAnswer>
  /** Every place where what was created can be read back: through the VIP, and in each node's database once it has caught up. */
  readers(access: Access): Reader[]
  /** Removes everything whose name begins so, once each, and says how many are left; rejects when the product does not answer. */
  remove(prefix: string, signal: AbortSignal): Promise<{ removed: number; left: number }>
}

/** So many attempts can be under way at once. At ten a second all of them wait once writes have waited for 2.4 s: more than a dozen connections or workers could carry. */
const usualClients = 24

export class Workload {
  readonly #maker: Maker
  readonly #history: HistoryWriter
  readonly #perSecond: number
  readonly #clients: number
  readonly #prefix: string
  readonly #journal: Journal
  readonly #remove: boolean
  readonly #over = new AbortController()
  #running: Promise<void>[] = []
  #operations = 0
  #created = 0
  /** by when each was asked for */
  readonly #acknowledged = new Waiters<number>()
  readonly #promised: string[] = []

  constructor({ target, run, history, journal, maker, perSecond = target.workload?.perSecond, clients = usualClients }: { target: Target; run: string; history: HistoryWriter; journal: Journal; maker: Maker; /** default: as the target says */ perSecond?: number | undefined; clients?: number }) {
    if (!target.workload || perSecond === undefined) throw new Error(`the target ${target.name} allows no workload`)
    this.#maker = maker
    this.#history = history
    this.#journal = journal
    this.#perSecond = perSecond
    this.#clients = clients
    this.#remove = target.workload.cleanUp === 'remove'
    // Each workload of a run has names of its own: it reads back what it created, and nothing else.
    const begun = Math.round(now(history.clock)).toString(36)
    this.#prefix = `${target.workload.prefix}-${run.replaceAll(/[^\w.-]/g, '-').slice(0, 80)}-${begun}-`
  }

  /** Rejects when the product does not let us in. From then on it runs until `stop`, whatever becomes of the signal: healing is watched too. */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    await this.#maker.logIn(signal)
    signal.throwIfAborted()
    // Whoever heals removes them, should this process not come to it.
    if (this.#remove) this.#journal.append({ type: 'accounts', phase: 'begun', by: 'harness', prefix: this.#prefix }, { durable: true })
    this.#running = Array.from({ length: this.#clients }, (_, index) => this.#create(`${this.#maker.words.clients}-${index + 1}`, index))
  }

  /** Settles when one that was asked for after this call has been acknowledged. */
  acknowledgedOnce(signal: AbortSignal): Promise<void> {
    const since = now(this.#history.clock)
    return this.#acknowledged.wait(signal, invoked => invoked >= since)
  }

  /** Those that were acknowledged before this call, and which of them the product does not list at the VIP. Rejects when it shows no list. */
  async unlisted({ access, signal }: { access: Access; signal: AbortSignal }): Promise<{ acknowledged: number; missing: string[] }> {
    const promised = [...this.#promised]
    const shop = this.#maker.readers(access).find(({ node }) => node === 'vip')
    if (!shop) throw new Error('nobody reads what was made through the VIP')
    const listed = new Set(await shop.read(this.#prefix, signal))
    return { acknowledged: promised.length, missing: promised.filter(name => !listed.has(name)) }
  }

  /** No more attempts; settles when those under way have ended, each within its own limit. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#over.abort(new Error('the workload is over'))
    await Promise.all(this.#running)
    signal.throwIfAborted()
  }

  /** What is there in the end, by every reader; a read that was not possible is told as that. */
  async readBack({ access, signal }: { access: Access; signal: AbortSignal }): Promise<void> {
    await Promise.all(this.#maker.readers(access).map(async ({ node, read }) => {
      const operation = { type: 'op' as const, id: this.#operations += 1, client: `${this.#maker.words.clients}-1`, f: this.#maker.words.read, node }
      this.#history.append({ ...operation, phase: 'invoke', value: null })
      try {
        const names = await read(this.#prefix, signal)
        this.#history.append({ ...operation, phase: 'ok', value: names.toSorted() })
      } catch (error) {
        this.#history.append({ ...operation, phase: 'info', error: error instanceof Error ? error.message : String(error) })
      }
    }))
  }

  /** One client: attempt after attempt, no more often than its share of the rate; what it could not do in time it does not make up for. */
  async #create(client: string, index: number): Promise<void> {
    const { clock } = this.#history
    const { signal } = this.#over
    const everyMs = (1000 * this.#clients) / this.#perSecond
    let due = now(clock) + (index * everyMs) / this.#clients
    while (!signal.aborted) {
      await pause(Math.max(0, due - now(clock)), undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      await this.#createOne(client)
      // Its own turn, always: those who waited for the same would else go on together, and nobody asks in between.
      due += everyMs * Math.max(1, Math.ceil((now(clock) - due) / everyMs))
    }
  }

  async #createOne(client: string): Promise<void> {
    this.#created += 1
    const value = `${this.#prefix}${String(this.#created).padStart(6, '0')}`
    const operation = { type: 'op' as const, id: this.#operations += 1, client, f: this.#maker.words.create, value }
    const [invoked = 0] = this.#history.append({ ...operation, phase: 'invoke' })
    const answer = await this.#maker.create(value)
    this.#history.append({ ...operation, ...answer })
    if (answer.phase !== 'ok') return
    this.#promised.push(value)
    this.#acknowledged.wake(invoked)
  }
}
