// Errors that only the faults of some scenarios bring, each with its reason: a scenario names those that are its own.
import type { ExpectedLine } from '../../logs.ts'

/** The database is killed, every process of it. */
export const databaseKilled: ExpectedLine[] = [
  { program: 'postgres', pattern: '^FATAL:  terminating connection due to unexpected postmaster exit', why: 'its sessions find the main process gone before they are killed too' },
  { program: 'postgres', pattern: String.raw`^LOG:  .* \(PID \d+\) was terminated by signal 9: Killed`, why: 'its processes are killed one after the other: where another comes first, the main one sees it die', excusesBadNews: true },
]

/** Corosync, or a part of pacemaker, is killed. The words are those of pacemaker 2.1: daemons/*, lib/cluster, lib/cib, lib/fencing, lib/lrmd, lib/common/ipc_client.c, lib/common/mainloop.c. */
export const clusterSoftwareKilled: ExpectedLine[] = [
  {
    program: 'pacemaker(d|-[a-z]+)',
    pattern: String.raw`^(crit|error): (Lost connection to (cluster layer|the CIB manager), shutting down|Connection to (executor|the scheduler) failed|Fencing daemon connection failed|(The CIB manager|Fencer|Executor) disconnected|Couldn't perform \S+ operation \(timeout=|Connection to the (CPG|Quorum) API failed: |Connection to \S+ (IPC failed|closed)|Connection closed|\S+ IPC provider disconnected while waiting for message |Could not obtain the (CPG|CMAP|Quorum) API connection: )`,
    why: 'the parts of pacemaker lose each other, or corosync, and end',
  },
  { program: 'pacemaker-controld', pattern: '^error: Could not recover from internal error', why: 'it ends because the others are gone', excusesBadNews: true },
  { program: 'pacemaker-controld', pattern: String.raw`^error: (Input I_(ERROR|TERMINATE) received in state |\d+ resources? (was|were) active at shutdown)`, why: 'it ends without having stopped its resources: the guard takes those away' },
  { program: 'corosync', pattern: String.raw`^ *\[MAIN +\] event_send retuned -(32|104|107), expected \d+!`, why: 'a part of pacemaker was killed while it was being told something (EPIPE, ECONNRESET, ENOTCONN): corosync, exec/ipc_glue.c' },
  { program: 'pacemakerd', pattern: String.raw`^(error: pacemaker-\w+\[\d+\] exited with status 102 \(Not connected\)|crit: Could not connect to Corosync CFG: )`, why: 'it sees its parts end because corosync has gone, and ends too' },
]

/** A guard that gives up kills the cluster software, and then the database. */
export const guardGivesUp: ExpectedLine[] = [...clusterSoftwareKilled, ...databaseKilled]

/** The network card of the clients' network is gone: the engine has taken it away, or a twin loses its power, and its cards a tenth of a second before. The words are those of resource-agents: heartbeat/IPaddr2, heartbeat/findif.sh. */
export const cardTaken: ExpectedLine[] = [
  { program: String.raw`IPaddr2\(vip\)`, pattern: String.raw`^ERROR: (Unable to find nic or netmask\.|\[findif\] failed)`, why: 'the agent of the VIP finds no card in its network any more, and fails: the cluster hears of it by that' },
]

const logUnwritten: ExpectedLine[] = [
  { program: 'postgres', pattern: String.raw`^LOG:  .* \(PID \d+\) was terminated by signal 6: Aborted`, why: 'the process that could not write the log has given up, and the others are ended with it', excusesBadNews: true },
]

/** The disk under a database is full. */
export const diskIsFull: ExpectedLine[] = [
  { program: 'postgres|ssm-(guard|web|rejoin)', pattern: 'No space left on device', why: 'the database, the guard and the web application each say of the full disk what they could not write', excusesBadNews: true },
  ...logUnwritten,
]

/** The disk under the active database takes nothing any more. */
export const diskIsReadOnly: ExpectedLine[] = [
  { program: 'postgres|ssm-(guard|web|rejoin)', pattern: 'Read-only file system', why: 'the database and the guard say of the disk that they could not write: the database gives up over its log', excusesBadNews: true },
  ...logUnwritten,
]
