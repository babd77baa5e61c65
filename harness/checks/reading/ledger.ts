// What a workload was told of each thing it tried to make, and what was found when everything was read back.
import type { ScenarioView } from '../../check.ts'
import type { OpEvent } from '../../history.ts'
import { evidenceOf, once } from './evidence.ts'
import { finding, type Finding } from './findings.ts'
import { atTime } from './say.ts'

export interface Operation {
  f: string
  client: string
  invoked: number
  /** when its answer came; Infinity for one that never came */
  completed: number
  outcome: 'ok' | 'fail' | 'info'
  /** which server answered, or through which one a read went */
  node: string | undefined
  value: unknown
  /** why it was not acknowledged, in the client's words */
  error?: string
}

/** What a workload makes, by the names of its operations. */
export interface Making {
  make: string
  read: string
  /** one of them, for people */
  thing: string
}

export const accountsMade: Making = { make: 'create', read: 'read', thing: 'account' }
export const registrationsMade: Making = { make: 'register', read: 'read-registrations', thing: 'registration' }

/** One that it tried to make. */
export interface Made {
  name: string
  acknowledged: Operation[]
  /** refused, and nobody said anything else about it */
  refused: boolean
}

export interface Ledger {
  made: Map<string, Made>
  lastAcknowledged: number
  reads: (Operation & { names: string[] })[]
  odd: Finding[]
}

/** The operations, each from its invocation to its answer. */
export const operationsOf = once((view): Operation[] => {
  const open = new Map<string, { operation: Operation }>()
  const operations: Operation[] = []
  for (const event of evidenceOf(view).ops) {
    const key = `${event.client} ${event.id}`
    if (event.phase === 'invoke') {
      const operation: Operation = { f: event.f, client: event.client, invoked: event.t, completed: Infinity, outcome: 'info', node: event.node, value: event.value }
      operations.push(operation)
      open.set(key, { operation })
      continue
    }
    const operation = open.get(key)?.operation ?? { f: event.f, client: event.client, invoked: event.t, completed: event.t, outcome: event.phase, node: event.node, value: event.value }
    if (!open.delete(key)) operations.push(operation)
    complete(operation, event)
  }
  return operations
})

export const createsOf = once((view): Operation[] => operationsOf(view).filter(({ f }) => f === 'create'))

export function ledgerOf(view: ScenarioView, { make, read: readBack, thing }: Making): Ledger {
  const operations = operationsOf(view)
  const odd: Finding[] = []
  const made = new Map<string, Made>()
  const attempts = operations.filter(({ f }) => f === make)
  for (const create of attempts) {
    const name = nameOf(create.value)
    if (name === undefined) {
      odd.push(finding(`the ${make} ${atTime(create.invoked)} names no ${thing}`, create.invoked))
      continue
    }
    const one = made.get(name) ?? { name, acknowledged: [], refused: true }
    if (create.outcome === 'ok') one.acknowledged.push(create)
    if (create.outcome !== 'fail') one.refused = false
    made.set(name, one)
  }
  const reads: Ledger['reads'] = []
  for (const read of operations) {
    if (read.f !== readBack || read.outcome !== 'ok') continue
    if (Array.isArray(read.value) && read.value.every(name => nameOf(name) !== undefined)) reads.push({ ...read, names: read.value.map(name => nameOf(name) as string) })
    else odd.push(finding(`the read-back through ${read.node ?? 'nobody named'} ${atTime(read.completed)} is no list of names`, read.completed))
  }
  const lastAcknowledged = attempts.reduce((last, { outcome, completed }) => (outcome === 'ok' ? Math.max(last, completed) : last), -Infinity)
  return { made, lastAcknowledged, reads, odd }
}

/** The stretches in which a client was always trying, pauses of its own rate apart. */
export function loadOf(creates: Operation[], until: number): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = []
  for (const { invoked, completed } of creates.toSorted((a, b) => a.invoked - b.invoked)) {
    const last = stretches.at(-1)
    const to = Math.min(completed, until)
    if (last && invoked - last.to <= pauseMs) last.to = Math.max(last.to, to)
    else stretches.push({ from: invoked, to: Math.max(invoked, to) })
  }
  return stretches
}

/** A client that tries at any rate worth the name tries again within that, in ms. */
export const pauseMs = 1000

function complete(operation: Operation, event: OpEvent): void {
  operation.completed = event.t
  operation.outcome = event.phase === 'invoke' ? 'info' : event.phase
  if (event.node !== undefined) operation.node = event.node
  if (event.error !== undefined) operation.error = event.error
  if (event.value !== undefined && event.value !== null) operation.value = event.value
}

/** Names are strings; a literal history may number them. */
function nameOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
