// Faults are leases: on disk before they are done, proven before anybody builds on them, and healed whatever happens.
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Access } from './access.ts'
import { milliseconds, sayMs, type Duration } from './duration.ts'
import type { Fault, FaultContext, FaultKind } from './fault.ts'
import { healLease, messageOf, noted, NotHealed } from './heal.ts'
import type { FaultPhase, HistoryWriter } from './history.ts'
import type { Journal } from './journal.ts'
import { limited } from './limit.ts'
import { identityOf } from './process-identity.ts'

/** How long a fault may last when nobody says: longer than any step of a scenario, so it ends only what hangs. */
const defaultLength: Duration = '5min'
/** The guardian comes after the harness, and what was armed on the node after the guardian. In ms. */
export const guardianGraceMs = 5000
const nodeGraceMs = 10_000
/** Longest that doing and proving one fault may take, in ms. */
const injectLimitMs = 120_000
/** Longest that the look before its undoing may take, in ms: it must not keep a cluster broken. */
const inForceLimitMs = 5000

/** The fault did not bite, or did not last as long as it should have: whatever was seen meanwhile says nothing. */
export class NotProven extends Error {
  override name = 'NotProven'
}

export interface Lease extends AsyncDisposable {
  readonly id: string
  readonly fault: Fault
  /** what the product printed when the fault was done, and when it was undone */
  readonly said: string
  readonly saidAtHeal: string
  /** Keeps the fault in force until that long after it was proven. */
  hold(length: Duration, signal: AbortSignal): Promise<void>
  /** Undoes it and proves that. Any number of calls heal once; after a failure the next call tries again. */
  heal(): Promise<void>
}

export interface LeaseOptions {
  access: Access
  journal: Journal
  history: HistoryWriter
  kinds: Readonly<Record<string, FaultKind>>
}

/** Owns the faults of a scenario. */
export class Leases {
  readonly #options: LeaseOptions
  /** in the order in which they were asked for */
  readonly #open = new Set<OpenLease>()
  readonly #injecting = new Set<Promise<unknown>>()
  #over = new AbortController()
  #healing = 0
  #closed = false

  constructor(options: LeaseOptions) {
    this.#options = options
  }

  /** From now on nothing is injected any more: a body that outlives its limit must not begin anew what has just been healed. */
  close(): void {
    this.#closed = true
  }

