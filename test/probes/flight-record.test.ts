// A node's record is dated on our clock, boot by boot; what a loss of power tore is left out.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { RunClock } from '../../harness/clock.ts'
import type { ClockOffset } from '../../harness/probes/clock-offset.ts'
import { readRecord } from '../../harness/probes/flight-record.ts'

const clock: RunClock = { startNs: 1_000_000_000n, startUtc: '2026-11-21T03:00:00Z' }
const value = { vip: true, web: true, role: 'primary', writable: true, quorate: true, members: 2 }
const line = (ns: number): string => `{"ns":${ns},"tookMs":2,"slipMs":0.1,"value":${JSON.stringify(value)}}\n`
const read = (text: string, clocks: Record<string, ClockOffset>): unknown => readRecord(text, { node: 'primary-node', clock, clockOf: boot => clocks[boot] })

test('on a clock that is ours', () => {
  expect(read(`\n{"boot":"one"}\n${line(1_100_000_000)}`, { one: { offsetNs: 0n, errorNs: 0n } })).toEqual([
    { t: 100, type: 'sample', probe: 'flight', node: 'primary-node', tookMs: 2, slipMs: 0.1, value },
  ])
})

test('on a clock of its own, which begins anew with each boot, give or take what asking it took', () => {
  const text = `\n{"boot":"one"}\n${line(501_100_000_000)}\n{"boot":"two"}\n${line(7_000_000_000)}`
  const clocks = { one: { offsetNs: 500_000_000_000n, errorNs: 300_000n }, two: { offsetNs: -30_000_000_000n, errorNs: 450_000n } }
  expect(read(text, clocks)).toEqual([
    { t: 100, type: 'sample', probe: 'flight', node: 'primary-node', tookMs: 2, slipMs: 0.1, value: { ...value, clockErrorMs: 0.3 } },
    { t: 36_000, type: 'sample', probe: 'flight', node: 'primary-node', tookMs: 2, slipMs: 0.1, value: { ...value, clockErrorMs: 0.45 } },
  ])
})

test('without half a line, without what is no record, and without a boot whose clock nobody knows', () => {
  const text = `\n{"boot":"one"}\n${line(1_100_000_000)}{"ns":1200000000,"to\n{"boot":"two"}\n{"ns":"soon","value":{}}\n[]\n${line(1_300_000_000)}{"boot":"unknown"}\n${line(1_400_000_000)}`
  const shared = { offsetNs: 0n, errorNs: 0n }
  expect(read(text, { one: shared, two: shared })).toMatchObject([{ t: 100 }, { t: 300 }])
})

const noPython = spawnSync('python3', ['--version']).error && 'there is no python3 here; the script itself runs on the node, which has it'

test.skipIf(noPython)(`a database that goes away right after the first look is down from then on, without a gap${noPython ? ` (skipped: ${noPython})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-flight-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const program = `import importlib.util, sys, time
spec = importlib.util.spec_from_file_location('recorder', sys.argv[1])
recorder = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recorder)
recorder.PSQL = ['sh', '-c', 'read question; echo "t|on"; sleep 0.2; exec 0<&- 1>&-']
recorder.Quorum = lambda: type('Silent', (), {'look': lambda self, now: (None, None)})()
recorder.PSQL_AGAIN_NS = 10**12
recorder.record(sys.argv[2], '10.0.0.12', 1, time.monotonic_ns() + 1_500_000_000)`
  execFileSync('python3', ['-c', program, join(import.meta.dirname, '../../harness/probes/on-node/flight-recorder.py'), folder])
  const looks = readFileSync(join(folder, 'flight.jsonl'), 'utf8').split('\n').filter(line => line.startsWith('{"ns"')).map(line => JSON.parse(line) as { ns: number; value: { role: string } })
  expect([...new Set(looks.map(({ value }) => value.role))]).toEqual(['standby', 'down'])
  const end = (looks.at(-1)?.ns ?? 0) - 1_000_000_000
  expect(looks.filter(({ ns, value }) => ns > end && value.role === 'down').length).toBeGreaterThan(5)
})
