// A two-node cluster in memory: consoles that speak as the product does, power that can be switched, and a root shell where one is given.
import { AccessError, type Access, type PowerState, type Shell } from '../harness/access.ts'
import type { Target } from '../harness/target.ts'

const login = { host: '192.0.2.1', port: 22, user: 'root', hostKey: 'ssh-ed25519 AAAA', password: 'env:PASSWORD' } as const

export const memoryTarget: Target = {
  name: 'memory',
  system: 'ssm',
  twin: true,
  nodes: [
    { name: 'primary-node', addresses: { public: '10.10.10.5', heartbeat: '192.168.1.4' }, ssh: login, console: { prompt: '>>' }, root: login },
    { name: 'secondary-node', addresses: { public: '10.10.10.10', heartbeat: '192.168.1.5' }, ssh: login, console: { prompt: '>>' }, root: login },
  ],
  vip: '10.10.10.12',
  gui: { url: 'https://10.10.10.12', username: 'admin', password: 'env:PASSWORD' },
  surroundings: {
    fqdn: 'ssm-on-prem.test',
    licensingCa: 'file:/licensing-ca.crt',
    central: { address: '10.10.10.90', ssh: login },
    products: ['annanr-39', 'cucmpub', 'pi37', 'cucm-pub-30'].map(name => ({ name, kind: 'prime' as const, licences: { 'a licence': 1 }, ssh: login, url: `https://${name}` })),
  },
  power: { driver: 'commands', status: '', on: '', off: '' },
  databaseDisk: { path: '/var/lib/postgresql/15', user: 'postgres', largestGiB: 1 },
  clocks: { 'ssm-guard': { set: '', unset: '', show: '' } },
  capabilities: { nft: true, iptables: false, recorder: true, sql: true },
  bounds: {},
}

export class MemoryCluster implements Access {
  readonly target: Target
  readonly power_: Record<string, PowerState> = { 'primary-node': 'on', 'secondary-node': 'on' }
  readonly frozen = new Set<string>()
  readonly clusterRuns: Record<string, boolean> = { 'primary-node': true, 'secondary-node': true }
  /** the node whose database is the master */
  master = 'primary-node'
  /** every command and power switch, in order */
  readonly done: string[] = []
  readonly #root: Shell | undefined

  readonly #boots: () => Promise<void>

  constructor({ root, target = memoryTarget, boots = async () => undefined }: { root?: Shell; target?: Target; /** what a node does when it is switched on */ boots?: () => Promise<void> } = {}) {
    this.#root = root
    this.#boots = boots
    this.target = target
  }

  console(node: string): Shell {
    return {
      run: async command => {
        if (this.power_[node] === 'off') throw new AccessError('unreachable', `${node} cannot be reached`)
        this.done.push(`${node}: ${command}`)
        return { code: 0, stdout: this.#say(node, command), stderr: '', tookMs: 1 }
      },
      stream: () => Promise.reject(new AccessError('missing', 'no streams in memory')),
    }
  }

  completions(): Promise<string[]> {
    return Promise.reject(new AccessError('missing', 'no completion in memory'))
  }

  root(node: string): Shell {
    if (!this.#root) throw new AccessError('missing', `no root shell on ${node}`)
    return this.#root
  }

  power(node: string): ReturnType<Access['power']> {
    const turn = async (state: PowerState): Promise<void> => {
      this.done.push(`${node}: power ${state}`)
      this.power_[node] = state
    }
    const freezer = {
      frozen: async () => this.frozen.has(node),
      freeze: async () => void this.frozen.add(node),
      thaw: async () => void this.frozen.delete(node),
    }
    return { status: async () => this.power_[node] ?? 'off', on: async () => { await this.#boots(); await turn('on') }, off: () => turn('off'), freezer }
  }

  /** what it says of itself, by the command that asks */
  readonly centralSays: Record<string, string> = { behaviour: '{"behaviour": "normal"}', certificates: 'default' }

  central(): Shell {
    return {
      run: async command => {
        const behaviour = this.centralSays.behaviour ?? ''
        if (command.startsWith('curl')) return { code: 0, stdout: behaviour.includes('away') ? '000 7' : behaviour.includes('refuse') ? '403 0' : '400 0', stderr: '', tookMs: 1 }
        const [, order = '', ...words] = command.split(' ')
        if (order === 'behave') this.centralSays.behaviour = words[0] === 'slow' ? `{"behaviour": "slow", "seconds": ${words[1]}.0}` : `{"behaviour": "${words[0]}"}`
        else if (words[0] !== undefined) this.centralSays[order] = words[0]
        return { code: 0, stdout: `${this.centralSays[order] ?? ''}\n`, stderr: '', tookMs: 1 }
      },
      stream: () => Promise.reject(new AccessError('missing', 'no streams in memory')),
    }
  }

  product(): never {
    throw new AccessError('missing', 'nothing stands around in memory')
  }

  client(): undefined {
    return undefined
  }

  async sendPacket(): Promise<void> {
    throw new AccessError('missing', 'no network in memory')
  }

  async knock(node: string): ReturnType<Access['knock']> {
    return this.power_[node] === 'on' ? 'accepts' : 'silent'
  }

  async close(): Promise<void> {
    this.done.push('closed')
  }

  #say(node: string, command: string): string {
    const other = node === 'primary-node' ? 'secondary-node' : 'primary-node'
    if (command === 'ha_cluster_stop') {
      this.clusterRuns[node] = false
      if (this.master === node) this.master = other
      return 'Stopping Cluster (pacemaker)...\n\nStopping Cluster (corosync)...\n'
    }
    if (command === 'ha_cluster_start') {
      this.clusterRuns[node] = true
      return 'Starting Cluster (corosync)...\nStarting Cluster (pacemaker)...\n'
    }
    if (!this.clusterRuns[node]) return 'Error: cluster is not currently running on this node\n=====\nDatabase Replication Status:\n=====\nDB service not currently running.\n'
    const address = (name: string): string => memoryTarget.nodes.find(candidate => candidate.name === name)?.addresses.public ?? ''
    const heartbeat = (name: string): string => memoryTarget.nodes.find(candidate => candidate.name === name)?.addresses.heartbeat ?? ''
    const streams = this.master === node && this.clusterRuns[other]
    const rows = streams ? ` ${heartbeat(other)} | 2020-09-01 07:58:45.628722+00 | streaming |         0 |         0 |          0\n(1 row)` : '(0 rows)'
    const role = this.master === node ? `master - Replicating to ${other}` : `slave - Replicating from ${other}`
    return `PCSD Status:
  primary-node: Online
  secondary-node: Online

Daemon Status:
  corosync: active/enabled
  pacemaker: active/enabled
  pcsd: active/enabled
=====
Database Replication Status:
=====
Database is currently the replication ${role} (${address(other)})

Replication to slave:
 client_addr |         backend_start         |   state   | write_lag | flush_lag | replay_lag
-------------+-------------------------------+-----------+-----------+-----------+------------
${rows}

Replication from master:
 pg_last_xlog_replay_location
------------------------------
 0/530C0E8
(1 row)
`
  }
}
