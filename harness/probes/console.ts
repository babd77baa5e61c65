// What each node's own console says of the cluster, every few seconds.
import type { Access } from '../access.ts'
import { parseHaStatus } from '../systems/ssm/ha-status.ts'
import { lookEvery, type Looking } from './looks.ts'

const periodMs = 5000
/** A node that comes back is heard soon, in ms. */
const whileFailingMs = 1000
/** The console answers within 3 s while its peer is silent; one that takes longer than this hangs. */
const limitMs = 8000

export function watchConsoles(access: Access, looking: Looking): void {
  for (const { name } of access.target.nodes) {
    lookEvery(periodMs, { probe: 'console', node: name }, async signal => {
      const { stdout, stderr } = await access.console(name).run('ha_status', { signal, timeoutMs: limitMs })
      return parseHaStatus(stdout + stderr)
    }, looking, whileFailingMs)
  }
}
