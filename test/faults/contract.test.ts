// Every kind of fault keeps the contract: in memory, on this very host, and on a whole cluster where HAYWIRE_CONTRACT_TARGET names its target file.
import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openAccess } from '../../harness/access/index.ts'
import { readTargetFile } from '../../harness/cli/target-file.ts'
import { AccessError, type Shell } from '../../harness/access.ts'
import type { Fault, FaultKind } from '../../harness/fault.ts'
import { blips, blipsKind } from '../../harness/faults/blips.ts'
import { centralBehaviour, centralBehaviourKind } from '../../harness/faults/central-behaviour.ts'
import { clockOffset, clockOffsetKind } from '../../harness/faults/clock-offset.ts'
import { diskFull, diskFullKind } from '../../harness/faults/disk-full.ts'
import { diskReadOnly, diskReadOnlyKind } from '../../harness/faults/disk-read-only.ts'
import { engineDisconnect, engineDisconnectKind } from '../../harness/faults/engine-disconnect.ts'
import { freezeNode, freezeNodeKind } from '../../harness/faults/freeze-node.ts'
import { haStop, haStopKind } from '../../harness/faults/ha-stop.ts'
import { isolate, isolateKind } from '../../harness/faults/isolate.ts'
import { killProcess, killProcessKind } from '../../harness/faults/kill-process.ts'
import { linkDown, linkDownKind } from '../../harness/faults/link-down.ts'
import { pauseProcess, pauseProcessKind } from '../../harness/faults/pause-process.ts'
import { powerOff, powerOffKind } from '../../harness/faults/power-off.ts'
import { secondFamily, secondFamilyKind } from '../../harness/faults/second-family.ts'
import { localShell } from '../local-shell.ts'
import { MemoryCluster, memoryTarget } from '../memory-cluster.ts'
import { DiskOfOurOwn } from './disk-of-our-own.ts'
import { faultContract, type ContractOptions, type Subject } from './contract.ts'

const shared = new MemoryCluster()
faultContract({
  title: 'in memory',
  kind: haStopKind,
  open: async () => ({ access: shared, fault: haStop('primary-node'), inForce: async () => !shared.clusterRuns['primary-node'] }),
})
faultContract({
  title: 'in memory',
  kind: powerOffKind,
  open: async () => ({ access: shared, fault: powerOff('primary-node'), inForce: async () => shared.power_['primary-node'] === 'off' }),
})
const frozenShell = (cluster: MemoryCluster): Shell => ({
  run: async () => {
    if (cluster.frozen.size > 0) throw new AccessError('timeout', 'no answer')
    return { code: 0, stdout: '', stderr: '', tookMs: 1 }
  },
  stream: () => Promise.reject(new Error('no streams')),
})
const freezing: MemoryCluster = new MemoryCluster({ root: { run: (...call) => frozenShell(freezing).run(...call), stream: (...call) => frozenShell(freezing).stream(...call) } })
faultContract({
  title: 'in memory',
  kind: freezeNodeKind,
  open: async () => ({ access: freezing, fault: freezeNode('primary-node'), inForce: async () => freezing.frozen.has('primary-node') }),
})
for (const behaviour of [{ is: 'slow', seconds: 5 }, { is: 'refuse' }, { is: 'away' }, { is: 'short-lived', seconds: 15 }] as const) {
  faultContract({
    title: `in memory, ${behaviour.is}`,
    kind: centralBehaviourKind,
    open: async () => ({ access: shared, fault: centralBehaviour(behaviour), inForce: async () => shared.centralSays.behaviour !== '{"behaviour": "normal"}' || shared.centralSays.certificates !== 'default' }),
  })
}

const rootNeeded = process.getuid?.() === 0 && existsSync('/proc/self/stat') ? undefined : 'needs root on Linux, to write the undo into /run'
const folder = mkdtempSync(join(tmpdir(), 'haywire-'))
const started: number[] = []
afterAll(() => {
  for (const pid of started) if (isVictim(pid)) process.kill(pid, 'SIGKILL')
  rmSync(folder, { recursive: true })
})

faultContract({ title: 'on this host, a process by its name', kind: pauseProcessKind, skip: rootNeeded, open: () => onThisHost('hw-pause-me', name => pauseProcess('primary-node', name), 'T') })
faultContract({ title: 'on this host, a process by its name', kind: killProcessKind, skip: rootNeeded, open: () => onThisHost('hw-kill-me', name => killProcess('primary-node', name), undefined) })

for (const by of [{ ahead: '10min' }, { behind: '2min' }] as const) {
  faultContract({ title: `on this host, ${Object.keys(by).join()}, a clock in a file`, kind: clockOffsetKind, skip: rootNeeded, open: async () => {
    const file = join(folder, 'offset')
    const clock = { set: `echo $HAYWIRE_OFFSET_S > ${file}`, unset: `rm -f ${file}`, show: `date -d "$(cat ${file} 2>/dev/null || echo 0) seconds" +%s` }
    return { access: new MemoryCluster({ root: localShell, target: { ...memoryTarget, clocks: { product: clock } } }), fault: clockOffset('primary-node', 'product', by), inForce: async () => existsSync(file) }
  } })
}

