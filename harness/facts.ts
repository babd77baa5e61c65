// Wakes whoever waits when a fact has changed on the wire or in a database: it follows the history that the probes write.
import { closeSync, fstatSync, openSync, readSync, watch } from 'node:fs'
import { parseHistory, type HistoryEvent, type SampleEvent } from './history.ts'
import { Waiters } from './waiters.ts'

/** So much of the history's end tells every fact as it is now: some seconds of every probe, in bytes. */
const recent = 256 * 1024

/** The probes gather samples for 50 ms; the kernel tells of a write at once. */
export interface Facts {
  /** Settles at the next change of a fact; rejects with the signal's reason. */
  changed: (signal: AbortSignal) => Promise<void>
  /** when that probe last looked, at that node or from there, in ms since the run's start */
  lastLook(probe: string, who: string): number | undefined
  close(): void
}

/** Follows from the end of the file as it is now. */
export function followFacts(historyPath: string): Facts {
  const file = openSync(historyPath, 'r')
  const known: KnownFacts = new Map()
  const looks = new Map<string, number>()
  const waiting = new Waiters<void>()
  let position = Math.max(0, fstatSync(file).size - recent)
  /** until the first line ends: it may be the end of one */
  let torn = position > 0
  let rest = ''
  takeNews()
  const watcher = watch(historyPath, () => {
    if (takeNews()) waiting.wake()
  })
  return {
    changed: signal => waiting.wait(signal),
    lastLook: (probe, who) => looks.get(`${probe} ${who}`),
    close() {
      watcher.close()
      closeSync(file)
    },
  }

  function takeNews(): boolean {
    const events = parse(read())
    for (const event of events) {
      if (event.type !== 'sample') continue
      const who = whose(event)
      looks.set(who, Math.max(event.t, looks.get(who) ?? 0))
    }
    return takeIn(events, known)
  }

  /** Whole lines that have come since the last time. */
  function read(): string {
    const buffer = Buffer.alloc(64 * 1024)
    let text = rest
    for (let length = -1; length !== 0; position += length) {
      length = readSync(file, buffer, 0, buffer.length, position)
      text += buffer.toString('latin1', 0, length)
    }
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end)
    const begin = torn && end > 0 ? text.indexOf('\n') + 1 : 0
    torn &&= end === 0
    return Buffer.from(text.slice(begin, end), 'latin1').toString()
  }
}

function parse(lines: string): HistoryEvent[] {
  try {
    return parseHistory(lines)
  } catch {
    // Judging says what is wrong with the file; whoever waits just looks again.
    return []
  }
}

/** By who looks: what it saw last, and when that look began. */
export type KnownFacts = Map<string, { t: number; fact: string }>

/** Remembers the facts of these events; true when one of them is not what it was. A look in vain is told later than one that began after it: it is no news then. */
export function takeIn(events: HistoryEvent[], known: KnownFacts): boolean {
  let changed = false
  for (const event of events) {
    if (event.type !== 'sample') continue
    const fact = factOf(event)
    const who = whose(event)
    const before = known.get(who)
    if (fact === undefined || (before && before.t > event.t)) continue
    changed ||= before?.fact !== fact
    known.set(who, { t: event.t, fact })
  }
  return changed
}

function whose({ probe, node, from }: SampleEvent): string {
  return `${probe} ${node ?? from ?? ''}`
}

/** What a waiter may wait for; not the numbers that are different in every sample. */
function factOf({ probe, value, error }: SampleEvent): string | undefined {
  const said = value as Record<string, unknown> | undefined
  switch (probe) {
    case 'vip-tcp': return error === undefined ? 'answers' : 'silent'
    case 'vip-https': return error ?? `${String(said?.status)} ${String(said?.server)}`
    case 'vip-arp': return error ?? String(said?.mac)
    case 'sql': return error ?? JSON.stringify([said?.inRecovery, said?.readOnly, said?.timeline, said?.syncNames, said?.senders, said?.receiver])
    case 'console':
    case 'gui': return error ?? JSON.stringify(value)
    default: return undefined
  }
}
