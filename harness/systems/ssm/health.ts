// A healthy SSM cluster, in every witness's eyes: consoles, page and wire agree on one master and its streaming standby, and nothing is under way.
import type { Cluster } from '../../cluster.ts'
import type { Look } from '../../eventually.ts'
import { unsettledIn } from './cluster-top.ts'
import type { SsmConsole } from './console.ts'
import type { SsmGui } from './gui.ts'
import type { HaStatus } from './ha-status.ts'
import { serverAt } from './wire.ts'

export async function health(cluster: Cluster, console: SsmConsole, gui: SsmGui, signal: AbortSignal): Promise<Look<string | undefined>> {
  const statuses = await Promise.all(cluster.nodes.map(async node => ({ node, ...await console.haStatus(node, signal) })))
  const masters = statuses.filter(({ status }) => status.replication?.role === 'master')
  const [master, ...more] = masters
  if (!master || more.length > 0) return unhealthy(`expected one replication master, but ${statuses.map(({ node, status }) => `${node} says ${status.replication?.role ?? 'HA is not enabled'}`).join(' and ')}`)
  const lame = Object.entries({ ...master.status.daemons, ...master.status.pcsd }).find(([, state]) => !['active/enabled', 'Online'].includes(state))
  if (lame) return unhealthy(`${master.node} says ${lame[0]}: ${lame[1]}`)
  // Two servers that have just found each other again may look whole for a moment, each by itself, and then start anew what they had.
  const [unsettled] = statuses.flatMap(({ node, transcript }) => unsettledIn(transcript).map(line => `${node} says ${JSON.stringify(line)}`))
  if (unsettled) return unhealthy(unsettled)
  const standby = cluster.otherThan(master.node)
  const [sender, ...others] = master.status.replication?.toStandby ?? []
  if (!sender || others.length > 0 || sender.state !== 'streaming' || sender.clientAddr !== standby.address('heartbeat')) return unhealthy(`${master.node} does not stream to ${standby} at ${standby.address('heartbeat')}: ${describe(master.status)}`)
  const slave = statuses.find(({ node }) => node === standby)?.status.replication
  if (slave?.role !== 'slave' || slave.peer?.name !== master.node.name) return unhealthy(`${standby} does not follow ${master.node}: it says ${slave?.role ?? 'nothing'} of ${slave?.peer?.name ?? 'nobody'}`)
  const answer = await serverAt(cluster.vip, cluster.target, signal)
  if (answer.server !== master.node.name) return unhealthy(`the VIP is not served by the master ${master.node}: ${answer.observed}`)
  const page = await gui.haPage(signal)
  if (page.cluster !== 'Normal' || page.heartbeat !== 'Connected') return unhealthy(`the page shows ${page.cluster}, heartbeat ${page.heartbeat}: ${page.message}`)
  if (page.active.node !== master.node.name) return unhealthy(`the page shows ${page.active.node} as active, but ${master.node} is master`)
  return { value: master.node.name, satisfied: true, observed: `${master.node} is active, ${standby} streams, the page shows Normal` }
}

function unhealthy(observed: string): Look<undefined> {
  return { value: undefined, satisfied: false, observed }
}

function describe(status: HaStatus): string {
  const rows = status.replication?.toStandby ?? []
  return rows.length === 0 ? 'no rows' : rows.map(({ clientAddr, state }) => `${clientAddr} ${state}`).join(', ')
}
