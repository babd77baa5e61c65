// The values that probes report, as far as checks rely on them; anything else is not understood and counts as not seen.
import { isRecord } from './evidence.ts'

export interface Flight {
  vip: boolean
  role: 'primary' | 'standby' | 'down'
  writable: boolean
  /** the database's last answer, by which role and writable are told, is not of now: it has been silent since */
  outdated: boolean
}

/** A database that has not answered for so long may have died since, in ms: the recorder, which asks every 100, goes on telling its last word for two seconds; the other database was primary 470 ms after the last answer of one that was killed. */
const outdatedMs = 200

export function readFlight(value: unknown): Flight | undefined {
  if (!isRecord(value) || typeof value.vip !== 'boolean' || typeof value.writable !== 'boolean') return undefined
  const { vip, writable, role, databaseAgeMs } = value
  const outdated = typeof databaseAgeMs === 'number' && databaseAgeMs > outdatedMs
  return role === 'primary' || role === 'standby' || role === 'down' ? { vip, writable, role, outdated } : undefined
}

/** Whether a server by its own record is the active one: it has the address, takes writes, or calls itself primary. */
export function holds({ vip, writable, role }: Flight): boolean {
  return vip || writable || role === 'primary'
}

/** As `holds`, by the address itself or by an answer of the database that is not outdated. */
export function surelyHolds(flight: Flight): boolean {
  return flight.vip || (holds(flight) && !flight.outdated)
}

export interface Sql {
  inRecovery: boolean
  /** of the WAL that is written there, or received; null where there is none */
  timeline: number | null
  /** how far the WAL is written there, or replayed, in bytes; null where that is not known */
  lsn: bigint | null
  senders: { clientAddr: string | null; state: string | null; syncState: string | null }[]
  receiver: { status: string | null; senderHost: string | null } | null
}

export function readSql(value: unknown): Sql | undefined {
  if (!isRecord(value) || typeof value.inRecovery !== 'boolean' || !Array.isArray(value.senders)) return undefined
  const senders = value.senders.map((sender: unknown) => (isRecord(sender) ? { clientAddr: text(sender.clientAddr), state: text(sender.state), syncState: text(sender.syncState) } : undefined))
  if (senders.includes(undefined)) return undefined
  const { inRecovery, receiver, timeline } = value
  if (receiver !== null && !isRecord(receiver)) return undefined
  return {
    inRecovery,
    timeline: typeof timeline === 'number' ? timeline : null,
    lsn: readLsn(value.lsn),
    senders: senders.filter(sender => sender !== undefined),
    receiver: receiver && { status: text(receiver.status), senderHost: text(receiver.senderHost) },
  }
}

/** As PostgreSQL prints it, `16/B374D848`: two halves in hexadecimal (https://www.postgresql.org/docs/15/datatype-pg-lsn.html). */
function readLsn(value: unknown): bigint | null {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/.exec(text(value) ?? '') ?? []
  return high === undefined || low === undefined ? null : (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`)
}

export function streaming({ senders }: Sql): boolean {
  return senders.some(sender => sender.state === 'streaming')
}

/** Whether commits wait for a standby that streams. */
export function waitedFor({ senders }: Sql): boolean {
  return senders.some(({ state, syncState }) => state === 'streaming' && (syncState === 'sync' || syncState === 'quorum'))
}

export function receiving({ receiver }: Sql): boolean {
  return receiver?.status === 'streaming'
}

export function readConnected(value: unknown): { ok: boolean } | undefined {
  return isRecord(value) && typeof value.connected === 'boolean' ? { ok: value.connected } : undefined
}

export function readPinged(value: unknown): { ok: boolean } | undefined {
  return isRecord(value) && typeof value.mac === 'string' ? { ok: true } : undefined
}

export interface Answer {
  ok: boolean
  status: number
  server: string | null
}

/** An answer of the web application; a status of 4xx or 5xx is an answer, but not a good one. */
export function readAnswer(value: unknown): Answer | undefined {
  if (!isRecord(value) || typeof value.status !== 'number') return undefined
  return { ok: value.status >= 200 && value.status < 400, status: value.status, server: text(value.server) }
}

export interface Claim {
  /** the node's name where the MAC is a node's, else the MAC */
  owner: string
  known: boolean
  /** an answer; an announcement for all; an announcement for the client alone */
  kind: (typeof claimKinds)[number]
}

const claimKinds = ['reply', 'gratuitous', 'unicast'] as const

export function readClaim(value: unknown): Claim | undefined {
  const kind = isRecord(value) ? claimKinds.find(one => one === value.kind) : undefined
  if (!isRecord(value) || typeof value.mac !== 'string' || !kind) return undefined
  const node = text(value.node)
  return { owner: node ?? value.mac, known: node !== null, kind }
}

export interface HaPageClaim {
  cluster: 'Normal' | 'Degraded'
  active: string | null
}

export function readHaPage(value: unknown): HaPageClaim | undefined {
  if (!isRecord(value) || (value.cluster !== 'Normal' && value.cluster !== 'Degraded') || !isRecord(value.active)) return undefined
  return { cluster: value.cluster, active: text(value.active.node) }
}

export interface ConsoleClaim {
  role: 'master' | 'slave' | 'down' | null
  /** the peer that the role line names: `Replicating from …` */
  peer: string | null
  streaming: boolean
}

export function readConsole(value: unknown): ConsoleClaim | undefined {
  if (!isRecord(value) || typeof value.cluster !== 'string') return undefined
  const { replication } = value
  if (replication === null) return { role: null, peer: null, streaming: false }
  if (!isRecord(replication) || !Array.isArray(replication.toStandby)) return undefined
  const { role, peer } = replication
  if (role !== 'master' && role !== 'slave' && role !== 'down') return undefined
  const rows: unknown[] = replication.toStandby
  return { role, peer: isRecord(peer) ? text(peer.name) : null, streaming: rows.some(row => isRecord(row) && row.state === 'streaming') }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
