// `ha_status` as typed data, or not at all: a line that is not understood is never skipped, a value that is not there is never made up.
import { isIP } from 'node:net'
import { quoted } from '../transcript.ts'
import { ConsoleTranscript } from './console-transcript.ts'

export interface HaStatus {
  /** of this node: its cluster runs, is stopped, or HA is not enabled at all */
  cluster: 'running' | 'stopped' | 'not-enabled'
  /** by node: `Online`, `Offline`, … */
  pcsd: Record<string, string>
  /** by daemon: `active/enabled`, … */
  daemons: Record<string, string>
  failedActions: FailedAction[]
  /** null where HA is not enabled */
  replication: Replication | null
}

export interface FailedAction {
  /** resource, action and interval in ms: `db_monitor_20000` */
  operation: string
  node: string
  /** the return code in words: `not running` */
  reason: string
  rc: number
}

export interface Replication {
  /** as the database on this node says itself; down when it does not run */
  role: 'master' | 'slave' | 'down'
  /** by its public address, as the console writes it; null when the database is down */
  peer: { name: string; address: string } | null
  toStandby: Standby[]
  /** last location replayed here; null on a master that never was a standby, and when the database is down */
  replayLocation: string | null
}

export interface Standby {
  clientAddr: string
  backendStart: string
  state: string
  /** bytes; null when not known */
  writeLag: number | null
  flushLag: number | null
  replayLag: number | null
}

/**
 * Reads both product generations: `Failed Actions:` in two lines and `Failed Resource Actions:` in one, `Database service…` and
 * `DB service…`. A transcript whose top scrolled away is read from its first heading on. Throws NotUnderstood.
 */
export function parseHaStatus(transcript: string): HaStatus {
  const reader = new ConsoleTranscript(transcript, 'ha_status', firstHeading)
  const stopped = reader.takes('Error: cluster is not currently running on this node')
  const running = stopped ? undefined : readCluster(reader)
  const cluster = running ? { cluster: 'running' as const, ...running } : { cluster: 'stopped' as const, pcsd: {}, daemons: {}, failedActions: [] }

  if (!running && reader.takes('HA is not enabled.')) {
    reader.expectEnd()
    return { ...cluster, cluster: 'not-enabled', replication: null }
  }
  if (!reader.takes('Database Replication Status:')) reader.refuse(running || stopped ? 'Database Replication Status:' : 'a heading of ha_status')
  const replication = readReplication(reader, role => {
    if (role === 'down' && !running && !stopped) reader.reject('the database is down, and no line says whether the cluster runs')
    if (role !== 'down' && stopped) reader.reject('the cluster is not running on this node, and yet its database has a role')
  })
  reader.expectEnd()
  // A database that has a role is run by the cluster: so it does when the lines that say so have scrolled away.
  return { ...cluster, cluster: stopped ? 'stopped' : 'running', replication }
}

// Any of these begins the strict part, also one that must not come first. An error is one too: it may say that the rest is not to be trusted.
const firstHeading = /^(?:Failed (?:Resource )?Actions:|PCSD Status:|Daemon Status:|Error: .*|HA is not enabled\.|Database Replication Status:|Database is currently .*|(?:Database|DB) service .*|Replication (?:to slave|from master):)$/

/** What pcs says of the cluster, from its first known heading on; undefined when there is none. */
function readCluster(reader: ConsoleTranscript): Pick<HaStatus, 'pcsd' | 'daemons' | 'failedActions'> | undefined {
  const failedActions = reader.match(/^Failed (?:Resource )?Actions:$/) ? readFailedActions(reader) : undefined
  if (failedActions) skipOtherLists(reader)
  const pcsd = reader.takes('PCSD Status:') ? readMap(reader, pcsdLine, 'a node and its state') : undefined
  if (!reader.takes('Daemon Status:')) return failedActions ?? pcsd ? reader.refuse(pcsd ? 'Daemon Status:' : 'PCSD Status:') : undefined
  return { pcsd: pcsd ?? {}, daemons: readMap(reader, daemonLine, 'a daemon and its state'), failedActions: failedActions ?? [] }
}

// pcs 0.9 puts a node's address in brackets where it differs from its name. A daemon's state has a slash: that is how a lost `Daemon Status:` is noticed.
const pcsdLine = /^(\S+(?: \(\S+\))?): (\p{L}[\p{L} '-]*)$/u
const daemonLine = /^(\S+): ([a-z-]+\/[a-z-]+)$/

function readMap(reader: ConsoleTranscript, pattern: RegExp, what: string): Record<string, string> {
  const map = new Map<string, string>()
  do {
    const [, key = '', value = ''] = reader.expect(pattern, what)
    if (map.has(key)) reader.reject(`${key} is listed twice`)
    map.set(key, value)
  } while (reader.next && !isHeading(reader.next.text))
  return Object.fromEntries(map)
}

function isHeading(text: string): boolean {
  return firstHeading.test(text) || otherList.test(text)
}

// pacemaker 1.1: `* OPERATION on NODE 'REASON' (RC): call=N, status=complete, exitreason='…',` and a second line `last-rc-change=…`, the latter not always.
// pacemaker 2.1: the same in one line, with the status in quotes, each part after it optional.
const failedAction = /^\* (unknown operation|\S+) on (\S+) '([^']*)' \((-?\d+)\): call=(?:-?\d+|unknown), status='?[A-Za-z][\w ]*'?(?:, exitreason='.*?')?(?:, last-rc-change='[^']*')?(?:, queued=[^,]*ms)?(?:, exec=[^,]*ms)?(,)?$/
const failedActionTimes = /^last-rc-change='[^']*'(?:, queued=[^,]*ms)?(?:, exec=[^,]*ms)?$/

