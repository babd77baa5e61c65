// How long a fault takes to be in force: a cut from "undo armed" to proven, a power loss from the call to silent and gone.
import { openAccess } from '../harness/access/index.ts'
import type { Access } from '../harness/access.ts'
import { eventually } from '../harness/eventually.ts'
import type { FaultContext } from '../harness/fault.ts'
import { isolate, isolateKind } from '../harness/faults/isolate.ts'
import { powerOffKind } from '../harness/faults/power-off.ts'
import { serverAt } from '../harness/systems/ssm/wire.ts'
import type { Target } from '../harness/target.ts'

export interface Samples {
  name: string
  samplesMs: number[]
  unit: 'ms'
}

/** The node is the standby: the active server goes on undisturbed. */
export interface BenchOptions {
  target: Target
  node: string
  signal: AbortSignal
}

/** From "the undo is armed" to a packet of our own counted in both directions on every link. */
export async function cutProven({ target, node, signal }: BenchOptions, times = 40): Promise<Samples> {
  const access = openAccess(target)
  const samplesMs: number[] = []
  try {
    for (let round = 0; round < times; round += 1) samplesMs.push(await cutOnce(access, isolate(node), `bench${round}`, signal))
  } finally {
    await access.close()
  }
  return { name: 'cut: undo armed → proven', samplesMs, unit: 'ms' }
}

async function cutOnce(access: Access, { parameters, node }: ReturnType<typeof isolate>, lease: string, signal: AbortSignal): Promise<number> {
  let armedAt = 0
  const context: FaultContext = { access, lease, signal, deadlineMs: 60_000, armed: () => { armedAt = performance.now() } }
  const prepared = (await isolateKind.prepare?.(parameters, node, context)) ?? parameters
  await isolateKind.inject(prepared, node, context)
  const proof = await isolateKind.prove(prepared, node, context)
  const tookMs = performance.now() - armedAt
  await isolateKind.heal(prepared, node, context)
  const healed = await isolateKind.proveHealed(prepared, node, context)
  // Whatever is thrown here, the node undoes the cut by itself within the minute.
  if (!proof.proven) throw new Error(proof.why)
  if (!healed.proven) throw new Error(healed.why)
  return tookMs
}

/** The active server loses its power, the other takes over, and the lost one comes back. */
export async function failover({ target, signal }: BenchOptions): Promise<void> {
  const access = openAccess(target)
  const context: FaultContext = { access, lease: 'bench', signal, deadlineMs: 60_000, armed: () => undefined }
  try {
    const { server: active } = await serverAt(target.vip, target, signal)
    if (active === null) throw new Error(`nobody serves the VIP ${target.vip}`)
    await powerOffKind.inject({}, active, context)
    await eventually('the other server has taken over', async () => {
      const answer = await serverAt(target.vip, target, signal)
      return { value: answer, satisfied: answer.server !== null && answer.server !== active, observed: answer.observed }
    }, { within: '60s', signal })
    await powerOffKind.heal({}, active, context)
    const healed = await powerOffKind.proveHealed({}, active, context)
    if (!healed.proven) throw new Error(healed.why)
  } finally {
    await access.close()
  }
}

/** From the call to a machine that is silent and without processes. */
export async function powerLoss({ target, node, signal }: BenchOptions, times = 10): Promise<Samples> {
  const access = openAccess(target)
  const samplesMs: number[] = []
  const context: FaultContext = { access, lease: 'bench', signal, deadlineMs: 60_000, armed: () => undefined }
  try {
    for (let round = 0; round < times; round += 1) {
      const calledAt = performance.now()
      await powerOffKind.inject({}, node, context)
      samplesMs.push(performance.now() - calledAt)
      const proof = await powerOffKind.prove({}, node, context)
      await powerOffKind.heal({}, node, context)
      const healed = await powerOffKind.proveHealed({}, node, context)
      if (!proof.proven) throw new Error(proof.why)
      if (!healed.proven) throw new Error(healed.why)
      await eventually(`${node} has booted`, async () => {
        const { stdout } = await access.root(node).run('systemctl is-system-running', { signal, timeoutMs: 5000 })
        return { value: stdout, satisfied: /^(running|degraded)/.test(stdout), observed: stdout.trim() }
      }, { within: '60s', every: '200ms', signal })
    }
  } finally {
    await access.close()
  }
  return { name: 'power off: call → silent and gone', samplesMs, unit: 'ms' }
}
