// What a node tells of its product's logs, read and dated; and the program that tells it, run here with a journalctl of the test's own.
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunClock } from '../../harness/clock.ts'
import { sharedClock } from '../../harness/probes/clock-offset.ts'
import { readLogs } from '../../harness/probes/logs.ts'
import { scriptOnNode } from '../../harness/probes/on-node.ts'
import { productLog } from '../../harness/systems/ssm/logs.ts'

const clock: RunClock = { startNs: 0n, startUtc: '2026-11-21T03:00:00Z' }
const postgres = '/var/log/postgresql/ssm.log'
/** The node's clocks when it was read: 60 s after the run's start. */
const wallMs = Date.parse('2026-11-21T03:01:00Z')
const header = (logs: object[]): object => ({ wallMs, ns: '60000000000', startedNs: '500000000', logs })
const journalLine = (at: number, identifier: string, priority: number, text: string, more: object = {}): object => ({ log: 'journal', text, wallMs: wallMs - 60_000 + at, identifier, unit: 'x.service', pid: 7, priority, ...more })
const fileLine = (text: string): object => ({ log: postgres, text, wallMs: null, identifier: null, unit: null, pid: null, priority: null })
const read = (...lines: object[]): ReturnType<typeof readLogs> => readLogs(lines.map(line => JSON.stringify(line)).join('\n'), { product: productLog({}), clock, offset: sharedClock, since: 2000 })

test('errors and bad news go into the history, each once, dated on our clock', () => {
  const { sample, lines } = read(
    header([{ log: 'journal', dropped: 0, firstWallMs: wallMs - 90_000 }, { log: postgres, dropped: 0, anew: false }]),
    journalLine(10_000, 'corosync', 3, 'no'),
    journalLine(11_000, 'corosync', 3, 'no'),
    journalLine(12_000, 'corosync', 5, 'members: 2'),
    fileLine('2026-11-21 03:00:20.500 UTC [31] LOG:  checkpoint starting: time'),
    fileLine('2026-11-21 03:00:21.250 UTC [32] ERROR:  relation "x" does not exist'),
    fileLine('2026-11-21 03:00:21.250 UTC [32] STATEMENT:  select 1'),
    fileLine('\tfrom x'),
  )
  expect(sample).toMatchInlineSnapshot(`
    {
      "logs": [
        {
          "dropped": 0,
          "from": 2000,
          "lines": 3,
          "log": "journal",
          "to": 60000,
        },
        {
          "dropped": 0,
          "from": 2000,
          "lines": 2,
          "log": "/var/log/postgresql/ssm.log",
          "to": 60000,
        },
      ],
      "more": 0,
      "since": 2000,
      "startedAt": 500,
      "told": [
        {
          "last": 11000,
          "log": "journal",
          "priority": 3,
          "program": "corosync",
          "t": 10000,
          "text": "no",
          "times": 2,
        },
        {
          "last": 21250,
          "log": "/var/log/postgresql/ssm.log",
          "priority": 3,
          "program": "postgres",
          "t": 21250,
          "text": "ERROR:  relation "x" does not exist
    STATEMENT:  select 1
    	from x",
          "times": 1,
        },
      ],
    }
  `)
  expect(lines.length).toBe(5)
})

test('a traceback is one line, whoever writes in between', () => {
  const web = { unit: 'ssm-web.service' }
  const { sample } = read(
    header([{ log: 'journal', dropped: 0, firstWallMs: null }]),
    journalLine(1, 'python3', 6, 'Traceback (most recent call last):', web),
    journalLine(2, 'python3', 6, '  File "app.py", line 3, in look', web),
    journalLine(2, 'corosync', 6, 'a word', { pid: 8 }),
    journalLine(3, 'python3', 6, 'ValueError: no', web),
    journalLine(4, 'python3', 6, 'and so on', web),
  )
  expect(sample.told).toEqual([{ t: 1, last: 1, log: 'journal', program: 'ssm-web', priority: 6, text: 'Traceback (most recent call last):\n  File "app.py", line 3, in look\nValueError: no', times: 1 }])
})

test('what a log does not hold is told: what went with the power, what was too much, what could not be read', () => {
  const { sample } = read(
    header([{ log: 'journal', dropped: 3, firstWallMs: wallMs - 20_000 }, { log: postgres, dropped: 0, error: 'No such file or directory' }]),
    journalLine(50_000, 'systemd-journald', 4, 'Suppressed 40 messages from ssm-web.service'),
  )
  expect(sample.logs).toEqual([
    { log: 'journal', from: 40_000, to: 60_000, lines: 1, dropped: 43 },
    { log: postgres, from: 2000, to: 60_000, lines: 0, dropped: 0, error: 'No such file or directory' },
  ])
})

