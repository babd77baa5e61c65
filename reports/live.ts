// While a run lasts: on a terminal the current step, the cluster, the open faults and the VIP, redrawn in place; elsewhere one plain line per event.
import { closeSync, openSync, readSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { styleText } from 'node:util'
import { sinceStart, type RunClock } from '../harness/clock.ts'
import { sayMs } from '../harness/duration.ts'
import { parseHistory, type FaultEvent, type HistoryEvent, type Outcome, type SampleEvent, type StepEvent } from '../harness/history.ts'
import { precise } from './model.ts'
import { oneLine, plain } from './redact.ts'

/** what every command to a terminal begins with */
const csi = '\u001B['

/** Five times a second is what an eye follows; more would only take time from the probes. */
const pollMs = 200

/** Calls back for every event of a history file that is still being written, from its first line on; after the signal, reads what is left and resolves. */
export async function followHistory(path: string, onEvent: (event: HistoryEvent) => void, signal: AbortSignal): Promise<void> {
  const tail = new Tail(path)
  while (!signal.aborted) {
    tail.read(onEvent)
    await pause(pollMs, undefined, { signal }).catch(() => undefined)
  }
  tail.read(onEvent)
}

class Tail {
  readonly #path: string
  readonly #decoder = new TextDecoder()
  readonly #buffer = Buffer.alloc(1 << 20)
  #descriptor: number | undefined
  #offset = 0
  #rest = ''

  constructor(path: string) {
    this.#path = path
  }

  /** A file that is not there yet has no events yet; a line that is no event is nothing to show. */
  read(onEvent: (event: HistoryEvent) => void): void {
    try {
      this.#descriptor ??= openSync(this.#path, 'r')
    } catch {
      return
    }
    try {
      for (;;) {
        const length = readSync(this.#descriptor, this.#buffer, 0, this.#buffer.length, this.#offset)
        if (length === 0) return
        this.#offset += length
        const lines = (this.#rest + this.#decoder.decode(this.#buffer.subarray(0, length), { stream: true })).split('\n')
        this.#rest = lines.pop() ?? ''
        lines.flatMap(eventsIn).forEach(onEvent)
      }
    } finally {
      closeSync(this.#descriptor)
      this.#descriptor = undefined
    }
  }
}

function eventsIn(line: string): HistoryEvent[] {
  try {
    return parseHistory(`${line}\n`)
  } catch {
    return []
  }
}

interface OpenFault {
  title: string
  phase: FaultEvent['phase']
  t: number
  requestedT: number
  /** when it is undone whatever happens */
  untilT: number | undefined
}

/** What the live view knows, from the events so far. */
export interface LiveState {
  clock: RunClock | undefined
  t: number
  target: string
  scenario: { id: string; title: string; beganT: number } | undefined
  step: { id: string; title: string; stage: string; t: number } | undefined
  faults: Map<string, OpenFault>
  vip: { answers: boolean; sinceT: number; said: string; server: string } | undefined
  nodes: Map<string, string>
  page: string
  accounts: { acknowledged: number; refused: number; unknown: number }
  judged: { pass: number; fail: number; unknown: number }
}

export function emptyState(): LiveState {
  return {
    clock: undefined, t: 0, target: '', scenario: undefined, step: undefined, faults: new Map(), vip: undefined, nodes: new Map(), page: '',
    accounts: { acknowledged: 0, refused: 0, unknown: 0 }, judged: { pass: 0, fail: 0, unknown: 0 },
  }
}

/** Takes an event in; the state is the caller's own. */
export function take(state: LiveState, event: HistoryEvent): void {
  state.t = Math.max(state.t, event.t)
  switch (event.type) {
    case 'run':
      state.clock = { startNs: BigInt(event.clock.monotonicNs), startUtc: event.clock.utc }
      state.target = event.target.name
      return
    case 'scenario':
      state.step = undefined
      state.scenario = event.phase === 'begin' ? { id: event.scenario, title: event.title ?? event.scenario, beganT: event.t } : undefined
      return
    case 'step':
      if (event.phase === 'begin') state.step = { id: event.step, title: event.title, stage: event.stage ?? '', t: event.t }
      else if (state.step?.id === event.step) state.step = undefined
      return
    case 'fault':
      takeFault(state.faults, event)
      return
    case 'sample':
      takeSample(state, event)
      return
    case 'op':
      if (event.f !== 'create' || event.phase === 'invoke') return
      state.accounts[event.phase === 'ok' ? 'acknowledged' : event.phase === 'fail' ? 'refused' : 'unknown'] += 1
      return
    case 'verdict':
      state.judged[event.verdict] += 1
  }
}

function takeFault(faults: LiveState['faults'], event: FaultEvent): void {
  if (event.phase === 'proven-healed') {
    faults.delete(event.id)
    return
  }
  const known = faults.get(event.id)
  const requested = event.phase === 'requested'
  faults.set(event.id, {
    title: known?.title ?? titleOf(event), phase: event.phase, t: event.t, requestedT: known?.requestedT ?? event.t,
    untilT: requested && event.limitMs !== undefined ? event.t + event.limitMs : known?.untilT,
  })
}

function titleOf({ phase, detail, fault, node }: FaultEvent): string {
  return phase === 'requested' && detail ? detail : `${fault} ${node}`
}

function takeSample(state: LiveState, { probe, node, from, value, error, t }: SampleEvent): void {
  if (probe === 'vip-tcp' && from === 'harness') {
    const answers = error === undefined
    if (state.vip?.answers !== answers) state.vip = { answers, sinceT: t, said: error ?? '', server: answers ? (state.vip?.server ?? '') : '' }
    else state.vip.said = error ?? ''
  } else if (probe === 'vip-https' && state.vip && error === undefined) state.vip.server = (value as { server?: string | null } | null)?.server ?? ''
  else if (probe === 'sql' && node !== undefined) state.nodes.set(node, error === undefined ? ((value as { inRecovery?: boolean } | null)?.inRecovery ? 'standby' : 'primary') : `no database (${error})`)
  else if (probe === 'gui') state.page = error === undefined ? ((value as { cluster?: string } | null)?.cluster ?? '') : `no page (${error})`
}

type Paint = (format: 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan', text: string) => string

const marks: Record<Outcome, { mark: string; colour: 'green' | 'red' | 'yellow' }> = {
  pass: { mark: '✓', colour: 'green' }, fail: { mark: '✗', colour: 'red' }, unknown: { mark: '?', colour: 'yellow' },
}

/** The lasting lines of an event: a step that ended, a fault's phase, a verdict, a scenario; nothing for the rest. */
export function linesOf(event: HistoryEvent, state: LiveState, paint: Paint): string[] {
  const at = paint('dim', `${(event.t / 1000).toFixed(1).padStart(7)} s`)
  const line = (word: string, text: string): string => `${at}  ${word.padEnd(8)}  ${text}`
  switch (event.type) {
    case 'scenario':
      if (event.phase === 'begin') return [line('scenario', paint('bold', `${oneLine(event.title ?? event.scenario)} (${oneLine(event.scenario)})`))]
      return event.error === undefined ? [] : [line('scenario', paint('red', `ended early: ${oneLine(event.error)}`))]
    case 'step': return stepLines(event, line, paint)
    case 'fault': {
      const fault = state.faults.get(event.id)
      const after = event.phase === 'requested' || !fault ? '' : ` (${precise(event.t - fault.requestedT)} after the request)`
      return [line('fault', `${paint('cyan', event.phase.replace('-', ' '))}: ${oneLine(fault?.title ?? titleOf(event))}${after}`)]
    }
    case 'verdict': {
      const { mark, colour } = marks[event.verdict]
      return [line('judge', `${paint(colour, mark)} ${oneLine(event.check)}`), ...(event.verdict === 'pass' ? [] : indented(event.why))]
    }
    case 'run':
    case 'sample':
    case 'op': return []
  }
}

function stepLines(event: StepEvent, line: (word: string, text: string) => string, paint: Paint): string[] {
  if (event.phase === 'begin') return []
  const outcome = event.outcome
  const mark = outcome === undefined ? '·' : paint(marks[outcome].colour, marks[outcome].mark)
  return [line(oneLine(event.stage ?? 'step'), `${mark} ${oneLine(event.title)}`), ...(outcome === undefined || outcome === 'pass' ? [] : indented([...(event.expected === undefined ? [] : [`expected ${event.expected}`]), `observed ${event.observed ?? 'nothing'}`].join('\n')))]
}

const shownLines = 14

function indented(text: string): string[] {
  const lines = plain(text).split('\n')
  return [...lines.slice(0, shownLines), ...(lines.length > shownLines ? [`(${lines.length - shownLines} more lines in the report)`] : [])].map(line => `${' '.repeat(23)}${line}`)
}

/** The block that is redrawn in place. */
export function blockOf(state: LiveState, nowT: number, paint: Paint): string[] {
  const row = (name: string, text: string): string => ` ${paint('dim', name.padEnd(9))} ${text}`
  const { scenario, step, vip, nodes, faults, accounts, judged } = state
  const failing = judged.fail + judged.unknown
  return [
    '',
    `${paint('bold', oneLine(scenario?.id ?? state.target))}  ${paint('dim', `${clockText(nowT)} elapsed`)}${judged.pass + failing > 0 ? paint('dim', `  ${judged.pass} held, ${judged.fail} broken, ${judged.unknown} not known`) : ''}`,
    row(step?.stage || 'step', step ? `${oneLine(step.title)} ${paint('dim', precise(Math.max(0, nowT - step.t)))}` : paint('dim', scenario ? 'between two steps' : 'no scenario is running')),
    row('cluster', [...nodes].sort(([a], [b]) => a.localeCompare(b)).map(([node, role]) => `${oneLine(node)} ${paint(role === 'primary' ? 'green' : role === 'standby' ? 'cyan' : 'yellow', oneLine(role))}`).join(', ') + (state.page ? `${nodes.size > 0 ? '; ' : ''}page says ${oneLine(state.page)}` : '') || paint('dim', 'not seen yet')),
    row('VIP', vip ? (vip.answers ? `${paint('green', 'answers')}${vip.server ? ` from ${oneLine(vip.server)}` : ''} ${paint('dim', `for ${sayWait(nowT - vip.sinceT)}`)}` : `${paint('red', 'no answer')} for ${precise(Math.max(0, nowT - vip.sinceT))} (${oneLine(vip.said)})`) : paint('dim', 'not seen yet')),
    ...(faults.size === 0 ? [row('faults', paint('dim', 'none open'))] : [...faults.values()].map((fault, index) => row(index === 0 ? 'faults' : '', faultText(fault, nowT, paint)))),
    row('accounts', `${accounts.acknowledged} acknowledged, ${accounts.refused} refused, ${accounts.unknown} unknown`),
  ]
}

function faultText({ title, phase, requestedT, untilT }: OpenFault, nowT: number, paint: Paint): string {
  const deadline = untilT === undefined || phase === 'healed' ? '' : untilT > nowT ? `, undone by itself in ${sayWait(untilT - nowT)}` : ', overdue'
  return `${oneLine(title)}: ${paint('cyan', phase)} ${paint('dim', `${sayWait(nowT - requestedT)} old${deadline}`)}`
}

function sayWait(ms: number): string {
  return ms < 10_000 ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : ms < 120_000 ? sayMs(Math.round(ms / 1000) * 1000) : clockText(ms)
}

function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** The part of a stream that the live view needs; process.stderr is one. */
export interface LiveStream {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
  rows?: number
  on?(event: 'resize', listener: () => void): unknown
  off?(event: 'resize', listener: () => void): unknown
}

export interface Live {
  /** Reads the rest, takes the block away and gives the cursor back. */
  stop(): Promise<void>
}

/** Shows a history that is being written. It reads the file and nothing else, so a run is the same with and without it. */
export function followLive(path: string, { stream }: { stream: LiveStream }): Live {
  const interactive = stream.isTTY === true && process.env.TERM !== 'dumb'
  const paint: Paint = interactive && !process.env.NO_COLOR ? (format, text) => styleText(format, text, { validateStream: false }) : (_format, text) => text
  const state = emptyState()
  const screen = interactive ? new Screen(stream) : undefined
  const over = new AbortController()
  const show = (): void => screen?.draw(blockOf(state, state.clock ? sinceStart(state.clock, process.hrtime.bigint()) : state.t, paint))
  const following = followHistory(path, event => {
    // Before it is taken in: a fault that is proven healed is forgotten then, and its line tells how long it took.
    const lines = linesOf(event, state, paint)
    take(state, event)
    if (lines.length === 0) return
    if (screen) screen.print(lines)
    else stream.write(lines.map(line => `${line}\n`).join(''))
  }, over.signal)
  const timer = screen && setInterval(show, pollMs)
  return {
    async stop() {
      over.abort()
      await following
      clearInterval(timer)
      screen?.close()
    },
  }
}

/** A block of lines at the bottom of a terminal. Each frame is one write within a synchronized update, so that nothing flickers. */
export class Screen {
  readonly #stream: LiveStream
  #drawn: string[] = []
  #pending: string[] = []
  /** what the drawn lines were cut to */
  #width = Infinity
  readonly #restore = (): void => void this.#stream.write(`${csi}?25h`)
  readonly #resized = (): void => this.draw(this.#drawn)

  constructor(stream: LiveStream) {
    this.#stream = stream
    stream.write(`${csi}?25l`)
    stream.on?.('resize', this.#resized)
    process.once('exit', this.#restore)
  }

  /** Lines that stay, above the block; shown with its next frame. */
  print(lines: string[]): void {
    this.#pending.push(...lines)
  }

  draw(block: string[]): void {
    const columns = this.#stream.columns ?? 80
    const shown = block.slice(0, Math.max(1, (this.#stream.rows ?? 24) - 1))
    if (this.#pending.length === 0 && columns - 1 === this.#width && shown.join('\n') === this.#drawn.join('\n')) return
    const lasting = this.#pending.map(line => `${line}${csi}K\n`).join('')
    const frame = shown.map(line => `${cut(line, columns - 1)}${csi}K\n`).join('')
    this.#stream.write(`${csi}?2026h${this.#toTop(columns)}${lasting}${frame}${csi}J${csi}?2026l`)
    this.#pending = []
    this.#drawn = shown
  }

  close(): void {
    this.#stream.off?.('resize', this.#resized)
    process.off('exit', this.#restore)
    this.#stream.write(`${this.#toTop(this.#stream.columns ?? 80)}${this.#pending.map(line => `${line}${csi}K\n`).join('')}${csi}J${csi}?25h`)
    this.#drawn = []
    this.#pending = []
  }

  /** A terminal that became narrower has wrapped the old lines, so they take more rows now. */
  #toTop(columns: number): string {
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(Math.min(width(line), this.#width) / columns)), 0)
    this.#width = columns - 1
    return rows > 0 ? `\r${csi}${rows}A` : '\r'
  }
}

/** Our own colours; nothing else of the kind is left in a line. */
const colour = new RegExp(`(${RegExp.escape(csi)}[0-9;]*m)`, 'g')

function width(line: string): number {
  return Array.from(line.replace(colour, '')).reduce((sum, character) => sum + cells(character), 0)
}

/** East Asian wide characters and emoji take two cells. */
function cells(character: string): number {
  return /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u.test(character) ? 2 : /\p{Mark}/u.test(character) ? 0 : 1
}

/** Cuts a line that may hold our own colours to so many cells; what is cut off still ends its colours. */
export function cut(line: string, columns: number): string {
  if (width(line) <= columns) return line
  let left = columns - 1
  let text = ''
  for (const part of line.split(colour)) {
    if (part.startsWith('\u001B')) {
      text += part
      continue
    }
    for (const character of part) {
      if (left < cells(character)) {
        left = 0
        break
      }
      text += character
      left -= cells(character)
    }
  }
  return `${text}…`
}
