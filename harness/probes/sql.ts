// What each node's database says of itself, four times a second, through one psql that is kept open.
import type { Access, StreamHandle } from '../access.ts'
import { now } from '../clock.ts'
import { shortly, type Looking } from './looks.ts'
import { rounded } from './samples.ts'
import { everyPeriod } from './schedule.ts'

export interface SqlView {
  inRecovery: boolean
  readOnly: boolean
  /** of the WAL that is written here, or received */
  timeline: number | null
  /** written here, or replayed */
  lsn: string | null
  syncNames: string
  senders: { clientAddr: string | null; state: string | null; syncState: string | null }[]
  receiver: { status: string | null; senderHost: string | null } | null
}

const periodMs = 250
/** A question that has no answer after that long gets none: the next one is asked of a new psql. */
const limitMs = 2000
/** Starting psql over SSH costs the node some 20 ms of its processor: not four times a second while its database is down. */
const againMs = 1000

/** One row of one JSON object. */
const question = `select json_build_object(
  'inRecovery', pg_is_in_recovery(),
  'readOnly', current_setting('transaction_read_only')::bool,
  'timeline', case when pg_is_in_recovery() then (select received_tli from pg_stat_wal_receiver)
    else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end,
  'lsn', case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end,
  'syncNames', current_setting('synchronous_standby_names'),
  'senders', coalesce((select json_agg(json_build_object('clientAddr', client_addr, 'state', state, 'syncState', sync_state)) from pg_stat_replication), '[]'),
  'receiver', (select json_build_object('status', status, 'senderHost', sender_host) from pg_stat_wal_receiver))`.replaceAll(/\s*\n\s*/g, ' ')

/** As the database's own superuser, who may not look into root's folder; without a password, and in one language. */
export function psql(): string {
  return 'cd /; exec runuser -u postgres -- env LC_ALL=C psql -XAtq -d postgres 2>&1'
}

export function watchDatabases(access: Access, looking: Looking): void {
  for (const { name } of access.target.nodes) new DatabaseWatch(access, name, looking).start()
}

class DatabaseWatch {
  readonly #access: Access
  readonly #node: string
  readonly #looking: Looking
  #session: Session | undefined
  #triedAt = -Infinity
  /** the look under way; there is one at a time */
  #look: { t: number; slipMs: number } | undefined

  constructor(access: Access, node: string, looking: Looking) {
    this.#access = access
    this.#node = node
    this.#looking = looking
  }

  start(): void {
    const { clock, signal } = this.#looking
    everyPeriod(periodMs, tick => {
      if (this.#look) {
        if (now(clock) - this.#look.t >= limitMs) this.#lost('timeout')
        return
      }
      if (!this.#session && now(clock) - this.#triedAt < againMs) return
      this.#look = tick
      this.#session ??= this.#open()
      this.#session.ask()
    }, { clock, signal })
    signal.addEventListener('abort', () => this.#session?.end(), { once: true })
  }

  #open(): Session {
    this.#triedAt = now(this.#looking.clock)
    const session: Session = new Session(this.#access, this.#node, {
      answered: value => { if (this.#session === session) this.#tell({ value }) },
      lost: why => { if (this.#session === session) this.#lost(why) },
    })
    return session
  }

  #lost(error: string): void {
    this.#session?.end()
    this.#session = undefined
    this.#tell({ error })
  }

  #tell(seen: { value: SqlView } | { error: string }): void {
    const { clock, emit, signal } = this.#looking
    const look = this.#look ?? { t: now(clock), slipMs: 0 }
    this.#look = undefined
    if (!signal.aborted) emit({ t: look.t, probe: 'sql', node: this.#node, tookMs: rounded(now(clock) - look.t), slipMs: rounded(look.slipMs), ...seen })
  }
}

/** One psql, from its start to its end. */
class Session {
  readonly #over = new AbortController()
  #handle: StreamHandle | undefined
  #wanted = false
  /** what psql said first since its last answer: why it ends */
  #said = ''

  constructor(access: Access, node: string, { answered, lost }: { answered: (value: SqlView) => void; lost: (why: string) => void }) {
    const onLine = (line: string): void => {
      if (!line.startsWith('{')) return void (this.#said ||= line)
      this.#said = ''
      answered(JSON.parse(line) as SqlView)
    }
    void (async () => {
      try {
        this.#handle = await access.root(node).stream(psql(), { onLine, signal: this.#over.signal })
        if (this.#wanted) this.ask()
        const { error } = await this.#handle.ended
        lost(this.#said ? downBecause(this.#said) : error ? shortly(error) : 'down')
      } catch (error) {
        lost(shortly(error))
      }
    })()
  }

  ask(): void {
    if (this.#handle) this.#handle.write(`${question};\n`)
    else this.#wanted = true
  }

  end(): void {
    this.#over.abort(new Error('the look is over'))
  }
}

/** psql's own words, without those that are always the same. */
function downBecause(line: string): string {
  const reason = line.replace(/^psql: error: /, '').replace(/^connection to server .*? failed: /, '').replace(/^(FATAL|ERROR): +/, '').trim()
  return /No such file or directory|Connection refused|terminating connection|shutting down|server closed/.test(reason) ? 'down' : `down: ${reason}`
}
