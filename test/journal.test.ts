// The journal: whatever was cut off in the middle, what is open is known.
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Fault } from '../harness/fault.ts'
import { healRun, removeAccounts } from '../harness/heal.ts'
import { openLeases, type Journal, type LeasePhase } from '../harness/journal.ts'
import { identityOf } from '../harness/process-identity.ts'
import type { Maker } from '../harness/workload.ts'
import { localShell } from './local-shell.ts'
import { MemoryCluster } from './memory-cluster.ts'
import { runFiles } from './run-files.ts'

const owner = { pid: 1, startTime: '1' }
const fault = (node: string): Fault => ({ kind: 'cut', node, parameters: {}, title: `cut ${node}` })

function request(journal: Journal, id: string, ...phases: Exclude<LeasePhase, 'requested' | 'injecting'>[]): void {
  journal.append({ type: 'lease', id, phase: 'requested', by: 'harness', owner, fault: fault(id), deadlineNs: '5000', deadlineUtc: '2026-11-20T14:25:08.000Z' }, { durable: true })
  if (phases[0] !== 'cancelled') journal.append({ type: 'lease', id, phase: 'injecting', by: 'harness', parameters: { found: id } })
  for (const phase of phases) journal.append({ type: 'lease', id, phase, by: 'harness' })
}

test('open is what was begun and not proven healed, the last first', () => {
  const { journal } = runFiles()
  request(journal, 'refused', 'cancelled')
  request(journal, 'half')
  request(journal, 'over', 'injected', 'proven', 'healing', 'healed', 'proven-healed')
  request(journal, 'undone', 'injected', 'proven', 'healing', 'healed')
  request(journal, 'lasting', 'armed', 'injected', 'proven')
  expect(openLeases(journal.read()).map(({ id, phase }) => `${id}: ${phase}`)).toEqual(['lasting: proven', 'undone: healed', 'half: injecting'])
})

test('what was only asked for has not been done, and what was found before doing it is part of the fault', () => {
  const { journal } = runFiles()
  journal.append({ type: 'lease', id: 'asked', phase: 'requested', by: 'harness', owner, fault: fault('asked'), deadlineNs: '5000', deadlineUtc: '' })
  request(journal, 'begun')
  expect(openLeases(journal.read())).toEqual([{ id: 'begun', fault: { ...fault('begun'), parameters: { found: 'begun' } }, phase: 'injecting', owner, deadlineNs: 5000n }])
})

test('a line that was cut off is reported, and the next writer begins a new one', async () => {
  const files = runFiles()
  request(files.journal, 'a', 'injected', 'proven')
  appendFileSync(files.journal.path, '{"utc":"2026-11-20T14:25:08.000Z","type":"lease","id":"b","pha')
  files.journal.append({ type: 'lease', id: 'a', phase: 'healing', by: 'guardian' })
  const state = files.journal.read()
  expect(state.leases.map(({ id, phase, healer }) => ({ id, phase, healer }))).toEqual([{ id: 'a', phase: 'healing', healer: 'guardian' }])
  expect(state.unreadable).toEqual(['{"utc":"2026-11-20T14:25:08.000Z","type":"lease","id":"b","pha'])
  const { left } = await healRun({ access: new MemoryCluster(), ...files, kinds: {}, by: 'heal' })
  expect(left).toEqual([
    'cut a is not healed: this version of Haywire knows no fault cut\n  by hand: with the version of Haywire that began it',
    `the journal ${files.journal.path} has a line that cannot be read, so nobody knows what it began: {"utc":"2026-11-20T14:25:08.000Z","type":"lease","id":"b","pha`,
  ])
})

test('a journal that was never written is empty', () => {
  expect(runFiles().journal.read()).toEqual({ leases: [], processes: [], accounts: [], unreadable: [] })
})

test('a process that had ended, or whose number another one has now, is left alone', async () => {
  const files = runFiles()
  const ended = files.journal.startedProcess({ id: 'probes', pid: process.pid, startTime: 'of another', what: 'probe process' })
  files.journal.startedProcess({ id: 'more', pid: process.pid, startTime: 'of another', what: 'another probe process' })
  ended()
  expect(await healRun({ access: new MemoryCluster(), ...files, kinds: {}, by: 'heal' })).toEqual({ healed: ['another probe process: had ended'], left: [] })
  expect(files.journal.read().processes.map(({ id, ended }) => ({ id, ended }))).toEqual([{ id: 'probes', ended: true }, { id: 'more', ended: true }])
  expect(readFileSync(files.journal.path, 'utf8').split('\n')).toHaveLength(5)
})

test('a process on a node is ended, and its files go with it, whether it was still there or had lost its power', async () => {
  const files = runFiles()
  const access = new MemoryCluster({ root: localShell })
  const sleeper = spawn('sleep', ['60'])
  onTestFinished(() => { sleeper.kill('SIGKILL') })
  const { pid = 0 } = sleeper
  const startTime = identityOf(pid)?.startTime ?? ''
  const left = (name: string): string => {
    const folder = join(files.folder, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'flight.jsonl'), '{}')
    return folder
  }
  const folders = [left("it's running"), left('gone')]
  files.journal.startedProcess({ id: 'here', node: 'primary-node', pid, startTime, what: 'the recorder', files: folders[0] ?? '' })
  files.journal.startedProcess({ id: 'gone', node: 'primary-node', pid: 999_999_999, startTime: '1', what: 'the recorder before', files: folders[1] ?? '' })
  expect(await healRun({ access, ...files, kinds: {}, by: 'heal' })).toEqual({ healed: ['the recorder before: had ended', 'the recorder: was ended'], left: [] })
  expect(folders.map(folder => existsSync(folder))).toEqual([false, false])
})

test("the workload's accounts are removed, by whoever comes first, and what cannot be removed is told with its name", async () => {
  const files = runFiles()
  for (const prefix of ['hw-1-', 'hw-2-', 'hw-3-']) files.journal.append({ type: 'accounts', phase: 'begun', by: 'harness', prefix })
  files.journal.append({ type: 'accounts', phase: 'removed', by: 'harness', prefix: 'hw-1-' })
  let away = true
  const accounts = async (): Promise<Pick<Maker, 'remove'>> => ({
    remove: async prefix => {
      if (prefix === 'hw-3-') throw new Error('the password was changed')
      // The VIP is still on its way back.
      if (away) {
        away = false
        throw new Error('/login: refused')
      }
      return { removed: 41, left: 0 }
    },
  })
  const report = await removeAccounts({ ...files, accounts, by: 'heal' }, { within: '300ms', every: '10ms' })
  expect(report.healed).toEqual(['41 accounts of the workload were removed: hw-2-…'])
  expect(report.left).toHaveLength(1)
  expect(report.left[0]).toMatch(/^accounts of the workload are left: not within 300ms: no account is called hw-3-…\n.*the password was changed\n {2}by hand: delete the accounts whose names begin with hw-3-$/s)
  expect(files.journal.read().accounts).toEqual(['hw-3-'])
})