function readFailedActions(reader: ConsoleTranscript): FailedAction[] {
  const actions: FailedAction[] = []
  do {
    const [, operation = '', node = '', reason = '', rc, goesOn] = reader.expect(failedAction, 'a failed action')
    if (goesOn) reader.expect(failedActionTimes, 'the rest of the failed action')
    actions.push({ operation, node, reason, rc: Number(rc) })
  } while (reader.next?.text.startsWith('*'))
  return actions
}

/** Lists that crm_mon and pcs print between the failed actions and PCSD Status, and that this product says nothing by. */
const otherList = /^(?:Failed Fencing Actions|Pending Fencing Actions|Fencing History|Negative Location Constraints|Tickets):$/

function skipOtherLists(reader: ConsoleTranscript): void {
  while (reader.match(otherList)) {
    while (reader.next?.indented && !isHeading(reader.next.text)) reader.take('an entry')
  }
}

function readReplication(reader: ConsoleTranscript, check: (role: Replication['role']) => void): Replication {
  if (reader.match(/^(?:Database|DB) service not currently running\.$/)) {
    check('down')
    return { role: 'down', peer: null, toStandby: [], replayLocation: null }
  }
  const [, direction, name = '', address = ''] = reader.expect(roleLine, 'the role of the database')
  const role = direction?.startsWith('master') ? 'master' : 'slave'
  check(role)
  const toStandby = readToStandby(reader)
  return { role, peer: { name, address }, toStandby, replayLocation: readFromMaster(reader, role) }
}

const roleLine = /^Database is currently the replication (master - Replicating to|slave - Replicating from) (\S+) \(([^\s()]+)\)$/

const standbyColumns = ['client_addr', 'backend_start', 'state', 'write_lag', 'flush_lag', 'replay_lag']

function readToStandby(reader: ConsoleTranscript): Standby[] {
  reader.expectText('Replication to slave:')
  const columns = readCells(reader, 'the columns of Replication to slave')
  if (columns.join() !== standbyColumns.join()) reader.reject(`expected the columns ${standbyColumns.join(', ')}, not ${columns.join(', ')}`)
  const rows: Standby[] = []
  while (reader.next && !rowCount.test(reader.next.text)) rows.push(readStandby(reader))
  expectRows(reader, rows.length)
  return rows
}

function readStandby(reader: ConsoleTranscript): Standby {
  const [clientAddr = '', backendStart = '', state = '', ...lags] = readCells(reader, 'a standby or the number of rows')
  if (isIP(clientAddr) === 0) reader.reject(`client_addr ${JSON.stringify(clientAddr)} is no address`)
  if (!/^\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d(?::?\d\d)*$/.test(backendStart)) reader.reject(`backend_start ${JSON.stringify(backendStart)} is no time`)
  if (!/^[a-z]+$/.test(state)) reader.reject(`state ${JSON.stringify(state)} is no state`)
  const [writeLag = null, flushLag = null, replayLag = null] = lags.map(lag => bytes(reader, lag))
  return { clientAddr, backendStart, state, writeLag, flushLag, replayLag }
}

function bytes(reader: ConsoleTranscript, lag: string): number | null {
  if (lag === '' || lag === 'NULL') return null
  const value = Number(lag)
  if (!/^\d+$/.test(lag) || !Number.isSafeInteger(value)) reader.reject(`a lag of ${JSON.stringify(lag)} is no number of bytes`)
  return value
}

function readFromMaster(reader: ConsoleTranscript, role: Replication['role']): string | null {
  reader.expectText('Replication from master:')
  reader.expectText('pg_last_xlog_replay_location')
  const location = reader.match(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i)?.[0] ?? null
  // Blank is a row too: an empty line. Recordings of a master have lost it; on a slave, a lost line could be a lost location.
  if (location === null && role === 'slave' && !reader.next?.afterBlank) reader.refuse('a location')
  expectRows(reader, 1)
  return location
}

const rowCount = /^\(\d+ rows?\)$/

function expectRows(reader: ConsoleTranscript, rows: number): void {
  const [said] = reader.expect(rowCount, 'the number of rows')
  const counted = rows === 1 ? '(1 row)' : `(${rows} rows)`
  if (said !== counted) reader.reject(`${said} under what counts as ${counted}`)
}

/** The cells of a row. A narrow terminal breaks rows before a bar: a line that begins with a bar goes on with a row that is not full yet. */
function readCells(reader: ConsoleTranscript, expected: string): string[] {
  const text = reader.take(expected)
  // With psql's full border there is a bar at both ends.
  const cells = text.startsWith('|') && text.endsWith('|') ? split(text.slice(1, -1)) : split(text)
  while (cells.length < standbyColumns.length && reader.next?.text.startsWith('|')) cells.push(...split(reader.take(expected).slice(1)))
  if (cells.length !== standbyColumns.length) reader.reject(`expected ${expected} (${standbyColumns.length} cells), not ${cells.length} cells: ${quoted(text)}`)
  return cells
}

function split(row: string): string[] {
  return row.split('|').map(cell => cell.trim())
}
