// Wakes whoever waits when a fact has changed on the wire or in a database: it follows the history that the probes write.
import { closeSync, openSync, readSync, watch } from 'node:fs'
import { parseHistory, type HistoryEvent, type SampleEvent } from './history.ts'

/** The probes gather samples for 50 ms; the kernel tells of a write at once. */
export interface Facts {
  /** Settles at the next change of a fact; rejects with the signal's reason. */
  changed: (signal: AbortSignal) => Promise<void>
  close(): void
}

/** Follows from the end of the file as it is now. */
export function followFacts(historyPath: string): Facts {
  const file = openSync(historyPath, 'r')
  const known = new Map<string, string>()
  const waiting = new Set<() => void>()
  let rest = ''
  read()
  const watcher = watch(historyPath, () => {
    if (takeIn(parse(read()), known)) for (const wake of waiting) wake()
  })
  return {
    changed(signal) {
      return new Promise((resolve, reject) => {
        const end = (): void => {
          waiting.delete(wake)
          signal.removeEventListener('abort', stop)
        }
        const wake = (): void => {
          end()
          resolve()
        }
        const stop = (): void => {
          end()
          reject(signal.reason as Error)
        }
        if (signal.aborted) return stop()
        signal.addEventListener('abort', stop, { once: true })
        waiting.add(wake)
      })
    },
    close() {
      watcher.close()
      closeSync(file)
    },
  }

  /** Whole lines that have come since the last time. */
  function read(): string {
    const buffer = Buffer.alloc(64 * 1024)
    let text = rest
    for (let length = -1; length !== 0;) {
      length = readSync(file, buffer)
      text += buffer.toString('latin1', 0, length)
    }
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end)
    return Buffer.from(text.slice(0, end), 'latin1').toString()
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

/** Remembers the facts of these events; true when one of them is not what it was. */
export function takeIn(events: HistoryEvent[], known: Map<string, string>): boolean {
  let changed = false
  for (const event of events) {
    if (event.type !== 'sample') continue
    const fact = factOf(event)
    const who = `${event.probe} ${event.node ?? event.from ?? ''}`
    if (fact === undefined || known.get(who) === fact) continue
    known.set(who, fact)
    changed = true
  }
  return changed
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
