// The SSM twin, described once: two servers, a client, two networks; how they are started, kept and thrown away.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { basename, join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import ssh2 from 'ssh2'
import { contentOf, labels, type ContainerPlan, type Engine, type InjectedFile } from '../../harness/engine/engine.ts'
import { removeFrom } from '../../harness/engine/open.ts'
import { dockerContainers } from '../../harness/engine/power.ts'
import { freeSubnets, hostOf, hostSubnets } from '../../harness/engine/subnets.ts'
import { EngineUnfit } from '../../harness/engine/unfit.ts'
import type { ProcessIdentity } from '../../harness/process-identity.ts'
import type { SshAccess, Target } from '../../harness/target.ts'
import { clocks } from './clocks.ts'
import { demonstrations, type DemonstrationName } from './demonstrations.ts'
import { centralHost, fqdn, products, type Product } from './surroundings.ts'

const folder = import.meta.dirname
const run = promisify(execFile)

/** The two servers, in both demonstrations. */
export const nodeNames = demonstrations.A.nodes.map(({ name }) => name)
/** Of the image whose content is that of this folder; a twin is started by its content instead. */
export const latestTag = 'haywire/ssm-node:latest'
export const clientHost = 100
/** The host itself, on the public network: the gateway that servers ask whether it is they who are cut off. */
const gatewayHost = 1
/** The engine takes an address of each network for itself; on the heartbeat network the first is a server's. */
const heartbeatGatewayHost = 254
/** Where a server's database is: its own disk is mounted there, and the database's user may write to it. */
export const databaseDisk = { path: '/var/lib/postgresql/15', user: 'postgres', largestGiB: 1 }
/** Room for what a night of scenarios writes; the file it is in is sparse. */
const databaseDiskMiB = 512
/** Loop devices (any of them, and what hands them out); devices.txt of the kernel. */
const loopDevices = ['b 7:* rwm', 'c 10:237 rwm']
/** Pages and REST; products talk to 443. */
export const guiPort = 8443

/** What every container of the twin is given; docker-compose.yml is made from the same. */
export const containerNeeds = {
  // systemd: SYS_ADMIN; addresses, nft: NET_ADMIN; ping, ARP: NET_RAW; corosync: SYS_NICE, IPC_LOCK
  capabilities: ['SYS_ADMIN', 'NET_ADMIN', 'NET_RAW', 'SYS_NICE', 'IPC_LOCK'],
  // corosync keeps its IPC rings there
  shmMiB: 256,
  tmpfs: ['/run', '/run/lock', '/tmp'],
  securityOptions: ['seccomp=unconfined', 'apparmor=unconfined'],
  mounts: ['/sys/fs/cgroup:/sys/fs/cgroup:ro'],
  // systemd manages control groups of its own: under v1 those it is shown will do, under v2 it mounts those of its own namespace over them.
  command: ['/bin/sh', '-c', '[ "$(stat -fc %T /sys/fs/cgroup)" != cgroup2fs ] || mount -t cgroup2 cgroup2 /sys/fs/cgroup; exec /sbin/init'],
} as const

/** of the form a.b.c.0/24 */
export interface Subnets {
  public: string
  heartbeat: string
}

export interface TwinDefect {
  name: string
  dir: string
  nodes: 'all' | string[]
  when: 'before-start' | 'formed'
}

export interface TwinOptions {
  /** of the lab: part of every container's and network's name */
  name: string
  /** where its keys, certificates and passwords are kept; made, and removed with the twin */
  stateDir: string
  image: { tag: string; content: string }
  defects: TwinDefect[]
  demonstration: DemonstrationName
  /** whether Cisco Software Central and the products stand around it */
  surroundings: boolean
  /** whether the database of each server has a disk of its own, as far as this host has loop devices */
  databaseDisks: boolean
  /** the process that must not leave it behind; absent for a twin that stays */
  owner?: ProcessIdentity
  say(line: string): void
  signal: AbortSignal
}

export interface Twin {
  target: Target
  /** whether it was started from kept images */
  warm: boolean
}

/** The twin did not come up as a cluster; the message says how far it came. */
export class DidNotForm extends Error {
  override name = 'DidNotForm'
}

/** Longest that a pair may take to form from nothing, and from kept images, in ms; generous, because a busy host is slow. */
const coldLimitMs = 240_000
const warmLimitMs = 120_000
/** A twin with a planted defect need not stream ever; it is given this long to, in ms. */
const streamingLimitMs = 30_000
const applyLimitMs = 90_000

