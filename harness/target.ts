// A target says where a cluster is and how it is reached; a scenario never knows whether it is a twin or a real one.
import type { Bounds } from './history.ts'

/** `env:NAME` or `file:/absolute/path`: secrets are never in the file itself. */
export type SecretRef = `env:${string}` | `file:${string}`

export interface SshAccess {
  host: string
  port: number
  user: string
  /** the host key as in known_hosts: `ssh-ed25519 AAAA…`; a node that shows another is refused */
  hostKey: string
  privateKey?: SecretRef
  password?: SecretRef
}

export interface TargetNode {
  name: string
  /** by network: `public`, `heartbeat` */
  addresses: Record<string, string>
  /** the product's console */
  ssh: SshAccess
  /** command that enters the console from the login shell, absent where the login is the console; and its prompt */
  console: { entry?: string; prompt: string }
  /** a root shell; without one, faults that need it are skipped with that reason */
  root?: SshAccess
}

export interface TargetProduct {
  /** product instance name */
  name: string
  kind: 'prime' | 'cucm'
  /** by name, how many it uses when it is registered */
  licences: Record<string, number>
  /** its console: the commands of the twin's products */
  ssh: SshAccess
  /** its page */
  url: string
}

export type PowerDriver =
  | { driver: 'engine'; socket: string; containers: Record<string, string> }
  /** each is run by `sh -c` with HAYWIRE_NODE set; `status` prints `on` or `off` */
  | { driver: 'commands'; status: string; on: string; off: string; /** `status` prints `frozen` or `running`: virsh domstate, suspend, resume */ freezer?: { status: string; freeze: string; thaw: string } }

/** A service's own wall clock. Each is run by the root shell of the node that the service is on. */
export interface ServiceClock {
  /** with HAYWIRE_OFFSET_S, as `+600` or `-600`: how far it is to be off */
  set: string
  /** also where it was never set */
  unset: string
  /** prints what the service itself says of the time, in seconds since 1970; nothing while it does not run */
  show: string
}

export interface Target {
  name: string
  system: string
  /** true for a twin that we built and may break at will; a real cluster asks for `--yes NAME` */
  twin: boolean
  nodes: TargetNode[]
  vip: string
  gui: { url: string; username: string; password: SecretRef; ca?: SecretRef }
  /** a machine on the clients' network, with python3 and raw sockets: the second place to watch the VIP from, and the ARP witness */
  client?: { ssh: SshAccess; address: string }
  /** what works with the cluster: Cisco Software Central, at the harness's command, and products in the order in which they register. A twin's only */
  surroundings?: { /** by which products may reach the VIP */ fqdn: string; /** whose certificates products believe */ licensingCa: SecretRef; central: { ssh: SshAccess; address: string }; products: TargetProduct[] }
  power?: PowerDriver
  /** each node's file system under the database, where that may be filled and broken: one apart from the node's root. `path` is a folder on it that `user` may write to */
  databaseDisk?: { path: string; user: string; /** a larger one is not filled */ largestGiB: number }
  /** path of PostgreSQL's log on each node; absent where it is the product's usual one */
  databaseLog?: string
  /** by service, which of them can be given a wrong time of day: those of a twin, `ssm-web` and `ssm-guard` */
  clocks?: Record<string, ServiceClock>
  capabilities: { /** without it networks are cut by iptables, where there is that */ nft: boolean; iptables: boolean; /** may we run a recorder on the nodes while a run lasts? */ recorder: boolean; sql: boolean }
  bounds: Bounds
  /** absent: no workload. Names begin with the prefix. `remove`: its accounts are deleted at the end of each scenario; `keep`: they stay (a twin is thrown away) */
  workload?: { prefix: string; perSecond: number; cleanUp: 'keep' | 'remove' }
}
