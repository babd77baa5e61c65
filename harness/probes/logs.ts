// What the product itself logged on each node while a scenario ran: bounded, dated on our clock, with the span of time that each log covers.
import type { Access, Shell } from '../access.ts'
import { now, sinceStart, type RunClock } from '../clock.ts'
import { sayMs } from '../duration.ts'
import type { Evidence, HistoryWriter } from '../history.ts'
import { errorPriority, matches, type LogLine, type LogLists, type ProductLog, type RawLine } from '../logs.ts'
import type { Target } from '../target.ts'
import { measureClock, sharedClock, type ClockOffset } from './clock-offset.ts'
import { shortly } from './looks.ts'
import { runFromStdin, scriptOnNode } from './on-node.ts'
import { rounded } from './samples.ts'

/** Reading takes a tenth of a second; a node that hangs is not waited for, in ms. */
const limitMs = 15_000
/** So many different lines of a node go into the history; the others are counted, and in the file. */
const mostTold = 200

/** What a log holds of the time from `from` to `to` (ms since the run's start). */
export interface LogSpan {
  /** `journal`, or the file's path */
  log: string
  from: number
  to: number
  lines: number
  /** lines that were too many to be fetched, or that the journal itself did not take */
  dropped: number
  /** why it could not be read */
  error?: string
}

/** The same line again counts as one; `t` is the first, `last` the last. */
export interface ToldLine {
  t: number
  last: number
  log: string
  program: string
  priority: number
  text: string
  times: number
}

export interface LogSample {
  /** from when on they ought to have been kept: the scenario's begin */
  since: number
  /** when the machine was started: what it kept in memory only is from then on */
  startedAt: number
  logs: LogSpan[]
  /** errors and worse, and whatever else is bad news */
  told: ToldLine[]
  /** different ones that are not in `told` any more */
  more: number
}

interface Mark {
  wallNs: string
  files: Record<string, [inode: number, size: number] | null>
}

export class ProductLogs {
  readonly #access: Access
  readonly #history: HistoryWriter
  readonly #target: Target
  readonly #product: ProductLog
  /** by node; an error where it could not be asked */
  readonly #marks = new Map<string, { t: number; mark: Mark } | { error: string }>()

  constructor({ access, history, target, product }: { access: Access; history: HistoryWriter; target: Target; product: ProductLog }) {
    this.#access = access
    this.#history = history
    this.#target = target
    this.#product = product
  }

  /** From here on the logs are read later. A node that could not be asked has none to show then. */
  async mark(signal: AbortSignal): Promise<void> {
    await this.#onEach(async node => {
      const t = now(this.#history.clock)
      this.#marks.set(node, await this.#read(node, {}, signal).then(said => ({ t, mark: JSON.parse(said) as Mark }), (error: unknown) => ({ error: shortly(error) })))
    })
  }

  /** A sample of each node, an error in its place where its logs could not be read; and all lines as evidence, kept by that function. */
  async collect(signal: AbortSignal, keep: (title: string, text: string) => Evidence): Promise<{ observed: string; evidence: Evidence[] }> {
    const kept = await this.#onEach(async node => {
      const t = now(this.#history.clock)
      const seen = await this.#look(node, signal).catch((error: unknown) => ({ error: shortly(error) }))
      const [value, lines] = 'error' in seen ? [undefined, []] : [seen.sample, seen.lines]
      this.#history.append({ type: 'sample', t, probe: 'logs', node, tookMs: rounded(now(this.#history.clock) - t), ...('error' in seen ? { error: seen.error } : { value }) })
      if (!value) return { observed: `${node}: ${'error' in seen ? seen.error : 'nothing'}`, evidence: [] }
      const spans = value.logs.map(sayOf)
      return { observed: `${node}: ${spans.join(', ')}`, evidence: [keep(`product's logs of ${node}`, `${spans.join('\n')}\n\n${lines.map(lineOf).join('')}`)] }
    })
    return { observed: kept.map(({ observed }) => observed).join('; '), evidence: kept.flatMap(({ evidence }) => evidence) }
  }

  async #look(node: string, signal: AbortSignal): Promise<{ sample: LogSample; lines: DatedLine[] }> {
    const since = this.#marks.get(node)
    if (!since || 'error' in since) throw new Error(`it was not known where they stood when the scenario began: ${since?.error ?? 'nobody asked'}`)
    const offset = this.#target.twin ? sharedClock : await measureClock(this.#access.root(node), signal)
    return readLogs(await this.#read(node, { since: since.mark }, signal), { product: this.#product, clock: this.#history.clock, offset, since: since.t })
  }

  async #read(node: string, more: { since?: Mark }, signal: AbortSignal): Promise<string> {
    const { units, identifiers, files } = this.#product
    const script = scriptOnNode('logs.py')
    const shell: Shell = this.#access.root(node)
    const { code, stdout, stderr } = await shell.run(runFromStdin(script, 'logs.py', { units, identifiers, files, ...more }), { stdin: script, signal, timeoutMs: limitMs })
    if (code !== 0) throw new Error(stderr.trim().split('\n').at(-1) ?? `exit code ${code}`)
    return stdout
  }

  #onEach<T>(work: (node: string) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#target.nodes.map(({ name }) => work(name)))
  }
}