export function imagePlan(base: { tag: string; id: string }): { tag: string; content: string; latest: string; folder: string; args: Record<string, string> } {
  const content = contentOf(folder, base.id)
  return { tag: `haywire/ssm-node:${content}`, content, latest: latestTag, folder, args: { BASE: base.tag } }
}

/** Starts a twin and waits until it is quorate, streams, and its page loads at the VIP. Throws DidNotForm; whatever was started is then removed again. */
export async function upTwin(engine: Engine, options: TwinOptions): Promise<Twin> {
  try {
    return await start(engine, options)
  } catch (error) {
    await downTwin(engine, options)
    throw error
  }
}

/** `asked`: by a person, and not after a run of ours. */
export async function downTwin(engine: Engine, { name, stateDir, say, asked = false }: Pick<TwinOptions, 'name' | 'stateDir' | 'say'> & { asked?: boolean }): Promise<string[]> {
  const removed = await removeFrom(engine, { [labels.lab]: name }, { asked, say })
  rmSync(stateDir, { recursive: true, force: true })
  return removed
}

async function start(engine: Engine, options: TwinOptions): Promise<Twin> {
  const { name, image, defects, say, signal } = options
  signal.throwIfAborted()
  const keys = await makeKeys(options)
  const kept = Object.fromEntries(nodeNames.map(node => [node, keptTag(node, image.content)]))
  const warm = (await Promise.all(nodeNames.map(node => engine.hasImage(kept[node] ?? '')))).every(Boolean)
  const subnets = await makeNetworks(engine, options)
  const described = targetOf(options, subnets, keys)
  const disk = options.databaseDisks ? [databaseDiskFile] : []
  const willBeKept = !warm && defects.length === 0
  await certify(options, subnets)

  const servers = demonstrations[options.demonstration].nodes.map(async node => {
    const plan = containerPlan(options, node.name, warm ? (kept[node.name] ?? image.tag) : image.tag, [
      { name: `${name}-public`, address: hostOf(subnets.public, node.public) },
      { name: `${name}-heartbeat`, address: hostOf(subnets.heartbeat, node.heartbeat) },
    ])
    await createWith(engine, { ...plan, devices: options.databaseDisks ? loopDevices : [] }, options, [...configuration(options, node.name, subnets), ...(willBeKept ? [] : disk), ...defects.filter(defect => defect.when === 'before-start' && plantedOn(defect, node.name)).flatMap(defectFiles)])
  })
  const client = containerPlan(options, 'client', image.tag, [{ name: `${name}-public`, address: hostOf(subnets.public, clientHost) }])
  const around = options.surroundings ? surroundingPlans(options, subnets) : []
  await settled([...servers, createWith(engine, client, options, configuration(options, 'client', subnets)), ...around.map(({ plan, files }) => createWith(engine, plan, options, files))])
  await settled([...nodeNames, 'client', ...around.map(({ plan }) => plan.hostname)].map(node => engine.start(`${name}-${node}`)))
  say(warm ? 'starting the kept pair' : 'forming a pair from nothing')

  const beforeStart = defects.filter(defect => defect.when === 'before-start')
  await applied(engine, options, beforeStart)
  await formed(engine, options, described, warm ? warmLimitMs : coldLimitMs, defects.length > 0)
  if (willBeKept) {
    say('keeping the formed pair for the next start')
    await keep(engine, options, kept)
    // Afterwards, because a kept pair is for those, too, that have no disk.
    if (options.databaseDisks) await Promise.all(nodeNames.map(node => engine.putFiles(`${name}-${node}`, disk)))
    await Promise.all(nodeNames.map(node => engine.start(`${name}-${node}`)))
    await formed(engine, options, described, warmLimitMs, false)
  }
  const whenFormed = defects.filter(defect => defect.when === 'formed')
  for (const defect of whenFormed) for (const node of nodeNames.filter(node => plantedOn(defect, node))) await engine.putFiles(`${name}-${node}`, defectFiles(defect, defects.indexOf(defect)))
  if (whenFormed.length > 0) {
    await Promise.all(nodeNames.map(node => execute(engine, options, node, ['/usr/lib/ssm/boot', 'defects'])))
    await applied(engine, options, whenFormed)
  }
  signal.throwIfAborted()
  const diskless = options.databaseDisks ? await whyDiskless(engine, options) : undefined
  if (diskless !== undefined) say(`the servers have no disk of their own for the database: ${diskless}`)
  return { target: { ...described, ...(options.databaseDisks && diskless === undefined ? { databaseDisk } : {}) }, warm }
}

