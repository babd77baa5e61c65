// Undoes what a journal leaves open, exactly that, in reverse order, and says what it did and what is left.
import { setTimeout as pause } from 'node:timers/promises'
import { AccessError, quote, type Access } from './access.ts'
import { sayMs, type Duration } from './duration.ts'
import { eventually } from './eventually.ts'
import type { Fault, FaultContext, FaultKind } from './fault.ts'
import type { FaultPhase, HistoryWriter } from './history.ts'
import { openLeases, type Healer, type Journal, type JournalProcess } from './journal.ts'
import { limited } from './limit.ts'
import { isAlive } from './process-identity.ts'
import type { Maker } from './workload.ts'

/** Longest that undoing one fault and proving it may take, in ms: a cluster node that starts anew takes a minute on a slow machine. */
export const healLimitMs = 180_000
/** Longest that removing the workload's accounts may take: a boot and a takeover, and then some 20 ms each. */
const removeWithin: Duration = '150s'
/** Longest that ending one left process may take, in ms. */
const endLimitMs = 20_000

export interface Healing {
  journal: Journal
  history: HistoryWriter
  kinds: Readonly<Record<string, FaultKind>>
  access: Access
  by: Healer
}

/** What heals a whole run. */
export interface RunHealing extends Healing {
  accounts(): Promise<Pick<Maker, 'remove'>>
}

export interface HealReport {
  /** one line each: what was undone */
  healed: string[]
  /** one text each: what is left, why, and how to undo it by hand */
  left: string[]
}

/** A fault that is still there, or may be. The message says how to undo it by hand. */
export class NotHealed extends Error {
  override name = 'NotHealed'
}

/** Heals every open lease (or those chosen), and goes on past what cannot be healed. */
export async function healOpenLeases(healing: Healing, { only = () => true, signal }: { only?: (lease: { id: string }) => boolean; signal?: AbortSignal } = {}): Promise<HealReport> {
  const report: HealReport = { healed: [], left: [] }
  for (const { id, fault } of openLeases(healing.journal.read()).filter(only)) {
    try {
      const { evidence } = await healLease(healing, { id, fault }, signal)
      report.healed.push(`${fault.title}: ${evidence}`)
    } catch (error) {
      report.left.push(messageOf(error))
    }
  }
  return report
}

/** When the command that they belong to is gone, processes that may still inject faults have to go first. Says which it ended. */
export async function endOwners(journal: Journal): Promise<string[]> {
  const owners = new Map(journal.read().leases.map(({ owner }) => [`${owner.pid} ${owner.startTime}`, owner]))
  const living = [...owners.values()].filter(owner => owner.pid !== process.pid && isAlive(owner))
  for (const { pid } of living) process.kill(pid, 'SIGKILL')
  for (const owner of living) while (isAlive(owner)) await pause(10)
  return living.map(({ pid }) => `process ${pid} of the run was ended, or it might have gone on`)
}

/** Everything that a run which is gone has left: faults, processes on the nodes and here, the workload's accounts. */
export async function healRun(healing: RunHealing, signal?: AbortSignal): Promise<HealReport> {
  const faults = await healOpenLeases(healing, { signal })
  const processes = await endProcesses(healing, { signal })
  const accounts = await removeAccounts(healing, { signal })
  const unreadable = healing.journal.read().unreadable.map(line => `the journal ${healing.journal.path} has a line that cannot be read, so nobody knows what it began: ${line.slice(0, 200)}`)
  return { healed: [...faults.healed, ...processes.healed, ...accounts.healed], left: [...faults.left, ...processes.left, ...accounts.left, ...unreadable] }
}

/** Removes what the workload made, where the target wants that. Whoever heals may come while the VIP is still on its way back. */
export async function removeAccounts({ journal, accounts, by }: Pick<RunHealing, 'journal' | 'accounts' | 'by'>, { signal = new AbortController().signal, within = removeWithin, every = '2s' }: { signal?: AbortSignal | undefined; within?: Duration; every?: Duration } = {}): Promise<HealReport> {
  const report: HealReport = { healed: [], left: [] }
  for (const prefix of journal.read().accounts) {
    try {
      const product = await accounts()
      let removed = 0
      await eventually(`no account is called ${prefix}…`, async look => {
        const pass = await product.remove(prefix, look)
        removed += pass.removed - pass.left
        return { value: pass, satisfied: pass.left === 0, observed: `${pass.left} are listed` }
      }, { within, every, signal })
      noted(() => journal.append({ type: 'accounts', phase: 'removed', by, prefix }))
      report.healed.push(`${removed} accounts of the workload were removed: ${prefix}…`)
    } catch (error) {
      report.left.push(`accounts of the workload are left: ${messageOf(error)}\n  by hand: delete the accounts whose names begin with ${prefix}`)
    }
  }
  return report
}

