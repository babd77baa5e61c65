// What a run may have to undo is on disk before it is done: an append-only file of JSON lines that any process can heal from.
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import type { Fault } from './fault.ts'
import type { ProcessIdentity } from './process-identity.ts'

/**
 * A lease's life. `requested`: nothing was done yet. From `injecting` on it has to be healed, until `proven-healed`.
 * `cancelled`: it was never done.
 */
export type LeasePhase = 'requested' | 'cancelled' | 'injecting' | 'armed' | 'injected' | 'proven' | 'healing' | 'healed' | 'proven-healed'

/** Who writes: the run itself, its guardian, or `haywire heal`. */
export type Healer = 'harness' | 'guardian' | 'heal'

export type NewJournalEntry =
  | { type: 'lease'; id: string; phase: 'requested'; by: Healer; owner: ProcessIdentity; fault: Fault; deadlineNs: string; deadlineUtc: string }
  | { type: 'lease'; id: string; phase: 'injecting'; by: Healer; parameters: unknown }
  | { type: 'lease'; id: string; phase: Exclude<LeasePhase, 'requested' | 'injecting'>; by: Healer; detail?: string }
  /** a process of the run that must not outlive it, nor may its files; `node` is absent for one on the harness's own host */
  | { type: 'process'; id: string; phase: 'started'; node?: string; pid: number; startTime: string; what: string; files?: string }
  | { type: 'process'; id: string; phase: 'ended'; detail?: string }
  /** what the workload makes and has to remove: accounts whose names begin so; `left` where nothing is left to remove them from */
  | { type: 'accounts'; phase: 'begun' | 'removed' | 'left'; by: Healer; prefix: string }
  /** what else was done, for people */
  | { type: 'note'; by: Healer; text: string }

export type JournalEntry = NewJournalEntry & { utc: string }

/** A lease as its lines tell it. */
export interface JournalLease {
  id: string
  fault: Fault
  phase: LeasePhase
  /** the process that asked for it */
  owner: ProcessIdentity
  /** CLOCK_MONOTONIC, in ns: when whoever is there must undo it */
  deadlineNs: bigint
  /** who began to heal it last */
  healer?: Healer
}

export interface JournalProcess extends ProcessIdentity {
  id: string
  node?: string
  what: string
  /** a folder that goes when it has ended */
  files?: string
  ended: boolean
}

export interface JournalState {
  leases: JournalLease[]
  processes: JournalProcess[]
  /** beginnings of the names of accounts that have to be removed */
  accounts: string[]
  /** lines that nobody can read: a writer was killed while it wrote, or the disk was full */
  unreadable: string[]
}

export class Journal {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Written when it returns; with `durable` on the disk itself, so that it outlives the machine's power. */
  append(entry: NewJournalEntry, { durable = false } = {}): void {
    const file = openSync(this.path, 'a+')
    try {
      const line = `${JSON.stringify({ utc: new Date().toISOString(), ...entry })}\n`
      writeSync(file, endsInNewline(file) ? line : `\n${line}`)
      if (durable) fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }

  /** Remembers a process of the run; the returned function says that it has ended. */
  startedProcess(process: Omit<JournalProcess, 'ended'>): () => void {
    const { id, node, pid, startTime, what, files } = process
    this.append({ type: 'process', id, phase: 'started', ...(node === undefined ? {} : { node }), pid, startTime, what, ...(files === undefined ? {} : { files }) }, { durable: true })
    return () => this.append({ type: 'process', id, phase: 'ended' })
  }

  read(): JournalState {
    return parseJournal(existsSync(this.path) ? readFileSync(this.path, 'utf8') : '')
  }
}

/** What still has to be undone, in the order it has to be: the last first. */
export function openLeases({ leases }: JournalState): JournalLease[] {
  return leases.filter(({ phase }) => !['requested', 'cancelled', 'proven-healed'].includes(phase)).reverse()
}

/** Everything that is open, one line each. */
export function leftOpen(state: JournalState): string[] {
  return [...openLeases(state).map(({ fault }) => fault.title), ...state.processes.filter(({ ended }) => !ended).map(({ what }) => what), ...state.accounts.map(prefix => `accounts ${prefix}…`)]
}

export function parseJournal(text: string): JournalState {
  const leases = new Map<string, JournalLease>()
  const processes = new Map<string, JournalProcess>()
  const accounts = new Set<string>()
  const unreadable: string[] = []
  for (const line of text.split('\n').filter(line => line.trim() !== '')) {
    const entry = readEntry(line)
    if (!entry) unreadable.push(line)
    else if (entry.type === 'lease') takeLease(entry)
    else if (entry.type === 'process') takeProcess(entry)
    else if (entry.type === 'accounts') accounts[entry.phase === 'begun' ? 'add' : 'delete'](entry.prefix)
  }
  return { leases: [...leases.values()], processes: [...processes.values()], accounts: [...accounts], unreadable }

  function takeLease(entry: JournalEntry & { type: 'lease' }): void {
    if (entry.phase === 'requested') {
      leases.set(entry.id, { id: entry.id, fault: entry.fault, phase: 'requested', owner: entry.owner, deadlineNs: BigInt(entry.deadlineNs) })
      return
    }
    const lease = leases.get(entry.id)
    if (!lease) return
    lease.phase = entry.phase
    if (entry.phase === 'injecting') lease.fault = { ...lease.fault, parameters: entry.parameters }
    if (entry.phase === 'healing') lease.healer = entry.by
  }

  function takeProcess(entry: JournalEntry & { type: 'process' }): void {
    if (entry.phase === 'started') {
      const { id, node, pid, startTime, what, files } = entry
      processes.set(id, { id, ...(node === undefined ? {} : { node }), pid, startTime, what, ...(files === undefined ? {} : { files }), ended: false })
      return
    }
    const process = processes.get(entry.id)
    if (process) process.ended = true
  }
}

function readEntry(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<JournalEntry> | null
    return entry !== null && typeof entry === 'object' && typeof entry.type === 'string' ? (entry as JournalEntry) : undefined
  } catch {
    return undefined
  }
}

/** A writer that was killed may have left half a line: the next one must not be glued to it. */
function endsInNewline(file: number): boolean {
  const { size } = fstatSync(file)
  if (size === 0) return true
  const last = Buffer.alloc(1)
  readSync(file, last, 0, 1, size - 1)
  return last[0] === 10
}