/** It makes the boot of a server give its database a disk of its own. */
const databaseDiskFile: InjectedFile = { path: '/etc/ssm/database-disk', content: `${databaseDiskMiB}\n`, mode: 0o644 }

/** What a server's boot said when it could not make the disk. */
async function whyDiskless(engine: Engine, options: TwinOptions): Promise<string | undefined> {
  for (const node of nodeNames) {
    const { code, output } = await execute(engine, options, node, ['sh', '-c', `mountpoint -q ${databaseDisk.path} || { cat /run/ssm/no-database-disk; exit 1; }`])
    if (code !== 0) return `${node}: ${output.trim()}`
  }
  return undefined
}

/** All of them, to their ends: what still runs when a failed twin is removed would make what nobody removes. */
async function settled(work: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(result => result.status === 'rejected')
  if (failed) throw failed.reason
}

function keptTag(node: string, content: string): string {
  return `haywire/ssm-kept-${node}:${content}`
}

function plantedOn(defect: TwinDefect, node: string): boolean {
  return defect.nodes === 'all' || defect.nodes.includes(node)
}

function containerPlan({ name }: TwinOptions, node: string, image: string, networks: ContainerPlan['networks']): ContainerPlan {
  return { ...containerNeeds, capabilities: [...containerNeeds.capabilities], tmpfs: [...containerNeeds.tmpfs], mounts: [...containerNeeds.mounts], devices: [], command: [...containerNeeds.command], securityOptions: [...containerNeeds.securityOptions], name: `${name}-${node}`, hostname: node, image, networks }
}

async function createWith(engine: Engine, plan: ContainerPlan, options: TwinOptions, files: InjectedFile[]): Promise<void> {
  await engine.createContainer(plan, ownLabels(options))
  await engine.putFiles(plan.name, files)
}

function ownLabels({ name, owner }: TwinOptions): Record<string, string> {
  // Said even where there is none: a kept image has the label of the process that it was formed for, and hands it on.
  return { [labels.lab]: name, [labels.process]: owner ? `${owner.pid} ${owner.startTime}` : '' }
}

async function makeNetworks(engine: Engine, options: TwinOptions): Promise<Subnets> {
  const { name } = options
  const own = ownLabels(options)
  const taken = [...hostSubnets(), ...(await engine.subnets())]
  return {
    public: await createFree(engine, { name: `${name}-public`, internal: false, gateway: gatewayHost }, taken, own),
    heartbeat: await createFree(engine, { name: `${name}-heartbeat`, internal: true, gateway: heartbeatGatewayHost }, taken, own),
  }
}

/** Somebody else may take a subnet between our look and our request; the engine then says so, and the next one is asked for. */
async function createFree(engine: Engine, network: { name: string; internal: boolean; gateway: number }, taken: string[], own: Record<string, string>): Promise<string> {
  const [subnet = ''] = freeSubnets(1, taken)
  taken.push(subnet)
  return (await engine.createNetwork({ ...network, subnet, gateway: hostOf(subnet, network.gateway) }, own)) ? subnet : createFree(engine, network, taken, own)
}

interface Keys {
  hostKey: string
}

/** Keys and passwords of this lab alone, readable by their owner only. */
async function makeKeys({ stateDir }: TwinOptions): Promise<Keys> {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  // Not ed25519: ssh2 1.17 writes one in 230 of those so that nobody can read it (13 of 3000 seen; ecdsa: none of 3000).
  const host = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
  const user = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
  secret(stateDir, 'host-key', host.private)
  secret(stateDir, 'id', user.private)
  writeFileSync(join(stateDir, 'id.pub'), `${user.public}\n`)
  secret(stateDir, 'password', `Ssm-${randomBytes(9).toString('base64url')}\n`)
  return { hostKey: host.public.split(' ').slice(0, 2).join(' ') }
}

function secret(dir: string, file: string, content: string): void {
  const path = join(dir, file)
  writeFileSync(path, content, { mode: 0o600 })
  chmodSync(path, 0o600)
}

/** One certificate for all pages, by name and by every address they answer at; and Cisco's. */
async function certify({ stateDir, demonstration }: TwinOptions, subnets: Subnets): Promise<void> {
  try {
    await run('sh', [join(folder, 'tls.sh'), stateDir, centralName(subnets), ...certifiedNames(demonstration, subnets)])
  } catch (cause) {
    if ((cause as { stderr?: string }).stderr?.includes('openssl: not found')) throw new EngineUnfit('openssl is not on this machine; `npx haywire doctor --fix` installs it, named first', { cause })
    throw cause
  }
}

