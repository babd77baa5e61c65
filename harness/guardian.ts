// When the harness dies, somebody else heals: one detached process per run, which needs nothing but the journal.
import { spawn } from 'node:child_process'
import { closeSync, openSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { endOwners, healLimitMs, healOpenLeases, healRun, noted, type HealReport, type RunHealing } from './heal.ts'
import { Journal, leftOpen, openLeases, type JournalLease } from './journal.ts'
import { guardianGraceMs } from './lease.ts'
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts'
import { readRunContext } from './run-context.ts'
import { registerRun, unregisterRun, type RegisteredRun } from './run-registry.ts'

const program = join(import.meta.dirname, 'cli', 'run', 'guardian.ts')
/** Starting a Node process takes a quarter of a second; on an overloaded machine a few. In ms. */
const readyLimitMs = 20_000
/** A look at a process and at the size of a file costs next to nothing, and a deadline is seconds. In ms. */
const lookEveryMs = 250
const endOfRun = 'end\n'

export interface Guardian {
  readonly pid: number
  /** The run is over: the guardian heals what is open even so, and ends. What it gives says that it had not lived so long, if so. */
  end(): Promise<{ lost?: string }>
}

/** Starts the guardian of this process and registers the run. It stands before anything is broken: the promise waits for it. */
export async function startGuardian(contextPath: string): Promise<Guardian> {
  const { run, runDir, journalPath, target } = readRunContext(contextPath)
  const harness = identityOf(process.pid)
  if (!harness) throw new Error('this process is not to be found in /proc; Haywire needs Linux')
  const entry: RegisteredRun = { run, target: target.name, contextPath, journalPath, harness }
  const log = openSync(join(runDir, 'guardian.log'), 'a')
  // A session of its own: neither Ctrl-C nor a signal to our process group reaches it.
  const child = spawn(process.execPath, [program, contextPath, String(harness.pid), harness.startTime], { cwd: runDir, detached: true, stdio: ['pipe', 'pipe', log] })
  closeSync(log)
  const ended = new Promise<void>(resolve => { child.once('exit', () => resolve()) })
  const { pid, stdin: pipe, stdout } = child
  if (!pipe || !stdout) throw new Error('the guardian has no pipes')
  await ready(stdout, ended, join(runDir, 'guardian.log'))
  stdout.destroy()
  const guardian = pid === undefined ? undefined : identityOf(pid)
  if (!guardian) throw new Error(`the guardian ended as soon as it had begun; see ${join(runDir, 'guardian.log')}`)
  registerRun({ ...entry, guardian })
  // Neither the process nor the pipe keeps this one alive; the pipe's end tells the guardian that this one is gone.
  child.unref()
  const socket = pipe as Socket
  socket.unref()
  // It may have been killed: then there is nobody to tell.
  pipe.on('error', () => undefined)
  return {
    pid: guardian.pid,
    async end() {
      if (!isAlive(guardian)) {
        if (leftOpen(new Journal(journalPath).read()).length === 0) unregisterRun(entry)
        return { lost: `the guardian (process ${guardian.pid}) ended in the middle of the run; its log: ${join(runDir, 'guardian.log')}. Had Haywire died after it, faults would have stayed until \`haywire heal\`.` }
      }
      child.ref()
      pipe.end(endOfRun)
      await ended
      return {}
    },
  }
}

function ready(stdout: Readable, ended: Promise<void>, log: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`the guardian was not ready within ${readyLimitMs} ms; see ${log}`)), readyLimitMs)
    stdout.once('data', () => {
      clearTimeout(limit)
      resolve()
    })
    void ended.then(() => {
      clearTimeout(limit)
      reject(new Error(`the guardian ended before it was ready; see ${log}`))
    })
  })
}

export interface Watch {
  contextPath: string
  harness: ProcessIdentity
  /** ends when the harness ends; `end` on it says that it ends well */
  pipe: Readable
  healing: RunHealing
  say: (text: string) => void
}

/** The guardian's life. Settles when the run has ended, well or not, and what could be healed is. */
export async function guard({ contextPath, harness, pipe, healing, say }: Watch): Promise<HealReport> {
  const { journal } = healing
  const { run } = readRunContext(contextPath)
  const changed = new AbortController()
  let text = ''
  pipe.setEncoding('utf8').on('data', (more: string) => { text += more })
  pipe.once('end', () => changed.abort())
  pipe.once('error', () => changed.abort())
  const tried = new Set<string>()
  let seen = { size: 0, leases: [] as JournalLease[] }

  for (;;) {
    await pause(lookEveryMs, undefined, { signal: changed.signal.aborted ? undefined : changed.signal }).catch(() => undefined)
    if (text === endOfRun) return finish('the run has ended')
    if (!isAlive(harness)) {
      for (const text of await endOwners(journal)) note(text)
      return finish(`the harness (process ${harness.pid}) is gone`)
    }
    await healOverdue()
  }

  async function healOverdue(): Promise<void> {
    const size = statSync(journal.path, { throwIfNoEntry: false })?.size ?? 0
    if (size !== seen.size) seen = { size, leases: openLeases(journal.read()) }
    const overdue = seen.leases.filter(lease => !tried.has(lease.id) && isOverdue(lease))
    if (overdue.length === 0) return
    for (const { id } of overdue) tried.add(id)
    note(`past their deadline, and the harness (process ${harness.pid}) does nothing: ${overdue.map(({ fault }) => fault.title).join('; ')}`)
    tell(await healOpenLeases(healing, { only: ({ id }) => overdue.some(lease => lease.id === id) }))
  }

  async function finish(why: string): Promise<HealReport> {
    const left = leftOpen(journal.read())
    if (left.length === 0) say(`${why}; nothing is left to heal`)
    else note(`${why}; left open: ${left.join('; ')}`)
    const report = await healRun(healing)
    tell(report)
    if (report.left.length === 0) unregisterRun({ run, contextPath })
    return report
  }

  function tell({ healed, left }: HealReport): void {
    for (const text of healed) note(`healed: ${text}`)
    for (const text of left) note(`LEFT: ${text}`)
  }

  function note(text: string): void {
    say(text)
    noted(() => journal.append({ type: 'note', by: 'guardian', text }))
  }
}

function isOverdue({ deadlineNs, phase }: JournalLease): boolean {
  const healing = phase === 'healing' || phase === 'healed'
  const graceMs = guardianGraceMs + (healing ? healLimitMs : 0)
  return process.hrtime.bigint() > deadlineNs + BigInt(graceMs) * 1_000_000n
}
