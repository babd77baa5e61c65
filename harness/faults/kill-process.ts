// A service dies at once: SIGKILL to all its processes, no chance to say goodbye. Whether it comes back is the product's affair.
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultKind } from '../fault.ts'
import type { ProcessIdentity } from '../process-identity.ts'
import { asRoot, goneWithPower, proofOf, unlessOff } from './on-node.ts'
import { processesOf, runningService, sayService, signalEach, stillThere, type Service } from './processes.ts'

/** SIGKILL works when the process is next scheduled; one in uninterruptible sleep takes as long as its disk. */
const goneWithin = '5s'
/** A unit that systemd starts anew may wait for its own conditions. */
const startedWithin = '30s'
/** A service that forks faster than it can be killed is no service. */
const roundsMax = 10

interface KillProcess {
  names: string[]
  /** found on the node before the kill */
  found?: { service: Service; processes: ProcessIdentity[] }
}

/** One name is a systemd unit (`corosync`, `ssm-guard.service`), or else the exact name of processes; several are names of processes. */
export function killProcess(node: NodeLike, ...names: string[]): Fault<KillProcess> {
  return { kind: 'kill-process', node: nameOf(node), parameters: { names }, title: `kill ${sayService({ names })} on ${nameOf(node)}` }
}

export const killProcessKind: FaultKind<KillProcess> = {
  name: 'kill-process',
  what: 'A service on a node is killed (SIGKILL), with all processes of its systemd unit or all of one or several names. Healing starts a unit again that systemd starts at boot and nobody has started since; whatever else was killed is left to the product.',
  needs: ['root-shell'],

  async prepare({ names }, node, context) {
    const { service, processes } = await runningService(names, node, context)
    return { names, found: { service, processes: processes.map(({ pid, startTime }) => ({ pid, startTime })) } }
  },

  async inject({ found }, node, context) {
    if (!found) throw new Error('the processes are not known: prepare comes first')
    // In ticks of 10 ms, the unit of start times: whatever began before this is what was to be killed, forks of the last moment too.
    const killedAt = Math.round(Number((await asRoot(node, 'cat /proc/uptime', context)).split(' ')[0]) * 100)
    let left: ProcessIdentity[] = found.processes
    for (let round = 0; left.length > 0; round += 1) {
      if (round === roundsMax) throw new Error(`${sayService(found.service)} still has processes after ${roundsMax} rounds of SIGKILL: ${left.map(({ pid }) => pid).join(', ')}`)
      await asRoot(node, signalEach('KILL', left), context)
      left = (await processesOf(found.service, node, context)).filter(({ startTime, pid }) => Number(startTime) < killedAt && !found.processes.some(killed => killed.pid === pid))
    }
  },

  async prove({ found }, node, context) {
    if (!found) return { proven: false, why: 'the processes are not known' }
    return proofOf(eventually(`the processes of ${sayService(found.service)} are gone`, async () => {
      const left = await stillThere(found.processes, node, context)
      return { value: left, satisfied: left.length === 0, observed: left.length === 0 ? `gone: ${found.processes.map(({ pid }) => pid).join(', ')}` : `still there: ${left.map(({ pid }) => pid).join(', ')}` }
    }, { within: goneWithin, every: '20ms', signal: context.signal }))
  },

  async heal({ found }, node, context) {
    const unit = found?.service.unit
    if (!unit?.enabled) return
    await unlessOff(node, context, () => asRoot(node, `state=$(systemctl is-active ${unit.id}); case $state in inactive|failed) systemctl start ${unit.id};; esac`, context))
  },

  async proveHealed({ found }, node, context) {
    const unit = found?.service.unit
    if (!unit?.enabled) return { proven: true, evidence: 'nothing of it lasts; the product decides what runs again' }
    if ((await unlessOff(node, context, () => asRoot(node, ':', context))) === 'off') return goneWithPower
    return proofOf(eventually(`${unit.id} is active again`, async () => {
      const state = (await asRoot(node, `systemctl is-active ${unit.id}; exit 0`, context)).trim()
      return { value: state, satisfied: state === 'active', observed: `${unit.id} is ${state}` }
    }, { within: startedWithin, every: '100ms', signal: context.signal }))
  },

  undo: ({ found }, node) => (found?.service.unit ? `as root on ${node}: systemctl start ${found.service.unit.id}, if it should run there` : `nothing is left to undo on ${node}; the product decides what runs again`),
}
