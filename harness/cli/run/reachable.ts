// A real cluster is looked at before anything is done to it: every node by SSH, with the host key that the target file names.
import { openAccess } from '../../access/index.ts'
import { AccessError } from '../../access.ts'
import type { Target } from '../../target.ts'
import { ExitError, exitCodes } from '../exit.ts'

/** Longest that one login may take, in ms. */
const loginLimitMs = 20_000

const advice: Record<AccessError['kind'], string> = {
  unreachable: 'Is the address right, is the node on, and may this machine reach it?',
  'refused-login': 'Are user and password (or key) in the target file right?',
  'changed-host-key': 'If the node was installed anew, put its new key into the target file; if not, somebody is in between.',
  timeout: 'It accepts connections but does not answer: look at its console.',
  broken: 'The connection broke; look at the node and at the network.',
  'host-changed': 'A network interface of this host came or went; try again.',
  missing: 'The target file does not say how to reach it.',
}

/** Throws ExitError 3 that says which node cannot be reached, and why. */
export async function requireReachable(target: Target, signal: AbortSignal): Promise<void> {
  const access = openAccess(target)
  try {
    for (const node of target.nodes) {
      await reach(node.name, () => access.console(node.name).run('ha_status', { timeoutMs: loginLimitMs, signal }))
      if (node.root) await reach(node.name, () => access.root(node.name).run('true', { timeoutMs: loginLimitMs, signal }))
    }
  } finally {
    await access.close()
  }
}

async function reach(node: string, attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt()
  } catch (cause) {
    if (!(cause instanceof AccessError)) throw cause
    throw new ExitError(exitCodes.unfit, `${node} cannot be reached (${cause.kind}): ${cause.message}. ${advice[cause.kind]}`, { cause })
  }
}
