// The database probe keeps one psql, tells of each look once, and begins a new psql when the kept one is gone or silent.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Access, StreamHandle } from '../../harness/access.ts'
import { startClock } from '../../harness/clock.ts'
import type { Sample } from '../../harness/probes/samples.ts'
import { watchDatabases } from '../../harness/probes/sql.ts'

/** A psql that a test plays: what it is asked, what it says, how it ends. */
interface Psql {
  asked: number
  say(line: string): void
  end(): void
}

const stop = new AbortController()
let started: Psql[] = []
let samples: Sample[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] })
  started = []
  samples = []
  const stream = (_command: string, { onLine, signal }: { onLine: (line: string) => void; signal: AbortSignal }): Promise<StreamHandle> => {
    const ended = Promise.withResolvers<{ code: number | null; error?: Error }>()
    signal.addEventListener('abort', () => ended.resolve({ code: null, error: signal.reason as Error }))
    const psql: Psql = { asked: 0, say: onLine, end: () => ended.resolve({ code: 2 }) }
    started.push(psql)
    return Promise.resolve({ write: () => { psql.asked += 1 }, ended: ended.promise })
  }
  const access = { target: { nodes: [{ name: 'primary-node' }] }, root: () => ({ stream }) } as unknown as Access
  watchDatabases(access, { clock: startClock(), emit: sample => samples.push(sample), signal: AbortSignal.any([stop.signal]) })
})

afterEach(() => {
  vi.clearAllTimers()
  vi.useRealTimers()
})

const later = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
const said = (): unknown[] => samples.map(({ t, value, error }) => [Math.round(t), value ?? error])

test('one psql is asked four times a second', async () => {
  for (const ms of [10, 240, 250]) {
    await later(ms)
    started[0]?.say('{"inRecovery":false}')
  }
  expect(said()).toEqual([0, 250, 500].map(t => [t, { inRecovery: false }]))
  expect(started.map(({ asked }) => asked)).toEqual([3])
})

test('a database that is down is asked once a second, by its own words', async () => {
  for (let second = 0; second < 3; second += 1) {
    await later(second === 0 ? 10 : 1000)
    started[second]?.say('psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL:  the database system is starting up')
    started[second]?.end()
    await later(0)
  }
  expect(said()).toEqual([0, 1000, 2000].map(t => [t, 'down: the database system is starting up']))
})

test('a question without an answer is a time-out after 2 s, and the next one goes to a new psql', async () => {
  await later(2260)
  expect(said()).toEqual([[0, 'timeout']])
  expect(started).toHaveLength(2)
  // What the old one still says is nobody's answer.
  started[0]?.say('{"inRecovery":true}')
  started[1]?.say('{"inRecovery":false}')
  expect(said()).toEqual([[0, 'timeout'], [2250, { inRecovery: false }]])
})
