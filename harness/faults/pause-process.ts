// A service hangs: it is there, holds its sockets and its memory, and does nothing (SIGSTOP), until it goes on (SIGCONT).
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultContext, FaultKind } from '../fault.ts'
import type { ProcessIdentity } from '../process-identity.ts'
import { arm, disarm, disarmByHand, onlyIfArmed, whetherArmed } from './armed-undo.ts'
import { asRoot, goneWithPower, proofOf, unlessOff } from './on-node.ts'
import { processesOf, runningService, sayService, signalEach, stillThere, type Service } from './processes.ts'

/** A process stops when it is next scheduled. */
const stoppedWithin = '5s'
/** A service that forks faster than it can be stopped is no service. */
const roundsMax = 10

interface PauseProcess {
  names: string[]
  /** found on the node before the pause */
  found?: { service: Service; processes: ProcessIdentity[] }
}

/** One name is a systemd unit (`corosync`, `ssm-guard.service`), or else the exact name of processes; several are names of processes. */
export function pauseProcess(node: NodeLike, ...names: string[]): Fault<PauseProcess> {
  return { kind: 'pause-process', node: nameOf(node), parameters: { names }, title: `pause ${sayService({ names })} on ${nameOf(node)}` }
}

export const pauseProcessKind: FaultKind<PauseProcess> = {
  name: 'pause-process',
  what: 'A service on a node is stopped in its tracks (SIGSTOP), with all processes of its systemd unit or all of one or several names, and goes on when healed (SIGCONT). The kernel still acknowledges what is sent to its sockets.',
  needs: ['root-shell'],

  async prepare({ names }, node, context) {
    const { service, processes } = await runningService(names, node, context)
    const stopped = processes.filter(({ state }) => state === 'T')
    if (stopped.length > 0) throw new Error(`${sayService({ names })} on ${node} is paused already, and not by us: ${stopped.map(({ pid }) => pid).join(', ')}`)
    return { names, found: { service, processes: processes.map(({ pid, startTime }) => ({ pid, startTime })) } }
  },

  async inject({ found }, node, context) {
    if (!found) throw new Error('the processes are not known: prepare comes first')
    const { lease, deadlineMs } = context
    await asRoot(node, arm({ lease, undo: goOn(lease), afterMs: deadlineMs }), context)
    context.armed(`the node lets ${sayService(found.service)} go on by itself after ${deadlineMs} ms`)
    let next: ProcessIdentity[] = found.processes
    for (let round = 0; next.length > 0; round += 1) {
      if (round === roundsMax) throw new Error(`${sayService(found.service)} still forks after ${roundsMax} rounds of SIGSTOP`)
      await asRoot(node, `${onlyIfArmed(lease)}\n${record(lease, next)}\n${signalEach('STOP', next)}`, context)
      const known = await recorded(lease, node, context)
      // Whatever was forked while the others were being stopped.
      next = (await processesOf(found.service, node, context)).filter(({ pid, startTime }) => !known.some(process => process.pid === pid && process.startTime === startTime))
    }
  },

  async prove({ found }, node, context) {
    if (!found) return { proven: false, why: 'the processes are not known' }
    return proofOf(eventually(`every process of ${sayService(found.service)} is stopped`, async () => ({ value: undefined, ...await pauseOf(node, context) }), { within: stoppedWithin, every: '20ms', signal: context.signal }))
  },

  async inForce(_parameters, node, context) {
    const { satisfied, gone, observed } = await pauseOf(node, context)
    // A product that kills what hangs has not been healed by anybody: that is what it should do.
    return satisfied || gone ? { proven: true, evidence: observed } : { proven: false, why: observed }
  },

  async heal({ found }, node, context) {
    const { lease } = context
    await unlessOff(node, context, () => asRoot(node, `${goOn(lease)}\n${signalEach('CONT', found?.processes ?? [])}\n${disarm(lease)}`, context))
  },

  async proveHealed({ found }, node, context) {
    const { lease } = context
    const state = await unlessOff(node, context, () => asRoot(node, whetherArmed(lease), context))
    if (state === 'off') return goneWithPower
    if (state !== '') return { proven: false, why: `the undo on ${node} is still armed` }
    return proofOf(eventually(`no process of ${found ? sayService(found.service) : 'it'} is stopped`, async () => {
      const stopped = (await stillThere(found?.processes ?? [], node, context)).filter(({ state }) => state === 'T')
      return { value: stopped, satisfied: stopped.length === 0, observed: stopped.length === 0 ? 'no process of it is stopped any more' : `still stopped: ${stopped.map(({ pid }) => pid).join(', ')}` }
    }, { within: stoppedWithin, every: '20ms', signal: context.signal }))
  },

  undo: ({ found }, node, lease) => `as root on ${node}: sh /run/haywire-${lease}.undo, or kill -CONT ${found?.processes.map(({ pid }) => pid).join(' ') ?? 'of its processes'}; then ${disarmByHand(lease)}`,
}

async function pauseOf(node: string, context: FaultContext): Promise<{ satisfied: boolean; /** somebody has killed them all */ gone: boolean; observed: string }> {
  const seen = await stillThere(await recorded(context.lease, node, context), node, context)
  return { gone: seen.length === 0, satisfied: seen.length > 0 && seen.every(({ state }) => state === 'T'), observed: seen.length > 0 ? `states: ${seen.map(({ pid, state }) => `${pid} ${state}`).join(', ')}` : 'all processes are gone' }
}

/** On the node: every process that we stop, one `PID:STARTTIME` a line, written before the signal. */
function pidsFile(lease: string): string {
  return `/run/haywire-${lease}.pids`
}

function record(lease: string, processes: ProcessIdentity[]): string {
  return `printf '%s\\n' ${processes.map(({ pid, startTime }) => `${pid}:${startTime}`).join(' ')} >> ${pidsFile(lease)}`
}

async function recorded(lease: string, node: string, context: Parameters<typeof asRoot>[2]): Promise<ProcessIdentity[]> {
  const lines = (await asRoot(node, `sort -u ${pidsFile(lease)}`, context)).split('\n').filter(line => line !== '')
  return lines.map(line => {
    const [pid = '', startTime = ''] = line.split(':')
    return { pid: Number(pid), startTime }
  })
}

/** Shell commands that let everything go on that we have stopped. */
function goOn(lease: string): string {
  return `if [ -f ${pidsFile(lease)} ]; then
  while IFS=: read -r pid start; do
    stat=$(cat /proc/$pid/stat 2>/dev/null) || continue
    set -- \${stat##*) }
    if [ "\${20}" = "$start" ]; then kill -CONT $pid; fi
  done < ${pidsFile(lease)}
fi`
}
