// `ha_cluster_stop` as typed data: which daemons it says it stopped, in the product's order.
import { ConsoleTranscript } from './console-transcript.ts'

export interface HaClusterStop {
  stopped: ['pacemaker', 'corosync']
}

/** Throws NotUnderstood, also for a stop that ended in an error. */
export function parseHaClusterStop(transcript: string): HaClusterStop {
  const reader = new ConsoleTranscript(transcript, 'ha_cluster_stop', /^(?:Stopping Cluster .*|Error: .*)$/)
  reader.expectText('Stopping Cluster (pacemaker)...')
  reader.expectText('Stopping Cluster (corosync)...')
  reader.expectEnd()
  return { stopped: ['pacemaker', 'corosync'] }
}
