// `ha_cluster_start` as typed data: which daemons it says it started, in the product's order.
import { ConsoleTranscript } from './console-transcript.ts'

export interface HaClusterStart {
  started: ['corosync', 'pacemaker']
}

/** Throws NotUnderstood, also for a start that ended in an error. */
export function parseHaClusterStart(transcript: string): HaClusterStart {
  const reader = new ConsoleTranscript(transcript, 'ha_cluster_start', /^(?:Starting Cluster.*|Error: .*)$/)
  reader.expectText('Starting Cluster (corosync)...')
  reader.expectText('Starting Cluster (pacemaker)...')
  reader.expectEnd()
  return { started: ['corosync', 'pacemaker'] }
}
