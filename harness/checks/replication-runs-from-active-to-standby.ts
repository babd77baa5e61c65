// Whenever no fault is in force, data flows from the active server to the standby and is replayed there, and only over the heartbeat network.
import type { Check, ScenarioView } from '../check.ts'
import { evidenceOf, nodesOf, readingsOf, targetNodes, type Reading } from './reading/evidence.ts'
import { calms, faultsOf, sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { atTime } from './reading/say.ts'
import { readConsole, readSql, type Sql } from './reading/shapes.ts'
import { gapLimitMs, watchOf } from './reading/watch.ts'

/** What was written longer ago than that has been replayed, in ms: a standby that streams replays the WAL of minutes within a second. */
const replayedWithinMs = 5_000

type Said = { node: string; t: number; sql: Sql }

export const replicationRunsFromActiveToStandby: Check = {
  name: 'replication-runs-from-active-to-standby',
  statement: 'Before each fault and at the end the active server streams to the standby, which replays it, both on one timeline, and never over another network than the heartbeat.',
  applies: view => evidenceOf(view).samples.has('sql'),
  judge(view) {
    const nodes = nodesOf(view)
    const sql = new Map(nodes.map(node => [node, readingsOf(view, { probe: 'sql', node }, readSql)]))
    const lastWord = nodes.length > 0 ? Math.min(...nodes.map(node => sql.get(node)?.readings.at(-1)?.end ?? -Infinity)) : -Infinity
    // Where the history stops in the middle nobody has waited for the standby yet: only a fault makes that a moment to judge at.
    const moments = calms(view, Math.max(watchOf(view).to, lastWord)).map(({ to }) => to).filter(to => view.end !== undefined || faultsOf(view).some(({ began }) => began === to))
    const looked = moments.map(moment => {
      const { said, missing } = lastWords(view, moment, nodes.map(node => ({ node, readings: sql.get(node)?.readings ?? [] })))
      return { moment, said, missing, replayed: missing.length > 0 ? undefined : replay(view, said, moment, sql) }
    })
    const networks = new Set(targetNodes(view).flatMap(({ addresses }) => Object.keys(addresses)))
    return conclude({
      broken: [...looked.flatMap(({ moment, said, missing }) => (missing.length > 0 || said.length < 2 ? [] : direction(view, said, moment))), ...looked.flatMap(({ replayed }) => replayed?.broken ?? []), ...wrongNetworks(view, sql)],
      missing: [
        ...[...sql.values()].flatMap(({ odd }) => odd),
        ...looked.flatMap(({ missing }) => missing),
        ...(nodes.length < 2 ? [finding('sql samples of at least two nodes are needed')] : []),
        ...(moments.length > 0 && !looked.some(({ replayed }) => replayed) ? [finding(`what is replayed could not be compared with what was written ${replayedWithinMs / 1000} s before, at none of ${moments.length} moments`)] : []),
        ...(moments.length === 0 ? [finding('a fault was in force all the time, so there was no moment to judge at')] : []),
        ...(networks.has('heartbeat') ? [] : [finding('no run event gives the nodes\' heartbeat addresses, so the network of the replication is not known')]),
      ],
      seen: () => finding(`the active server streamed to the standby over the heartbeat network at all ${moments.length} moments without a fault: ${looked.map(({ said, moment }) => `${activeOf(said)} ${atTime(moment)}`).join(', ')}`, ...moments),
    })
  },
}

/** What each node's database last said before that moment. */
function lastWords(view: ScenarioView, moment: number, nodes: { node: string; readings: Reading<Sql>[] }[]): { said: Said[]; missing: Finding[] } {
  const said: Said[] = []
  const missing: Finding[] = []
  for (const { node, readings } of nodes) {
    const last = readings.findLast(({ end, value }) => end <= moment && value !== undefined)
    if (last?.value && moment - last.end <= gapLimitMs.sql) said.push({ node, t: last.t, sql: last.value })
    else missing.push(finding(`there is no sql of ${node} just before ${atTime(moment).slice(3)} (${sinceFault(view, moment - 1)})`, moment))
  }
  return { said, missing }
}

function activeOf(said: Said[]): string {
  return said.filter(({ sql }) => !sql.inRecovery).map(({ node }) => node).join(' and ')
}

function direction(view: ScenarioView, said: Said[], moment: number): Finding[] {
  const when = `${atTime(moment)} (${sinceFault(view, moment - 1)})`
  const primaries = said.filter(({ sql }) => !sql.inRecovery)
  const [primary] = primaries
  if (!primary || primaries.length > 1) return [finding(`expected one primary database; observed ${primaries.length === 0 ? 'none' : activeOf(said)} ${when}`, moment)]
  const heartbeat = new Map(targetNodes(view).map(({ name, addresses }) => [name, addresses.heartbeat]))
  return said.filter(({ node }) => node !== primary.node).flatMap(({ node, t, sql }) => {
    const streams = primary.sql.senders.filter(({ state }) => state === 'streaming')
    const expected = `expected ${primary.node} to stream to ${node}`
    const address = heartbeat.get(node)
    if (sql.receiver?.status !== 'streaming') {
      const claim = readingsOf(view, { probe: 'console', node }, readConsole).readings.findLast(({ end, value }) => end <= moment && value)
      const says = claim?.value?.role === 'slave' ? `, though its console says that it replicates from ${claim.value.peer ?? 'its peer'} (${atTime(claim.t)})` : ''
      return [finding(`${expected}; ${node} has ${sql.receiver ? `a receiver that is ${sql.receiver.status ?? 'in no state'}` : 'no receiver'}${says}, ${when}`, t)]
    }
    if (streams.length === 0) return [finding(`${expected}; ${primary.node} has no sender that streams, ${when}`, primary.t)]
    if (address !== undefined && !streams.some(({ clientAddr }) => clientAddr === address)) {
      return [finding(`${expected} at its heartbeat address ${address}; its senders go to ${streams.map(({ clientAddr }) => clientAddr ?? 'no address').join(', ')}, ${when}`, primary.t)]
    }
    if (primary.sql.timeline !== null && sql.timeline !== null && primary.sql.timeline !== sql.timeline) {
      return [finding(`${expected} on its own timeline; ${primary.node} writes timeline ${primary.sql.timeline}, ${node} receives timeline ${sql.timeline}, ${when}`, primary.t, t)]
    }
    return []
  })
}

/** What the primary had written a while before is on the standby, too, and not only received there; undefined where nobody can tell. */
function replay(view: ScenarioView, said: Said[], moment: number, sql: Map<string, { readings: Reading<Sql>[] }>): { broken: Finding[] } | undefined {
  const primary = said.find(({ sql: { inRecovery } }) => !inRecovery)
  const standby = said.find(({ sql: { inRecovery } }) => inRecovery)
  // Not from an earlier time as primary: what was written then may be undone.
  const written = sql.get(primary?.node ?? '')?.readings.findLast(({ end, value }) => end <= moment - replayedWithinMs && value?.inRecovery === false && value.timeline === primary?.sql.timeline)
  const [upTo, replayed] = [written?.value?.lsn ?? null, standby?.sql.lsn ?? null]
  if (!primary || !standby || !written || upTo === null || replayed === null) return undefined
  return { broken: replayed >= upTo ? [] : [finding(
    `expected ${standby.node} to have replayed what ${primary.node} had written ${atTime(written.t)}; ${upTo - replayed} bytes of it were not, ${atTime(moment)} (${sinceFault(view, moment - 1)})`, written.t, standby.t)] }
}

/** A stream to or from a node's address on any other network, at whatever moment. */
function wrongNetworks(view: ScenarioView, sql: Map<string, { readings: Reading<Sql>[] }>): Finding[] {
  const others = new Map(targetNodes(view).flatMap(({ name, addresses }) =>
    Object.entries(addresses).filter(([network]) => network !== 'heartbeat').map(([network, address]) => [address, `${name}'s ${network} address`] as const)))
  for (const { addresses } of targetNodes(view)) if (addresses.heartbeat !== undefined) others.delete(addresses.heartbeat)
  return [...sql].flatMap(([node, { readings }]) => {
    for (const { t, value } of readings) {
      const sender = value?.senders.find(({ clientAddr, state }) => state === 'streaming' && clientAddr !== null && others.has(clientAddr))
      if (sender?.clientAddr) return [finding(`expected replication over the heartbeat network only; ${node} streams to ${sender.clientAddr}, ${others.get(sender.clientAddr)}, ${atTime(t)}`, t)]
      const host = value?.receiver?.status === 'streaming' ? value.receiver.senderHost : null
      if (host && others.has(host)) return [finding(`expected replication over the heartbeat network only; ${node} receives from ${host}, ${others.get(host)}, ${atTime(t)}`, t)]
    }
    return []
  })
}
