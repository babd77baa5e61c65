// SSM On-Prem: what its console prints, by command.
import { parseHaClusterStart } from './ha-cluster-start.ts'
import { parseHaClusterStop } from './ha-cluster-stop.ts'
import { parseHaStatus } from './ha-status.ts'
import { parseHaTeardown } from './ha-teardown.ts'

/** Each throws NotUnderstood for what it cannot read for certain. */
export const parsers: Record<string, (transcript: string) => unknown> = {
  ha_status: parseHaStatus,
  ha_cluster_stop: parseHaClusterStop,
  ha_cluster_start: parseHaClusterStart,
  ha_teardown: parseHaTeardown,
}