/** Ends the processes that a run which is gone has left on the nodes and here, the youngest first (or those chosen). */
export async function endProcesses({ journal, access, by }: Pick<Healing, 'journal' | 'access' | 'by'>, { only = () => true, signal }: { only?: (left: JournalProcess) => boolean; signal?: AbortSignal } = {}): Promise<HealReport> {
  const report: HealReport = { healed: [], left: [] }
  for (const process of journal.read().processes.filter(({ ended }) => !ended).filter(only).reverse()) {
    try {
      const how = await endProcess(process, access, signal)
      noted(() => journal.append({ type: 'process', id: process.id, phase: 'ended', detail: `${how}, by ${by}` }))
      report.healed.push(`${process.what}: ${how}`)
    } catch (error) {
      report.left.push(`${process.what}: process ${process.pid} on ${process.node ?? 'this host'} could not be ended: ${messageOf(error)}\n  by hand: kill ${process.pid}, if it is still that one`)
    }
  }
  return report
}

/** Undoes one fault and proves it; the phases go into the journal and the history. Rejects with NotHealed. */
export async function healLease({ journal, history, kinds, access, by }: Healing, { id, fault }: { id: string; fault: Fault }, signal?: AbortSignal): Promise<{ said: string; evidence: string }> {
  const kind = kinds[fault.kind]
  using limit = limited(healLimitMs, signal)
  const context: FaultContext = { access, lease: id, deadlineMs: healLimitMs, signal: limit.signal, armed: () => undefined }
  const byWhom = by === 'harness' ? '' : `by ${by}: `
  const note = (phase: FaultPhase, detail: string): void => {
    if (phase === 'healed' || phase === 'proven-healed') noted(() => journal.append({ type: 'lease', id, phase, by, detail }))
    noted(() => history.append({ type: 'fault', id, fault: fault.kind, node: fault.node, phase, detail: `${byWhom}${detail}` }))
  }
  noted(() => journal.append({ type: 'lease', id, phase: 'healing', by }))
  const started = performance.now()
  try {
    if (!kind) throw new Error(`this version of Haywire knows no fault ${fault.kind}`)
    const said = (await kind.heal(fault.parameters, fault.node, context)) ?? ''
    note('healed', `after ${sayMs(performance.now() - started)}`)
    const proof = await kind.proveHealed(fault.parameters, fault.node, context)
    if (!proof.proven) throw new Error(`it was undone, but its end is not proven: ${proof.why}`)
    note('proven-healed', proof.evidence)
    return { said, evidence: proof.evidence }
  } catch (cause) {
    const why = limit.expired ? `not within ${sayMs(healLimitMs)}` : messageOf(cause)
    throw new NotHealed(`${fault.title} is not healed: ${why}\n  by hand: ${kind?.undo(fault.parameters, fault.node, id) ?? 'with the version of Haywire that began it'}`, { cause })
  }
}

/** A full disk keeps nobody from healing: what is not written down is healed again by whoever reads the journal next, which does no harm. */
export function noted(write: () => unknown): void {
  try {
    write()
  } catch {
    // Judging says what is missing from the history.
  }
}

async function endProcess(left: JournalProcess, access: Access, signal: AbortSignal | undefined): Promise<string> {
  if (left.node === undefined) {
    if (!isAlive(left)) return 'had ended'
    process.kill(left.pid, 'SIGKILL')
    return 'was ended'
  }
  // Field 22 of stat is the start time; the name before it, in parentheses, may hold anything.
  const script = `stat=$(cat /proc/${left.pid}/stat 2>/dev/null); set -- \${stat##*) }
if [ "\${20-}" = ${left.startTime} ]; then kill -9 ${left.pid} && echo ended; fi || exit 1
${left.files === undefined ? '' : `rm -rf ${quote(left.files)}`}`
  const { code, stdout, stderr } = await access.root(left.node).run(script, { timeoutMs: endLimitMs, signal })
  if (code !== 0) throw new Error(stderr.trim())
  return stdout.includes('ended') ? 'was ended' : 'had ended'
}

export function messageOf(error: unknown): string {
  // Of two that came one after the other at the end of a scope, neither says anything by itself.
  if (error instanceof SuppressedError) return `${messageOf(error.suppressed)}\n${messageOf(error.error)}`
  if (error instanceof AccessError) return `${error.kind}: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}
