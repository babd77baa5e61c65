// The guardian: when the harness dies, everything is healed; when the guardian dies too, `haywire heal` does it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { healRuns } from '../harness/cli/heal.ts'
import { labDir } from '../harness/cli/twins.ts'
import { eventually } from '../harness/eventually.ts'
import { guard, startGuardian } from '../harness/guardian.ts'
import { readHistory } from '../harness/history.ts'
import { Leases } from '../harness/lease.ts'
import { identityOf, isAlive, type ProcessIdentity } from '../harness/process-identity.ts'
import { writeRunContext } from '../harness/run-context.ts'
import { registeredRuns } from '../harness/run-registry.ts'
import type { Target } from '../harness/target.ts'
import { powerOff, powerOffKind } from '../harness/faults/power-off.ts'
import { MemoryCluster, memoryTarget } from './memory-cluster.ts'
import { runFiles } from './run-files.ts'

const kinds = { 'power-off': powerOffKind }

test('a harness that hangs past a deadline is healed for, that fault only, and the guardian stays', async () => {
  const run = await watched()
  await run.leases.inject(powerOff('primary-node'), { for: '0ms' })
  const clock = process.hrtime.bigint
  await run.leases.inject(powerOff('secondary-node'))
  // The grace has passed.
  vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => clock() + 6_000_000_000n)
  onTestFinished(() => { vi.restoreAllMocks() })
  const { ended } = run.guard()
  await until('healed', () => run.cluster.power_['primary-node'] === 'on')
  expect(run.cluster.power_['secondary-node']).toBe('off')
  run.harness.kill('SIGKILL')
  expect(await ended).toEqual({ healed: ['power off secondary-node: power is on, the SSH port accepts connections'], left: [] })
  expect(run.said).toEqual([
    `past their deadline, and the harness (process ${run.harness.pid}) does nothing: power off primary-node`,
    'healed: power off primary-node: power is on, the SSH port accepts connections',
    `the harness (process ${run.harness.pid}) is gone; left open: power off secondary-node`,
    'healed: power off secondary-node: power is on, the SSH port accepts connections',
  ])
})

test('a pipe that ends while the harness lives is no death', async () => {
  const run = await watched()
  await run.leases.inject(powerOff('primary-node'))
  const { ended } = run.guard()
  run.pipe.end()
  // Two looks of the guardian.
  await new Promise(resolve => { setTimeout(resolve, 600) })
  expect(run.cluster.power_['primary-node']).toBe('off')
  run.harness.kill('SIGKILL')
  await ended
  expect(run.cluster.power_['primary-node']).toBe('on')
})

test('a run that ends well is healed as well, if anything is open', async () => {
  const run = await watched()
  await run.leases.inject(powerOff('primary-node'))
  const { ended } = run.guard()
  run.pipe.end('end\n')
  expect((await ended).left).toEqual([])
  expect(run.cluster.power_['primary-node']).toBe('on')
  expect(isAlive(run.identity)).toBe(true)
})

test('kill -9 of the harness: the guardian heals, says so in the history and its log, and forgets the run', async () => {
  const run = await doomed()
  run.harness.kill('SIGKILL')
  await until('the guardian has ended', () => !isAlive(run.guardian))
  expect(run.power()).toBe('on')
  expect(run.phases()).toEqual(['healed by guardian', 'proven-healed by guardian'])
  expect(readFileSync(join(run.folder, 'guardian.log'), 'utf8')).toMatch(/is gone; left open: power off primary-node\n.*healed: power off primary-node/)
  expect(registeredRuns()).toEqual([])
})

test('signals to the guardian change nothing; the end of the run ends it', async () => {
  const run = await doomed()
  process.kill(run.guardian.pid, 'SIGTERM')
  process.kill(run.guardian.pid, 'SIGINT')
  run.harness.stdin?.write('end\n')
  await until('the guardian has ended', () => !isAlive(run.guardian))
  expect(run.power()).toBe('on')
  expect(registeredRuns()).toEqual([])
})

test('a guardian that died is told at the end of the run, which leaves nothing registered', async () => {
  const files = runFiles()
  stateHome(files.folder)
  const guardian = await startGuardian(context(files.folder, memoryTarget))
  expect(registeredRuns()).toHaveLength(1)
  const identity = identityOf(guardian.pid)
  if (!identity) throw new Error('no guardian')
  await killed(identity)
  expect((await guardian.end()).lost).toMatch(/^the guardian \(process \d+\) ended in the middle of the run; its log: .*guardian\.log\. Had Haywire died/)
  expect(registeredRuns()).toEqual([])
})

test('kill -9 of both: `haywire heal` heals, once', async () => {
  const run = await doomed()
  await killed(run.guardian)
  expect((await heal()).said).toEqual([`doomed is still running (process ${run.harness.pid}): left alone. End it with kill -INT ${run.harness.pid}; it heals before it ends.`])
  expect(run.power()).toBe('off')
  run.harness.kill('SIGKILL')
  await once(run.harness, 'exit')
  expect(await heal('another-target')).toEqual({ report: { healed: [], left: [] }, said: ['Nothing to heal: no run on another-target has left anything open.'] })
  expect((await heal('memory')).said).toEqual([
    `doomed: healing what ${join(run.folder, 'journal.jsonl')} leaves open`,
    'doomed: healed: power off primary-node: power is on, the SSH port accepts connections',
  ])
  expect(run.power()).toBe('on')
  expect(run.phases()).toEqual(['healed by heal', 'proven-healed by heal'])
  expect((await heal()).said).toEqual(['Nothing to heal: no run has left anything open.'])
})

