// The node that nobody can see keeps a record of what it holds; after the heal it is fetched, dated on our clock, and removed.
import { setTimeout as pause } from 'node:timers/promises'
import { quote, type Access } from '../access.ts'
import { sinceStart, type RunClock } from '../clock.ts'
import type { HistoryWriter, SampleEvent } from '../history.ts'
import type { Journal } from '../journal.ts'
import type { RunContext } from '../run-context.ts'
import { measureClock, sharedClock, type ClockOffset } from './clock-offset.ts'
import { runFromStdin, scriptOnNode } from './on-node.ts'
import { rounded } from './samples.ts'
import { portOf } from './from-here.ts'

/** A recorder that nobody stopped ends by itself after that long, in s: no scenario lasts an hour. */
const lifeS = 3600
/** A node that lost its power comes back without its recorder: it is looked after that often, in ms. */
const lookEveryMs = 1000
const lookLimitMs = 3000
const startLimitMs = 20_000
const fetchLimitMs = 60_000
/** One write to the history holds so many samples. */
const batch = 500

interface Recorder {
  pid: number
  startTime: string
  ended(): void
}

export class FlightRecorders {
  readonly #access: Access
  readonly #history: HistoryWriter
  readonly #journal: Pick<Journal, 'startedProcess'>
  readonly #context: Pick<RunContext, 'run' | 'target'>
  readonly #running = new Map<string, Recorder>()
  /** by node and boot: a machine's clock starts anew with it */
  readonly #clocks = new Map<string, ClockOffset>()
  readonly #over = new AbortController()

  constructor({ access, history, journal, context }: { access: Access; history: HistoryWriter; journal: Pick<Journal, 'startedProcess'>; context: Pick<RunContext, 'run' | 'target'> }) {
    this.#access = access
    this.#history = history
    this.#journal = journal
    this.#context = context
  }

  /** On each node, and again on one that lost it with its power, until `remove`. */
  async start(signal: AbortSignal): Promise<void> {
    const nodes = this.#nodes
    await Promise.all(nodes.map(node => this.ensureRunning(node, signal)))
    for (const node of nodes) void this.#keepRunning(node)
  }

  /** Starts the node's recorder unless it runs already. */
  async ensureRunning(node: string, signal: AbortSignal): Promise<void> {
    if (await this.#isRunning(node, signal)) return
    const script = scriptOnNode('flight-recorder.py')
    const { vip } = this.#context.target
    const options = { folder: this.#folder, vip, port: portOf(this.#context.target), lifeS }
    const { code, stdout, stderr } = await this.#access.root(node).run(runFromStdin(script, 'flight-recorder.py', options), { stdin: script, signal, timeoutMs: startLimitMs })
    if (code !== 0) throw new Error(`the flight recorder could not be started on ${node}: ${stderr.trim() || `exit code ${code}`}`)
    const { pid, startTime, boot } = JSON.parse(stdout) as { pid: number; startTime: string; boot: string }
    this.#running.get(node)?.ended()
    const ended = this.#journal.startedProcess({ id: `flight-${node}-${pid}-${startTime}`, node, pid, startTime, what: `the flight recorder on ${node}`, files: this.#folder })
    this.#running.set(node, { pid, startTime, ended })
    this.#clocks.set(`${node} ${boot}`, this.#context.target.twin ? sharedClock : await measureClock(this.#access.root(node), signal))
  }

  /** Appends what every node recorded, dated when it was so. Rejects, naming them, when there are nodes whose record could not be had; the others' is in the history even then. */
  async fetch(signal: AbortSignal): Promise<void> {
    await this.#onEach('the flight record could not be fetched', async node => {
      const { code, stdout, stderr } = await this.#access.root(node).run(`cat ${quote(`${this.#folder}/flight.jsonl`)}`, { signal, timeoutMs: fetchLimitMs })
      if (code !== 0) throw new Error(stderr.trim())
      const samples = readRecord(stdout, { node, clock: this.#history.clock, clockOf: boot => this.#clocks.get(`${node} ${boot}`) })
      for (let from = 0; from < samples.length; from += batch) this.#history.append(...samples.slice(from, from + batch))
    })
  }

  /** Ends the recorders and takes their records away. Rejects, naming them, when there are nodes where that could not be done. */
  async remove(signal: AbortSignal): Promise<void> {
    this.#over.abort(new Error('the recorders are being removed'))
    await this.#onEach('the flight recorder could not be removed', async node => {
      const recorder = this.#running.get(node)
      const end = recorder ? `if ${isAlive(recorder)}; then kill -9 ${recorder.pid}; fi; ` : ''
      const { code, stderr } = await this.#access.root(node).run(`${end}rm -rf ${quote(this.#folder)}`, { signal, timeoutMs: lookLimitMs })
      if (code !== 0) throw new Error(stderr.trim())
      recorder?.ended()
      this.#running.delete(node)
    })
  }