/** A process of our own with a name of its own; started anew where it was killed. */
async function onThisHost(name: string, fault: (name: string) => Fault, state: 'T' | undefined): Promise<Subject> {
  const program = join(folder, name)
  if (!existsSync(program)) copyFileSync(execFileSync('sh', ['-c', 'command -v sleep'], { encoding: 'utf8' }).trim(), program)
  const alive = started.filter(pid => isVictim(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name)
  if (alive.length === 0) started.push(spawn(program, ['600'], { stdio: 'ignore' }).pid ?? 0)
  const access = new MemoryCluster({ root: localShell })
  // A killed process stays killed: whether it comes back is the product's affair.
  return state === undefined ? { access, fault: fault(name) } : { access, fault: fault(name), inForce: async () => started.some(pid => stateOf(pid) === state) }
}

function isVictim(pid: number): boolean {
  return existsSync(`/proc/${pid}/exe`) && stateOf(pid) !== 'Z' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(folder)
}

function stateOf(pid: number): string | undefined {
  return existsSync(`/proc/${pid}/stat`) ? /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] : undefined
}

const disk = rootNeeded ?? DiskOfOurOwn.make()
afterAll(() => typeof disk === 'string' ? undefined : disk.end())
faultContract({ title: 'on this host, a file system in a file', kind: diskFullKind, ...onDisk(diskFull, path => `[ -e ${path}/*.fill ]`) })
faultContract({ title: 'on this host, a file system in a file', kind: diskReadOnlyKind, ...onDisk(diskReadOnly, path => `! touch ${path}/file`) })

function onDisk(fault: (node: string) => Fault, inForce: (path: string) => string): Pick<ContractOptions, 'open' | 'skip'> {
  if (typeof disk === 'string') return { skip: disk, open: () => Promise.reject(new Error(disk)) }
  const access = new MemoryCluster({ root: disk.shell, target: { ...memoryTarget, databaseDisk: { path: disk.path, user: 'root', largestGiB: 1 } }, boots: () => disk.mountAnew() })
  return { open: async () => ({ access, fault: fault('primary-node'), inForce: () => disk.holds(inForce(disk.path)) }) }
}

const targetFile = process.env.HAYWIRE_CONTRACT_TARGET
const service = process.env.HAYWIRE_CONTRACT_SERVICE
const noTarget = targetFile ? undefined : 'HAYWIRE_CONTRACT_TARGET names no target file'
const noService = noTarget ?? (service ? undefined : 'HAYWIRE_CONTRACT_SERVICE names no unit of its nodes')

onCluster('from every network', isolateKind, node => isolate(node), noTarget)
onCluster('from one network, refusing', isolateKind, node => isolate(node, { from: ['heartbeat'], manner: 'reject' }), noTarget)
onCluster('all links', blipsKind, node => blips(node, [5, 50, 200], { pauseMs: 200 }), noTarget)
onCluster('its heartbeat', linkDownKind, node => linkDown(node, 'heartbeat'), noTarget)
onCluster('from its heartbeat', engineDisconnectKind, node => engineDisconnect(node, ['heartbeat']), noTarget)
onCluster('from every network', engineDisconnectKind, node => engineDisconnect(node, ['public', 'heartbeat']), noTarget)
onCluster('its guard', clockOffsetKind, node => clockOffset(node, 'ssm-guard', { behind: '10min' }), noTarget)
onCluster('as a whole', freezeNodeKind, freezeNode, noTarget)
onCluster('from one network, outgoing only', isolateKind, node => isolate(node, { from: ['heartbeat'], direction: 'out' }), noTarget)
// Before the power: a node that has just come back runs no cluster yet.
onCluster('by its console', haStopKind, haStop, noTarget)
onCluster('under its database', diskFullKind, diskFull, noTarget)
onCluster('under its database', diskReadOnlyKind, diskReadOnly, noTarget)
onCluster('its power', powerOffKind, powerOff, noTarget)
onCluster('beside its IPv4 address', secondFamilyKind, secondFamily, noTarget)
onCluster('a unit', pauseProcessKind, node => pauseProcess(node, service ?? ''), noService)
onCluster('a unit', killProcessKind, node => killProcess(node, service ?? ''), noService)

function onCluster(title: string, kind: FaultKind, fault: (node: string) => Fault, skip: string | undefined): void {
  faultContract({
    title: `on a cluster, ${title}`,
    kind,
    skip,
    timeoutMs: 180_000,
    async open() {
      const target = readTargetFile(targetFile ?? '')
      return { access: openAccess(target), fault: fault(target.nodes[0]?.name ?? '') }
    },
  })
}