test('what cannot be healed is said, with how to undo it by hand, and asked for again next time', async () => {
  const run = await doomed({ on: 'echo "the controller is on fire" >&2; exit 1' })
  await killed(run.guardian)
  run.harness.kill('SIGKILL')
  await once(run.harness, 'exit')
  const left = ['power off primary-node is not healed: broken: the power command for primary-node ended with 1: echo "the controller is on fire" >&2; exit 1\nthe controller is on fire\n  by hand: switch primary-node on']
  expect((await heal()).report).toEqual({ healed: [], left })
  expect((await heal()).report).toEqual({ healed: [], left })
  expect(registeredRuns()).toHaveLength(1)
})

test('what was open on a twin is gone with the twin', async () => {
  const run = await doomed({ on: 'echo "nothing is there any more" >&2; exit 1' })
  await killed(run.guardian)
  run.harness.kill('SIGKILL')
  await once(run.harness, 'exit')
  rmSync(labDir('memory'), { recursive: true })
  expect(await heal()).toEqual({ report: { healed: [], left: [] }, said: ['doomed: its twin memory has been removed, and with it whatever was open on it', 'doomed: nothing was open any more'] })
  expect(registeredRuns()).toEqual([])
})

async function killed(guardian: ProcessIdentity): Promise<void> {
  process.kill(guardian.pid, 'SIGKILL')
  await until('the guardian is gone', () => !isAlive(guardian))
}

async function heal(target?: string): Promise<{ report: Awaited<ReturnType<typeof healRuns>>; said: string[] }> {
  const said: string[] = []
  const report = await healRuns(target, line => said.push(line))
  return { report, said }
}

async function until(what: string, look: () => boolean): Promise<void> {
  await eventually(what, async () => ({ value: undefined, satisfied: look(), observed: 'not yet' }), { within: '8s', signal: AbortSignal.timeout(9000) })
}

/** The user's state directory of this test. */
function stateHome(folder: string): void {
  vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'))
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => { vi.unstubAllEnvs() })
}

/** A guardian in this process, and a harness that is only there to be killed. */
async function watched(): Promise<{ cluster: MemoryCluster; leases: Leases; harness: ChildProcess; identity: ProcessIdentity; pipe: PassThrough; said: string[]; guard(): { ended: ReturnType<typeof guard> } }> {
  const files = runFiles()
  stateHome(files.folder)
  const cluster = new MemoryCluster()
  const harness = spawn('sleep', ['60'])
  onTestFinished(() => { harness.kill('SIGKILL') })
  const identity = identityOf(harness.pid ?? 0)
  if (!identity) throw new Error('no child')
  const contextPath = context(files.folder, memoryTarget)
  const pipe = new PassThrough()
  const said: string[] = []
  return {
    cluster, harness, identity, pipe, said,
    leases: new Leases({ access: cluster, ...files, kinds }),
    guard: () => ({ ended: guard({ contextPath, harness: identity, pipe, healing: { ...files, kinds, access: cluster, by: 'guardian' }, say: text => said.push(text) }) }),
  }
}

function context(folder: string, target: Target): string {
  const path = join(folder, 'context.json')
  writeRunContext(path, {
    run: 'doomed', runDir: folder, historyPath: join(folder, 'history.jsonl'), evidenceDir: join(folder, 'evidence'), journalPath: join(folder, 'journal.jsonl'),
    startNs: String(process.hrtime.bigint()), startUtc: new Date().toISOString(), target, seed: 1, scenarios: [], without: [], until: [], defects: [],
  })
  return path
}

/** A harness of its own process with a guardian of its own; the machine's power is a file. */
async function doomed({ on }: { on?: string } = {}): Promise<{ folder: string; harness: ChildProcess; guardian: ProcessIdentity; power(): string; phases(): string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  stateHome(folder)
  mkdirSync(join(folder, 'evidence'))
  const power = join(folder, 'power')
  writeFileSync(power, 'off')
  const server = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => { server.close() })
  const { port } = server.address() as AddressInfo
  const [first, ...others] = memoryTarget.nodes
  if (!first) throw new Error('no node')
  const target: Target = {
    ...memoryTarget,
    nodes: [{ ...first, ssh: { ...first.ssh, host: '127.0.0.1', port } }, ...others],
    power: { driver: 'commands', status: `cat ${power}`, on: on ?? `printf on > ${power}`, off: `printf off > ${power}` },
  }
  mkdirSync(labDir(target.name), { recursive: true })
  const contextPath = context(folder, target)
  writeFileSync(join(folder, 'history.jsonl'), '')
  const harness = spawn(process.execPath, [join(import.meta.dirname, 'doomed-harness.ts'), contextPath], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => { harness.kill('SIGKILL') })
  const [pid] = (await once(harness.stdout, 'data')) as [Buffer]
  const guardian = identityOf(Number(String(pid)))
  if (!guardian) throw new Error(`no guardian: ${String(pid)}`)
  onTestFinished(() => { if (isAlive(guardian)) process.kill(guardian.pid, 'SIGKILL') })
  return {
    folder, harness, guardian,
    power: () => readFileSync(power, 'utf8'),
    phases: () => readHistory(join(folder, 'history.jsonl')).flatMap(event => (event.type === 'fault' ? [`${event.phase} ${/^by \w+/.exec(event.detail ?? '')?.[0]}`] : [])),
  }
}