  /** Does the fault and proves it. Rejects with NotProven, and nothing is left of it, when that fails. */
  async inject(fault: Fault, { for: length = defaultLength }: { for?: Duration } = {}): Promise<Lease> {
    if (this.#closed) throw new Error(`${fault.title}: not injected, because the scenario is over`)
    if (this.#healing > 0) throw new Error(`${fault.title}: not injected, because everything is being healed`)
    const lease = new OpenLease(fault, milliseconds(length), this.#options, () => this.#open.delete(lease))
    this.#open.add(lease)
    const injected = lease.inject(this.#over.signal)
    this.#injecting.add(injected)
    try {
      await injected
    } finally {
      this.#injecting.delete(injected)
    }
    return lease
  }

  /** Heals everything that is open, the last first, and goes on past what cannot be healed: that is in `left`, with how to undo it by hand. In `lapsed`: what others had undone too early. */
  async healAll(signal?: AbortSignal): Promise<{ left: string[]; lapsed: string[] }> {
    this.#healing += 1
    try {
      this.#over.abort(new Error('everything is being healed'))
      await Promise.allSettled(this.#injecting)
      const left: string[] = []
      const lapsed: string[] = []
      for (const lease of [...this.#open].reverse()) {
        try {
          await lease.heal(signal)
        } catch (error) {
          if (error instanceof NotProven) lapsed.push(error.message)
          else left.push(messageOf(error))
        }
      }
      return { left, lapsed }
    } finally {
      this.#healing -= 1
      if (this.#healing === 0) this.#over = new AbortController()
    }
  }
}

class OpenLease implements Lease {
  readonly id = randomBytes(4).toString('hex')
  fault: Fault
  said = ''
  saidAtHeal = ''
  readonly #lengthMs: number
  readonly #options: LeaseOptions
  readonly #closed: () => void
  #provenAtMs = 0
  /** from when on the node may have undone it by itself */
  #nodeUndoesAtMs = Infinity
  #healed: Promise<void> | undefined

  constructor(fault: Fault, lengthMs: number, options: LeaseOptions, closed: () => void) {
    this.fault = fault
    this.#lengthMs = lengthMs
    this.#options = options
    this.#closed = closed
  }

  async inject(over: AbortSignal): Promise<void> {
    const { journal, access, kinds } = this.#options
    const { id, fault } = this
    const kind = kinds[fault.kind]
    if (!kind) throw new Error(`no fault is called ${fault.kind}; there are: ${Object.keys(kinds).join(', ')}`)
    using limit = limited(injectLimitMs, over)
    const context: FaultContext = {
      access,
      lease: id,
      deadlineMs: this.#lengthMs + guardianGraceMs + nodeGraceMs,
      signal: limit.signal,
      armed: detail => journal.append({ type: 'lease', id, phase: 'armed', by: 'harness', detail }),
    }
    const owner = identityOf(process.pid)
    if (!owner) throw new Error('this process is not to be found in /proc; Haywire needs Linux')
    this.#nodeUndoesAtMs = performance.now() + context.deadlineMs
    try {
      journal.append({ type: 'lease', id, phase: 'requested', by: 'harness', owner, fault, ...this.#deadline() }, { durable: true })
      this.#tell('requested', fault.title)
      const parameters = kind.prepare ? await kind.prepare(fault.parameters, fault.node, context) : fault.parameters
      this.fault = { ...fault, parameters }
      journal.append({ type: 'lease', id, phase: 'injecting', by: 'harness', parameters }, { durable: true })
    } catch (cause) {
      // Nothing was done yet, so there is nothing to undo.
      this.#closed()
      noted(() => journal.append({ type: 'lease', id, phase: 'cancelled', by: 'harness', detail: messageOf(cause) }))
      noted(() => { for (const phase of ['healed', 'proven-healed'] as const) this.#tell(phase, 'it was never done') })
      throw new NotProven(`${fault.title}: not injected: ${messageOf(cause)}`, { cause })
    }
    try {
      this.said = (await kind.inject(this.fault.parameters, fault.node, context)) ?? ''
      journal.append({ type: 'lease', id, phase: 'injected', by: 'harness' })
      const proof = await kind.prove(this.fault.parameters, fault.node, context)
      if (!proof.proven) throw new Error(proof.why)
      this.#provenAtMs = performance.now()
      journal.append({ type: 'lease', id, phase: 'proven', by: 'harness', detail: proof.evidence })
      this.#tell('proven', proof.evidence)
    } catch (cause) {
      const unproven = new NotProven(`${fault.title}: not proven, so nothing can be concluded: ${messageOf(cause)}`, { cause })
      try {
        await this.heal()
      } catch (error) {
        throw new AggregateError([unproven, error], `${unproven.message}\n${messageOf(error)}`)
      }
      throw unproven
    }
  }

  hold(length: Duration, signal: AbortSignal): Promise<void> {
    return pause(Math.max(0, this.#provenAtMs + milliseconds(length) - performance.now()), undefined, { signal })
  }

  heal(signal?: AbortSignal): Promise<void> {
    this.#healed ??= this.#heal(signal).catch((error: unknown) => {
      if (error instanceof NotHealed) this.#healed = undefined
      throw error
    })
    return this.#healed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const healedBefore = this.#healed !== undefined
    try {
      await this.heal()
    } catch (error) {
      // Whoever healed it by hand has heard that it had not lasted; said twice, neither could be read.
      if (!healedBefore || !(error instanceof NotProven)) throw error
    }
  }

  async #heal(signal: AbortSignal | undefined): Promise<void> {
    const { journal } = this.#options
    const startedMs = performance.now()
    const before = journal.read().leases.find(({ id }) => id === this.id)
    const undoneBy = before?.healer === 'guardian' ? 'the guardian' : startedMs > this.#nodeUndoesAtMs ? 'the node itself' : undefined
    const endedEarly = this.#provenAtMs > 0 && undoneBy === undefined ? await this.#endedEarly(signal) : undefined
    const { said } = await healLease({ ...this.#options, by: 'harness' }, this, signal)
    this.saidAtHeal = said
    this.#closed()
    if (undoneBy) throw new NotProven(`${this.fault.title}: it had lasted ${sayMs(this.#lengthMs)} and was undone by ${undoneBy}; what was seen after that says nothing. Give it longer: inject(…, { for: … })`)
    if (endedEarly !== undefined) throw new NotProven(`${this.fault.title}: it was to be undone, and it is not known that it had lasted until then: ${endedEarly}; what was seen since it was proven says nothing`)
  }

  /** Why it may have ended before anybody undid it. */
  async #endedEarly(signal: AbortSignal | undefined): Promise<string | undefined> {
    const { access, kinds } = this.#options
    const { id, fault } = this
    const kind = kinds[fault.kind]
    if (!kind?.inForce) return undefined
    using limit = limited(inForceLimitMs, signal)
    try {
      const proof = await kind.inForce(fault.parameters, fault.node, { access, lease: id, deadlineMs: inForceLimitMs, signal: limit.signal, armed: () => undefined })
      return proof.proven ? undefined : proof.why
    } catch (error) {
      return messageOf(error)
    }
  }

  #tell(phase: FaultPhase, detail: string): void {
    const { kind, node } = this.fault
    this.#options.history.append({ type: 'fault', id: this.id, fault: kind, node, phase, detail, ...(phase === 'requested' ? { limitMs: this.#lengthMs } : {}) })
  }

  #deadline(): { deadlineNs: string; deadlineUtc: string } {
    return {
      deadlineNs: String(process.hrtime.bigint() + BigInt(Math.round(this.#lengthMs * 1e6))),
      deadlineUtc: new Date(Date.now() + this.#lengthMs).toISOString(),
    }
  }
}