export function centralName(subnets: Subnets): string {
  return `IP:${hostOf(subnets.public, centralHost)}`
}

export function certifiedNames(demonstration: DemonstrationName, subnets: Subnets): string[] {
  const { nodes, vip } = demonstrations[demonstration]
  return [...[...nodes, ...products].flatMap(each => [`DNS:${each.name}`, `IP:${hostOf(subnets.public, each.public)}`]), `IP:${hostOf(subnets.public, vip)}`, `DNS:${fqdn}`]
}

/** What /etc/ssm/cluster.conf says to the boot of a server, or of the client. */
export function clusterConf(name: string, subnets: Subnets, { demonstration, password }: { demonstration: DemonstrationName; password: string }): string {
  const { nodes, vip, version } = demonstrations[demonstration]
  const own = nodes.find(node => node.name === name)
  const peer = nodes.find(node => node.name !== name) ?? nodes[0]
  const values = {
    NODE: name,
    PEER: peer.name,
    PUBLIC_IP: hostOf(subnets.public, own?.public ?? clientHost),
    PUBLIC_PREFIX: '24',
    PEER_PUBLIC_IP: hostOf(subnets.public, peer.public),
    HEARTBEAT_IP: own ? hostOf(subnets.heartbeat, own.heartbeat) : '',
    PEER_HEARTBEAT_IP: hostOf(subnets.heartbeat, peer.heartbeat),
    VIP: hostOf(subnets.public, vip),
    GATEWAY: hostOf(subnets.public, gatewayHost),
    VERSION: version,
    ADMIN_PASSWORD: password,
    CENTRAL: hostOf(subnets.public, centralHost),
  }
  return confText(values)
}

/** What it says to a product. */
export function productConf({ name, kind, udi, licences }: Product, subnets: Subnets, demonstration: DemonstrationName): string {
  return confText({
    NODE: name,
    KIND: kind,
    UDI: `'${udi}'`,
    LICENCES: `'${Object.entries(licences).map(([licence, count]) => `${licence}=${count}`).join(';')}'`,
    HOSTS: `'${hostOf(subnets.public, demonstrations[demonstration].vip)} ${fqdn}'`,
  })
}

function confText(values: Record<string, string>): string {
  return `${Object.entries(values).map(([key, value]) => `${key}=${value}`).join('\n')}\n`
}

/** The files that make a container the server (or client) it is; see node/usr/lib/ssm/boot. */
function configuration({ stateDir, demonstration }: TwinOptions, name: string, subnets: Subnets): InjectedFile[] {
  const file = (path: string, from: string, mode = 0o644): InjectedFile => ({ path, content: readFileSync(join(stateDir, from)), mode })
  const password = readFileSync(join(stateDir, 'password'), 'utf8').trim()
  return [
    { path: '/etc/ssm/cluster.conf', content: clusterConf(name, subnets, { demonstration, password }), mode: 0o644 },
    ...loginFiles(file),
    file('/etc/ssm/tls/ca.crt', 'ca.crt'),
    file('/etc/ssm/tls/licensing-ca.crt', 'licensing-ca.crt'),
    file('/etc/ssm/tls/server.crt', 'server.crt'),
    file('/etc/ssm/tls/server.key', 'server.key', 0o640),
  ]
}

type FileFrom = (path: string, from: string, mode?: number) => InjectedFile

const loginFiles = (file: FileFrom): InjectedFile[] => [file('/etc/ssm/authorized_keys', 'id.pub'), file('/etc/ssm/ssh_host_key', 'host-key', 0o600)]