interface Header {
  wallMs: number
  ns: string
  startedNs: string
  logs: { log: string; dropped: number; error?: string; firstWallMs?: number | null; anew?: boolean }[]
}

interface DatedLine extends LogLine {
  log: string
  /** that of the line before where it says none itself */
  t: number
}

/** What a node told of its logs, with every line dated on the run's clock. */
export function readLogs(text: string, { product, clock, offset, since }: { product: ProductLog; clock: RunClock; offset: ClockOffset; since: number }): { sample: LogSample; lines: DatedLine[] } {
  const [header, ...raw] = text.trim().split('\n').map(line => JSON.parse(line) as unknown) as [Header, ...RawLine[]]
  const here = (ns: string): number => sinceStart(clock, BigInt(ns) - offset.offsetNs)
  const readAt = here(header.ns)
  const fromWall = (wallMs: number): number => rounded(readAt - (header.wallMs - wallMs))
  const lines = header.logs.flatMap(({ log }) => datedLines(raw.filter(line => line.log === log), product, fromWall, since))
  const logs = header.logs.map(({ log, dropped, error, firstWallMs, anew }): LogSpan => {
    const own = lines.filter(line => line.log === log)
    // A file that is another one now begins with its first line; a journal with its first entry of all.
    const begins = anew ? own[0]?.t ?? readAt : typeof firstWallMs === 'number' ? fromWall(firstWallMs) : since
    const suppressed = own.reduce((sum, line) => sum + suppressedBy(line), 0)
    return { log, from: rounded(Math.max(since, begins)), to: rounded(readAt), lines: own.length, dropped: dropped + suppressed, ...(error === undefined ? {} : { error }) }
  })
  const told = different(lines.filter(line => isTold(line, product.lists)))
  return { sample: { since: rounded(since), startedAt: rounded(here(header.startedNs)), logs, told: told.slice(0, mostTold), more: Math.max(0, told.length - mostTold) }, lines: lines.toSorted((a, b) => a.t - b.t) }
}

function datedLines(raw: RawLine[], product: ProductLog, fromWall: (wallMs: number) => number, since: number): DatedLine[] {
  const lines: DatedLine[] = []
  /** by who writes it: a traceback goes on until a line that is not indented, and others write in between */
  const tracebacks = new Map<string, DatedLine>()
  for (const line of raw) {
    const read = product.understand(line)
    const before = lines.at(-1)
    if ('goesOn' in read) {
      if (before) before.text += `\n${read.goesOn}`
      continue
    }
    const writer = `${read.program} ${read.pid}`
    const traceback = tracebacks.get(writer)
    if (traceback) {
      traceback.text += `\n${read.text}`
      if (!/^\s/.test(read.text)) tracebacks.delete(writer)
      continue
    }
    const dated = { ...read, log: line.log, t: read.wallMs === null ? before?.t ?? since : fromWall(read.wallMs) }
    if (read.text.startsWith('Traceback (most recent call last):')) tracebacks.set(writer, dated)
    lines.push(dated)
  }
  return lines
}

/** journald's own words for a unit that logged more than it takes (RateLimitBurst=). */
function suppressedBy({ program, text }: LogLine): number {
  return program === 'systemd-journald' ? Number(/^Suppressed (\d+) messages? from /.exec(text)?.[1] ?? 0) : 0
}

function isTold(line: LogLine, { badNews }: LogLists): boolean {
  return line.priority <= errorPriority || badNews.some(news => matches(news, line))
}

function different(lines: DatedLine[]): ToldLine[] {
  const told = new Map<string, ToldLine>()
  for (const { t, log, program, priority, text } of lines) {
    const known = told.get(`${log} ${program} ${text}`)
    if (known) Object.assign(known, { last: t, times: known.times + 1 })
    else told.set(`${log} ${program} ${text}`, { t, last: t, log, program, priority, text, times: 1 })
  }
  return [...told.values()]
}

function sayOf({ log, from, to, lines, dropped, error }: LogSpan): string {
  return error === undefined ? `${log} ${sayMs(from)} to ${sayMs(to)} (${lines} lines${dropped > 0 ? `, ${dropped} more not kept` : ''})` : `${log} could not be read (${error})`
}

const words = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug']

function lineOf({ t, program, pid, priority, text }: DatedLine): string {
  return `${(t / 1000).toFixed(3).padStart(10)}  ${words[priority] ?? priority}  ${program}${pid === null ? '' : `[${pid}]`}: ${text}\n`
}
