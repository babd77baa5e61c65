// Errors that only the faults of some scenarios bring, each with its reason: a scenario names those that are its own.
import type { ExpectedLine } from '../../logs.ts'

/** The database is killed, by the fault or by a guard that gives up. */
export const databaseKilled: ExpectedLine[] = [
  { program: 'postgres', pattern: '^FATAL:  terminating connection due to unexpected postmaster exit', why: 'its sessions find the main process gone before they are killed too' },
]

/** Corosync, or a part of pacemaker, is killed, by the fault or by a guard that gives up. */
export const clusterSoftwareKilled: ExpectedLine[] = [
  { program: 'pacemaker(d|-[a-z]+)', pattern: String.raw`^(crit: Lost connection to (cluster layer|the CIB manager), shutting down|error: Connection to the CPG API failed: |error: Connection to \S+ (IPC failed|closed)|error: \S+ IPC provider disconnected while waiting for message )`, why: 'the parts of pacemaker lose each other, or corosync, and end' },
  { program: 'pacemaker-controld', pattern: String.raw`^error: (Input I_(ERROR|TERMINATE) received in state |\d+ resources? (was|were) active at shutdown)`, why: 'it ends without having stopped its resources: the guard takes those away' },
  { program: 'pacemakerd', pattern: String.raw`^(error: pacemaker-\w+\[\d+\] exited with status 102 \(Not connected\)|crit: Could not connect to Corosync CFG: )`, why: 'it sees its parts end because corosync has gone, and ends too' },
]
