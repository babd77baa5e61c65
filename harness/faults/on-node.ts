// What every fault asks of a node: a root command that must work, and whether the node is there at all.
import { AccessError, type Access } from '../access.ts'
import { NotObserved } from '../eventually.ts'
import type { FaultContext, Proof } from '../fault.ts'

/** A command that takes longer than this hangs, in ms. */
const commandLimitMs = 20_000

/** Runs it as root; throws with what it printed unless it ends with 0. */
export async function asRoot(node: string, command: string, { access, signal }: Pick<FaultContext, 'access' | 'signal'>): Promise<string> {
  const { code, stdout, stderr } = await access.root(node).run(command, { signal, timeoutMs: commandLimitMs })
  if (code !== 0) throw new Error(`${node}: ${(stderr || stdout).trim() || `ended with ${code}`}`)
  return stdout
}

/** Does the work; where that fails because the node has no power, that is what it gives: what lives in memory is gone with the power. */
export async function unlessOff<T>(node: string, { access, signal }: FaultContext, work: () => Promise<T>): Promise<T | 'off'> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AccessError && ['unreachable', 'timeout', 'broken'].includes(error.kind) && (await isOff(node, access, signal))) return 'off'
    throw error
  }
}

export const goneWithPower: Proof = { proven: true, evidence: 'the node has no power; what was in its memory is gone with it' }

/** A wait as a proof: what it saw in the end, or what it saw instead. */
export async function proofOf(wait: Promise<{ observed: string }>): Promise<Proof> {
  try {
    return { proven: true, evidence: (await wait).observed }
  } catch (error) {
    if (error instanceof NotObserved) return { proven: false, why: error.message }
    throw error
  }
}

async function isOff(node: string, access: Access, signal: AbortSignal): Promise<boolean> {
  if (!access.target.power) return false
  const { status, freezer } = access.power(node)
  // What is in the memory of a suspended machine comes back with it, whatever its power is called meanwhile.
  return (await status(signal)) === 'off' && !(await freezer?.frozen(signal).catch(() => false))
}