  get #nodes(): string[] {
    return this.#context.target.nodes.map(({ name }) => name)
  }

  /** On the disk: what is written down just before a loss of power has to be there after it. */
  get #folder(): string {
    return `/var/lib/haywire-flight-${this.#context.run.replaceAll(/[^\w.-]/g, '-')}`
  }

  async #isRunning(node: string, signal: AbortSignal): Promise<boolean> {
    const recorder = this.#running.get(node)
    if (!recorder) return false
    const { code } = await this.#access.root(node).run(isAlive(recorder), { signal, timeoutMs: lookLimitMs })
    return code === 0
  }

  async #keepRunning(node: string): Promise<void> {
    const { signal } = this.#over
    while (!signal.aborted) {
      // A node that cannot be reached, without power perhaps, is looked at again; what it did not record is missing from the history.
      await this.ensureRunning(node, signal).catch(() => undefined)
      await pause(lookEveryMs, undefined, { signal }).catch(() => undefined)
    }
  }

  async #onEach(failed: string, work: (node: string) => Promise<void>): Promise<void> {
    const nodes = this.#nodes
    const outcomes = await Promise.allSettled(nodes.map(work))
    const failures = outcomes.flatMap((outcome, index) => (outcome.status === 'rejected' ? [`${failed} on ${nodes[index]}: ${(outcome.reason as Error).message}`] : []))
    if (failures.length > 0) throw new Error(failures.join('; '))
  }
}

/** A shell condition: that very process is there. Field 22 of its stat is its start time, and Python's name has no space in it. */
function isAlive({ pid, startTime }: { pid: number; startTime: string }): string {
  return `[ "$(cut -d' ' -f22 /proc/${pid}/stat 2>/dev/null)" = ${startTime} ]`
}

interface Line {
  ns: number
  tookMs: number
  slipMs: number
  value: Record<string, unknown>
}

/** The record as samples; without those that a loss of power tore, or of a boot whose clock nobody knows. */
export function readRecord(text: string, { node, clock, clockOf }: { node: string; clock: RunClock; clockOf: (boot: string) => ClockOffset | undefined }): SampleEvent[] {
  let offset: ClockOffset | undefined
  return text.split('\n').flatMap((line): SampleEvent[] => {
    const read = readLine(line)
    if (read && 'boot' in read) offset = clockOf(read.boot)
    if (!read || 'boot' in read || !offset) return []
    const { ns, tookMs, slipMs, value } = read
    const t = sinceStart(clock, BigInt(ns) - offset.offsetNs)
    const error = offset.errorNs > 0n ? { clockErrorMs: rounded(Number(offset.errorNs) / 1e6) } : {}
    return [{ t, type: 'sample', probe: 'flight', node, tookMs, slipMs, value: { ...value, ...error } }]
  })
}

function readLine(line: string): { boot: string } | Line | undefined {
  try {
    const read = JSON.parse(line) as Partial<Line> & { boot?: string }
    if (typeof read.boot === 'string') return { boot: read.boot }
    return Number.isSafeInteger(read.ns) && read.value ? (read as Line) : undefined
  } catch {
    return undefined
  }
}
