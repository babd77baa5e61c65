// What SSM On-Prem logs and where, how a line of it is read, what is bad news, and which errors are expected in any scenario, each with its reason.
import type { BadNews, Continuation, ExpectedLine, LogLine, ProductLog, RawLine } from '../../logs.ts'
import type { Target } from '../../target.ts'

/** PostgreSQL's `log_line_prefix = '%m [%p] '`, in UTC; then the severity (src/backend/utils/error/elog.c). */
const postgresLine = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) UTC \[(\d+)\] ([A-Z0-9]+):  ([\s\S]*)$/
/** Where another prefix is set, a line's severity is still what stands before two spaces. */
const otherwisePrefixed = /\b(PANIC|FATAL|ERROR):  [\s\S]*$/
/** Where the product's own set-up has it. */
const usualDatabaseLog = '/var/log/postgresql/ssm.log'

/** As syslog has them. DETAIL, HINT and STATEMENT go with the line before: they are its rest. */
const severities: Record<string, number> = { PANIC: 2, FATAL: 3, ERROR: 3, WARNING: 4, NOTICE: 5, LOG: 6, INFO: 6 }
/** Programs that only run others' scripts: their unit says more. */
const interpreters = ['python3', 'sh', 'bash']

function understand(line: RawLine): LogLine | Continuation {
  return line.log === 'journal' ? ofJournal(line) : ofDatabase(line.text)
}

function ofDatabase(text: string): LogLine | Continuation {
  const [, day, time, backend, severity = '', said = ''] = postgresLine.exec(text) ?? []
  if (severity in severities) return { wallMs: Date.parse(`${day}T${time}Z`), program: 'postgres', pid: Number(backend), priority: severities[severity] ?? 6, text: `${severity}:  ${said}` }
  if (severity !== '') return { goesOn: `${severity}:  ${said}` }
  if (text.startsWith('\t')) return { goesOn: text }
  const [worse = text, itsSeverity = 'LOG'] = otherwisePrefixed.exec(text) ?? []
  return { wallMs: null, program: 'postgres', pid: null, priority: severities[itsSeverity] ?? 6, text: worse }
}

function ofJournal({ text, wallMs, identifier, unit, pid, priority }: RawLine): LogLine {
  const program = identifier === null || interpreters.includes(identifier) ? unit?.replace(/\.service$/, '') ?? identifier ?? 'unknown' : identifier
  // Pacemaker's lines begin with a space.
  return { wallMs, program, pid, priority: priority ?? 6, text: program.startsWith('pacemaker') ? text.trimStart() : text }
}

const badNews: BadNews[] = [
  // A worker of pcsd that is told to stop does it so (pcs, daemon/async_tasks/worker/executor.py), now and then in the middle of a finalizer, which tells of it. Chained exceptions have an empty line between them.
  { pattern: String.raw`^Traceback \(most recent call last\):(?!(?:(?!\n\n)[\s\S])*, in _sigterm_handler\n *raise SystemExit\(0\)\nSystemExit: 0$)`, why: 'an exception that nobody caught', source: 'CPython, Lib/traceback.py' },
  { program: 'postgres', pattern: '^PANIC:', why: 'PostgreSQL gave up in the middle of something that must not fail', source: 'PostgreSQL, Message Severity Levels' },
  { program: 'postgres', pattern: 'invalid page in block|page verification failed|could not read block|unexpected data beyond EOF|missing chunk number|could not access status of transaction|unexpected zero page|is not a btree', why: 'the data is damaged', source: 'PostgreSQL: storage/page/bufpage.c, storage/buffer/bufmgr.c, storage/smgr/md.c, access/common/toast_internals.c, access/transam/slru.c' },
  { program: 'postgres', pattern: 'calculated (CRC )?checksum does not match|incorrect checksum', why: 'a file of the database is damaged', source: 'PostgreSQL: utils/misc/pg_controldata, access/transam/xlog.c' },
  { pattern: String.raw`[Oo]ut of memory|invalid memory alloc request size|Cannot allocate memory|MemoryError`, why: 'memory is short', source: 'PostgreSQL, utils/mmgr/mcxt.c; Linux, mm/oom_kill.c; strerror(ENOMEM)' },
  { pattern: 'No space left on device', why: 'the disk is full', source: 'strerror(ENOSPC)' },
  { program: 'postgres', pattern: 'was terminated by (signal|exception)', why: 'a process of the database was killed or crashed', source: 'PostgreSQL, postmaster/postmaster.c, LogChildExit()' },
  { program: 'postgres', pattern: 'TRAP: |failed Assert', why: 'an assertion of PostgreSQL failed', source: 'PostgreSQL, utils/error/assert.c' },
  { program: 'postgres', pattern: "is not a child of this server's history|of the primary is behind recovery timeline|requested starting point .* is not in this server's history|has already been removed", why: 'the two databases have parted: one cannot follow the other', source: 'PostgreSQL: access/transam/xlogrecovery.c, replication/walreceiver.c, replication/walsender.c, access/transam/xlogreader.c' },
  { pattern: String.raw`segfault at|general protection (fault|ip:)|code=dumped|dumped core|stack smashing detected|double free or corruption|free\(\): invalid|corrupted size vs\. prev_size|Assertion .* failed`, why: 'a program crashed', source: 'Linux, arch/x86; systemd, core/service.c; glibc, malloc/malloc.c, assert/assert.c' },
  { program: 'ssm-rejoin', pattern: '"event": "(rewind-failed|kept-aside-failed)"', why: 'a server that joins could not be rewound, or its own rows not kept aside: its whole copy is thrown away, and for as long as the new one takes there is none', source: "the twin's rejoin" },
  { program: 'corosync', pattern: 'FAILED TO RECEIVE', why: 'a member cannot get messages that the others have', source: 'corosync, exec/totemsrp.c' },
  { pattern: 'might be active on \\d+ nodes', why: 'a resource may be active on both servers', source: 'pacemaker, lib/pacemaker/pcmk_sched_primitive.c' },
  { pattern: 'Triggered assert at|CRIT: |Forcing .* to be terminated|Could not recover from internal error', why: 'an assertion of pacemaker failed, or it cannot go on', source: 'pacemaker, lib/common/results.c (CRM_ASSERT), daemons/controld/controld_control.c' },
]

