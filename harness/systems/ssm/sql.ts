// Reads the servers' databases through root shells.
import { quote, type Access, type Shell } from '../../access.ts'
import { eventually } from '../../eventually.ts'

const queryLimitMs = 30_000
/** WAL of a few minutes is replayed within a second once it streams; a standby that has to be copied anew is steady before anybody reads back. */
const replayedWithin = '10s'

/** As psql prints it unaligned: fields between |, rows between newlines. Rejects with the database's own complaint. */
export async function query(shell: Shell, database: 'postgres' | 'ssm', sql: string, signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await shell.run(`runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -d ${database} -c ${quote(sql)}`, { signal, timeoutMs: queryLimitMs })
  if (code !== 0) throw new Error(stderr.trim())
  return stdout.trim()
}

/** Between single quotes in SQL. */
export function literal(text: string): string {
  return text.replaceAll("'", "''")
}

/** Settles when that server's database has everything that the active server had written at this moment. */
export async function replayed(access: Access, node: string, signal: AbortSignal): Promise<void> {
  const lsn = await activeLsn(access, signal)
  await eventually(`${node} has replayed ${lsn}`, async () => {
    const said = await query(access.root(node), 'postgres', `select not pg_is_in_recovery() or pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '${lsn}') >= 0, pg_last_wal_replay_lsn()`, signal)
    return { value: said, satisfied: said.startsWith('t|'), observed: `replayed ${said.split('|')[1] || 'nothing'}` }
  }, { within: replayedWithin, every: '200ms', signal })
}

async function activeLsn(access: Access, signal: AbortSignal): Promise<string> {
  const said = await Promise.all(access.target.nodes.map(({ name }) =>
    query(access.root(name), 'postgres', 'select case when not pg_is_in_recovery() then pg_current_wal_lsn() end', signal).catch(() => '')))
  const [only, ...more] = said.filter(lsn => lsn !== '')
  if (only === undefined || more.length > 0) throw new Error(`${said.filter(lsn => lsn !== '').length} servers are primary: nobody knows what has to be there`)
  return only
}