test('a file that is another one now begins with its first line', () => {
  const { sample } = read(header([{ log: postgres, dropped: 0, anew: true }]), fileLine('2026-11-21 03:00:30.000 UTC [1] LOG:  starting PostgreSQL'))
  expect(sample.logs).toEqual([{ log: postgres, from: 30_000, to: 60_000, lines: 1, dropped: 0 }])
})

test('more different errors than the history has room for are counted', () => {
  const { sample } = read(header([{ log: 'journal', dropped: 0, firstWallMs: null }]), ...Array.from({ length: 230 }, (_, index) => journalLine(index, 'corosync', 3, `no ${index}`)))
  expect([sample.told.length, sample.more]).toEqual([200, 30])
})

let folder = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'haywire-logs-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the program with a journal of these entries. */
function onNode(options: object, entries: object[] = []): Record<string, unknown>[] {
  writeFileSync(join(folder, 'entries'), entries.map(entry => `${JSON.stringify(entry)}\n`).join(''))
  writeFileSync(join(folder, 'journalctl'), `#!/bin/sh\necho "$*" >> ${folder}/asked\nexec cat ${folder}/entries\n`)
  chmodSync(join(folder, 'journalctl'), 0o755)
  const said = execFileSync('python3', ['-', JSON.stringify({ units: ['a.service'], identifiers: ['b'], files: [join(folder, 'log')], ...options })], { input: scriptOnNode('logs.py'), env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}` }, maxBuffer: 1e8 })
  return said.toString().trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
}
const told = ([first]: Record<string, unknown>[], index: number): unknown => (first?.logs as unknown[] | undefined)?.[index]
const entry = (text: unknown): object => ({ __REALTIME_TIMESTAMP: '9000000000000000', MESSAGE: text, PRIORITY: '3', SYSLOG_IDENTIFIER: 'b', _PID: '12', _SYSTEMD_UNIT: 'a.service' })

test('only what was written behind the mark is read of a file', () => {
  writeFileSync(join(folder, 'log'), 'before\n')
  const [since] = onNode({})
  appendFileSync(join(folder, 'log'), 'after\nand on\n')
  const said = onNode({ since })
  expect(told(said, 1)).toEqual({ log: join(folder, 'log'), anew: false, dropped: 0 })
  expect(said.slice(1).map(({ text }) => text)).toEqual(['after', 'and on'])
})

test('a file that was not there is read whole, and so is one in another\'s place', () => {
  const [none] = onNode({})
  writeFileSync(join(folder, 'log'), 'new\n')
  expect(onNode({ since: none }).slice(1).map(({ text }) => text)).toEqual(['new'])
  const [since] = onNode({})
  writeFileSync(join(folder, 'log'), '')
  appendFileSync(join(folder, 'log'), 'x\n')
  expect(told(onNode({ since }), 1)).toMatchObject({ anew: true })
  rmSync(join(folder, 'log'))
  expect(told(onNode({ since }), 1)).toEqual({ log: join(folder, 'log'), error: 'No such file or directory', dropped: 0 })
})

test('the journal is asked for those units and identifiers, and bytes that are no text are read all the same', () => {
  const [since] = onNode({})
  const said = onNode({ since }, [entry('a word'), entry([120, 255]), entry(['one', 'two']), entry(null)])
  expect(said.slice(1).map(({ text, priority, pid }) => [text, priority, pid])).toEqual([['a word', 3, 12], ['x\uFFFD', 3, 12], ['one', 3, 12], ['', 3, 12]])
  expect(told(said, 0)).toEqual({ log: 'journal', firstWallMs: 9e12, dropped: 0 })
})

test('of a flood the beginning and the end are kept, and the rest is counted', () => {
  const [since] = onNode({})
  const said = onNode({ since }, Array.from({ length: 30_000 }, (_, index) => entry(`line ${index} ${'x'.repeat(150)}`)))
  const texts = said.slice(1).map(({ text }) => String(text).split(' ')[1])
  expect([texts[0], texts.at(-1), texts.length + (told(said, 0) as { dropped: number }).dropped]).toEqual(['0', '29999', 30_000])
  expect(JSON.stringify(said).length).toBeLessThan(2_000_000)
})