const expected: ExpectedLine[] = [
  { program: 'postgres', pattern: '^FATAL:  the database system is (starting up|shutting down|in recovery mode|not yet accepting connections)', why: 'guard, agent, console and probes ask all the time, also a database that starts or stops' },
  { program: 'postgres', pattern: '^FATAL:  terminating (connection|autovacuum process|background worker "[^"]+") due to administrator command', why: 'a stop in good order ends the sessions that are open (guard, web application, probes), and its own work in the background' },
  { program: 'postgres', pattern: '^FATAL:  terminating walreceiver process due to administrator command', why: 'a standby that is promoted, or stopped, ends its receiver' },
  { program: 'postgres', pattern: '^FATAL:  connection to client lost', why: 'a client ended before it had its answer: a probe at its limit of time, or a web application that is killed' },
  { program: 'postgres', pattern: '^FATAL:  terminating walreceiver due to timeout', why: 'the active server has been silent for wal_receiver_timeout: the receiver is begun anew' },
  { program: 'postgres', pattern: '^FATAL:  could not (receive data from WAL stream: (?!ERROR:)|send data to WAL stream: |send end-of-streaming message to primary: )', why: 'the active server went away: the receiver is begun anew' },
  { program: 'postgres', pattern: '^FATAL:  could not connect to the primary server: ', why: 'a standby tries every 0.5 s to reach an active server that is away' },
  { program: 'pacemakerd', pattern: String.raw`^error: Could not get executable for PID \d+: No such file or directory`, why: 'it looks whether a part of it runs that has just ended and is not yet reaped: pacemaker, lib/common/pid.c' },
  { program: 'corosync', pattern: String.raw`^ *\[QB +\] Error in connection setup \(\S+\): Broken pipe`, why: 'a client ended while it was being let in, the console\'s commands for one: libqb, lib/ipc_setup.c' },
  { program: 'pacemaker-(based|fenced|attrd)', pattern: String.raw`^error: Error in connection setup \(\S+\): (Operation not permitted|Connection refused)`, why: 'it is being stopped and lets nobody in any more: pacemaker, cib_ipc_accept(), st_ipc_accept() and attrd_ipc_accept()' },
  { program: 'pacemaker-controld', pattern: String.raw`^error: Could not (connect to attrd|update attribute #feature-set=\S+ for cluster node \S+): Connection refused`, why: 'at its start the controller may be ready some 0.1 s before the attribute manager is; what it could not tell matters to clusters of mixed versions alone (pacemaker 2.1.5, update_attrd_helper())' },
  { program: 'pacemaker-fenced', pattern: String.raw`^error: (apply_v2_patchset: Triggered fatal assertion at patchset\.c:\d+ : position == 0|No (create|modify|delete|move) match for /cib/status/)`, why: 'when servers join, a change may meet a copy of the configuration that lacks what it follows, or what it changes; SSM has no fencing, nobody asks this one, and in spite of the word it goes on: pacemaker 2.1.5, crm_abort(). In pacemaker-based it would be bad news' },
]

export function productLog({ databaseLog = usualDatabaseLog }: Pick<Target, 'databaseLog'>): ProductLog {
  return {
    units: ['corosync.service', 'pacemaker.service', 'pcsd.service', 'ssm-guard.service', 'ssm-web.service', 'satellite.service'],
    identifiers: ['ssm-rejoin', 'systemd-journald', 'systemd-coredump'],
    files: [databaseLog],
    understand,
    lists: { badNews, expected },
  }
}