/** Without systemd: each runs what it is for, and a door for the harness. */
function surroundingPlans(options: TwinOptions, subnets: Subnets): { plan: ContainerPlan; files: InjectedFile[] }[] {
  const { name, stateDir, demonstration, image } = options
  const file: FileFrom = (path, from, mode = 0o644) => ({ path, content: readFileSync(join(stateDir, from)), mode })
  const light = (hostname: string, role: string, host: number): ContainerPlan => ({
    name: `${name}-${hostname}`, hostname, image: image.tag, networks: [{ name: `${name}-public`, address: hostOf(subnets.public, host) }],
    capabilities: [], shmMiB: 16, tmpfs: ['/run', '/tmp'], mounts: [], devices: [], command: ['/usr/lib/haywire/around', role], securityOptions: [],
  })
  return [
    {
      plan: light('software-central', 'central', centralHost),
      files: [
        { path: '/etc/ssm/cluster.conf', content: confText({ NODE: 'software-central' }), mode: 0o644 }, ...loginFiles(file),
        file('/etc/central/tls/server.crt', 'central.crt'), file('/etc/central/tls/server.key', 'central.key', 0o600),
        file('/etc/central/tls/ca.crt', 'licensing-ca.crt'), file('/etc/central/tls/ca.key', 'licensing-ca.key', 0o600),
      ],
    },
    ...products.map(product => ({
      plan: light(product.name, 'product', product.public),
      files: [
        { path: '/etc/ssm/cluster.conf', content: productConf(product, subnets, demonstration), mode: 0o644 }, ...loginFiles(file),
        file('/etc/ssm/tls/licensing-ca.crt', 'licensing-ca.crt'), file('/etc/ssm/tls/server.crt', 'server.crt'), file('/etc/ssm/tls/server.key', 'server.key', 0o600),
      ],
    })),
  ]
}

function targetOf({ name, stateDir, demonstration, surroundings }: TwinOptions, subnets: Subnets, { hostKey }: Keys): Target {
  const ssh = (host: string, user: string): SshAccess => ({ host, port: 22, user, hostKey, privateKey: `file:${join(stateDir, 'id')}` })
  const { nodes, vip: vipHost } = demonstrations[demonstration]
  const vip = hostOf(subnets.public, vipHost)
  const client = hostOf(subnets.public, clientHost)
  return {
    name,
    system: 'ssm',
    twin: true,
    nodes: nodes.map(node => {
      const address = hostOf(subnets.public, node.public)
      return { name: node.name, addresses: { public: address, heartbeat: hostOf(subnets.heartbeat, node.heartbeat) }, ssh: ssh(address, 'admin'), console: { prompt: '>>' }, root: ssh(address, 'root') }
    }),
    vip,
    gui: { url: `https://${vip}:${guiPort}`, username: 'admin', password: `file:${join(stateDir, 'password')}`, ca: `file:${join(stateDir, 'ca.crt')}` },
    client: { ssh: ssh(client, 'root'), address: client },
    ...(surroundings ? { surroundings: surroundingsOf(stateDir, subnets, ssh) } : {}),
    clocks,
    capabilities: { nft: true, iptables: false, recorder: true, sql: true },
    bounds: {},
    workload: { prefix: 'hw', perSecond: 10, cleanUp: 'keep' },
  }
}

function surroundingsOf(stateDir: string, subnets: Subnets, ssh: (host: string, user: string) => SshAccess): NonNullable<Target['surroundings']> {
  const central = hostOf(subnets.public, centralHost)
  return {
    fqdn,
    licensingCa: `file:${join(stateDir, 'licensing-ca.crt')}`,
    central: { address: central, ssh: ssh(central, 'root') },
    products: products.map(({ name, kind, licences, public: host }) => {
      const address = hostOf(subnets.public, host)
      return { name, kind, licences, ssh: ssh(address, 'admin'), url: `https://${address}` }
    }),
  }
}

/** A defect's whole folder, in the place where the node's boot looks for it. */
function defectFiles({ dir, name }: TwinDefect, index: number): InjectedFile[] {
  const to = `/var/lib/haywire/defects/${String(index).padStart(2, '0')}-${name.replaceAll(/[^A-Za-z0-9._-]/g, '-')}`
  return readdirSync(dir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => {
    const path = join(entry.parentPath, entry.name)
    return { path: `${to}/${relative(dir, path)}`, content: readFileSync(path), mode: basename(path) === 'apply.sh' || statSync(path).mode & 0o100 ? 0o755 : 0o644 }
  })
}

/** Waits for the exit code of each apply.sh on each of its nodes. */
async function applied(engine: Engine, options: TwinOptions, defects: TwinDefect[]): Promise<void> {
  const limit = performance.now() + applyLimitMs
  for (const node of nodeNames) {
    const expected = defects.filter(defect => plantedOn(defect, node)).length
    while (expected > 0) {
      options.signal.throwIfAborted()
      const { output } = await execute(engine, options, node, ['sh', '-c', 'cd /var/lib/haywire/defects && for d in */; do [ -e "$d/apply.exit" ] && echo "$d $(cat "$d/apply.exit")"; done; true'])
      const done = [...output.matchAll(/^(\S+)\/ (\d+)\s*$/gm)]
      const failed = done.find(([, , code]) => code !== '0')
      if (failed) {
        const { output: log } = await execute(engine, options, node, ['tail', '-n', '20', `/var/lib/haywire/defects/${failed[1]}/apply.log`])
        throw new DidNotForm(`the planted defect ${failed[1]} could not be applied on ${node}: apply.sh ended with ${failed[2]}${log.trim() === '' ? '' : `:\n${log.trim()}`}`)
      }
      if (done.length >= expected) break
      if (performance.now() > limit) throw new DidNotForm(`the planted defects on ${node} were not applied within ${applyLimitMs / 1000} s: ${done.length} of ${expected}`)
      await pause(200, undefined, { signal: options.signal })
    }
  }
}

interface GuardView {
  holds?: { vip: boolean; web: boolean; primary: boolean }
  peerMember?: boolean
  standbyStreaming?: boolean
  standbyPromotable?: boolean
}

/** Quorate, streaming, VIP answers, page loads; with a defect planted, all but streaming is enough. */
async function formed(engine: Engine, options: TwinOptions, target: Target, limitMs: number, defective: boolean): Promise<void> {
  const started = performance.now()
  let servesSince: number | undefined
  for (;;) {
    options.signal.throwIfAborted()
    const views = await Promise.all(nodeNames.map(node => guardView(engine, options, node)))
    const active = views.find(view => view.holds?.vip && view.holds.web && view.holds.primary && view.peerMember)
    const answers = active !== undefined && (await pageLoads(target, options.signal))
    const seen = views.map((view, index) => `${nodeNames[index]}: ${JSON.stringify(view)}`).join('\n')
    if (answers) {
      servesSince ??= performance.now()
      if (active.standbyStreaming && active.standbyPromotable) return
      if (defective && performance.now() - servesSince > streamingLimitMs) return
    }
    if (performance.now() - started > limitMs) throw new DidNotForm(`the twin ${options.name} did not form within ${limitMs / 1000} s: expected one active server with a streaming standby and a page at https://${target.vip}; last seen (page ${answers ? 'loads' : 'does not load'}):\n${seen}`)
    await pause(250, undefined, { signal: options.signal })
  }
}

async function guardView(engine: Engine, options: TwinOptions, node: string): Promise<GuardView> {
  const { code, output } = await execute(engine, options, node, ['cat', '/run/ssm/guard.json'])
  if (code !== 0) return {}
  try {
    return JSON.parse(output) as GuardView
  } catch {
    return {}
  }
}

function pageLoads({ vip, gui }: Target, signal: AbortSignal): Promise<boolean> {
  const ca = gui.ca ? readFileSync(gui.ca.replace(/^file:/, '')) : undefined
  return new Promise(resolve => {
    const call = request({ host: vip, port: guiPort, path: '/login', agent: false, timeout: 2000, signal, ...(ca ? { ca } : {}) }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    call.on('timeout', () => call.destroy(new Error('timeout')))
    call.on('error', () => resolve(false))
    call.end()
  })
}

/** Stops both servers in good order, at the same moment, so that neither takes over from the other; then keeps them as images. They are left stopped. */
async function keep(engine: Engine, options: TwinOptions, kept: Record<string, string>): Promise<void> {
  await Promise.all(nodeNames.map(node => execute(engine, options, node, ['systemctl', 'stop', 'pacemaker.service'])))
  await Promise.all(nodeNames.map(node => execute(engine, options, node, ['systemctl', 'stop', 'corosync.service'])))
  // What they logged while they formed is not part of any run.
  await Promise.all(nodeNames.map(node => execute(engine, options, node, ['sh', '-c', 'rm -rf /var/log/journal/* /var/log/pacemaker/*'])))
  await Promise.all(nodeNames.map(node => engine.stop(`${options.name}-${node}`, 30)))
  await Promise.all(nodeNames.map(node => engine.commit(`${options.name}-${node}`, kept[node] ?? '', { [labels.content]: options.image.content })))
}

async function execute(engine: Engine, { name }: TwinOptions, node: string, command: string[]): Promise<{ code: number; output: string }> {
  if (!existsSync(engine.socket)) throw new DidNotForm(`the container engine at ${engine.socket} is gone`)
  return dockerContainers(engine.socket).execute(`${name}-${node}`, command)
}
