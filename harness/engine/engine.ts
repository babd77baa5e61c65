// What twins need of a container engine: images by content, networks, containers, all labelled as ours.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, lstatSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Docker from 'dockerode'
import { pack, type Pack } from 'tar-stream'
import { saying } from './progress.ts'
import { EngineUnfit } from './unfit.ts'

/** Everything that Haywire makes in an engine carries these; only what carries them is ever removed. */
export const labels = { ours: 'io.haywire', lab: 'io.haywire.lab', process: 'io.haywire.process', content: 'io.haywire.content' } as const

/** A pull that shows no progress for that long has no registry any more. */
const registrySilenceMs = 30_000

/** Characters of a build step that are shown: its beginning says which one it is. */
const shownOfStep = 100

export interface NetworkPlan {
  name: string
  /** IPv4, `10.77.0.0/24` */
  subnet: string
  /** the engine's own address in it */
  gateway: string
  internal: boolean
}

export interface ContainerPlan {
  name: string
  hostname: string
  image: string
  /** in the order of its interfaces: network name → fixed address */
  networks: { name: string; address: string }[]
  capabilities: string[]
  shmMiB: number
  tmpfs: string[]
  mounts: string[]
  /** what of the host's devices it may make and use beside the usual ones: `b 7:* rwm` */
  devices: string[]
  command: string[]
  securityOptions: string[]
}

export interface InjectedFile {
  /** absolute, in the container */
  path: string
  content: string | Uint8Array
  mode: number
}

export class Engine {
  readonly socket: string
  readonly #docker: Docker

  constructor(socket: string) {
    this.socket = socket
    this.#docker = new Docker({ socketPath: socket })
  }

  async hasImage(tag: string): Promise<boolean> {
    return this.#docker.getImage(tag).inspect().then(() => true, missing(false))
  }

  /** Builds the folder's Dockerfile as `tag`; `say` gets a line per step. Rejects with the end of the build's own output. */
  async buildImage(tag: string, folder: string, { args, content, say }: { args: Record<string, string>; content: string; say(line: string): void }): Promise<void> {
    const stream = await this.#docker.buildImage(archiveOf(folder) as unknown as NodeJS.ReadableStream, { t: tag, buildargs: args, networkmode: 'host', labels: { [labels.ours]: 'image', [labels.content]: content }, forcerm: true })
    let step = 'the image is built'
    const follow = (line: string): void => {
      step = line.replaceAll(/\s+/g, ' ').slice(0, shownOfStep)
      say(step)
    }
    await saying(() => `the image is built (${step.split(' : ')[0]})`, say, () => this.#follow(stream, follow, `building ${tag}`))
  }

  /** Makes an image of a root file system. */
  async importImage(tag: string, tar: NodeJS.ReadableStream, say: (line: string) => void): Promise<void> {
    const [repo, version] = tag.split(':')
    // dockerode's types know fewer options than the engine.
    const imported = this.#docker.importImage(tar as never, { repo, tag: version, changes: [`LABEL ${labels.ours}=image`] } as never) as unknown as Promise<NodeJS.ReadableStream>
    const stream = await imported
    await this.#follow(stream, say, `importing ${tag}`)
  }

  /** Whether a registry that the engine reaches within the limit has the image; nothing is pulled. */
  async registryOffers(image: string, limitMs: number): Promise<boolean> {
    // The engine goes on asking after we have stopped listening: its answer then goes nowhere.
    const asked = this.#docker.getImage(image).distribution().then(() => true, () => false)
    const over = new AbortController()
    return Promise.race([asked, pause(limitMs, false, { signal: over.signal })]).finally(() => over.abort())
  }

  /** Pulls an image; rejects when the registry has fallen silent. */
  async pull(image: string): Promise<void> {
    const silence = new AbortController()
    const silent = (): void => silence.abort(new Error(`the registry was silent for ${registrySilenceMs / 1000} s`))
    const timer = setTimeout(silent, registrySilenceMs)
    try {
      const stream = (await this.#docker.pull(image, { abortSignal: silence.signal })) as NodeJS.ReadableStream
      stream.on('data', () => void timer.refresh())
      await this.#follow(stream, () => undefined, `pulling ${image}`)
    } finally {
      clearTimeout(timer)
    }
  }

  async imageId(tag: string): Promise<string> {
    return (await this.#docker.getImage(tag).inspect()).Id
  }

  async tagImage(tag: string, as: string): Promise<void> {
    const [repo = as, version] = as.split(':')
    await this.#docker.getImage(tag).tag({ repo, ...(version === undefined ? {} : { tag: version }) })
  }

  /** Images of ours, newest first. */
  async images(): Promise<{ id: string; tags: string[]; labels: Record<string, string> }[]> {
    const found = await this.#docker.listImages({ filters: { label: [labels.ours] } })
    return found.sort((a, b) => b.Created - a.Created).map(({ Id, RepoTags, Labels }) => ({ id: Id, tags: RepoTags ?? [], labels: Labels ?? {} }))
  }

  async removeImage(id: string): Promise<void> {
    await this.#docker.getImage(id).remove({ force: true }).catch(missing(undefined))
  }

  /** Subnets of every network there is, ours or not. */
  async subnets(): Promise<string[]> {
    const networks = await this.#docker.listNetworks()
    return networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []))
  }

  /** False when its subnet overlaps that of another network. */
  async createNetwork({ name, subnet, gateway, internal }: NetworkPlan, own: Record<string, string>): Promise<boolean> {
    const options = { Name: name, Internal: internal, CheckDuplicate: true, IPAM: { Config: [{ Subnet: subnet, Gateway: gateway }] }, Labels: { [labels.ours]: 'network', ...own } }
    try {
      await this.#docker.createNetwork(options as Docker.NetworkCreateOptions)
      return true
    } catch (error) {
      if (/overlap/i.test((error as Error).message)) return false
      throw error
    }
  }

  /** Creates a container that runs systemd; it is not started. */
  async createContainer(plan: ContainerPlan, own: Record<string, string>): Promise<void> {
    const [first, ...more] = plan.networks
    if (!first) throw new Error(`${plan.name} has no network`)
    const { cgroup2 } = await this.#host()
    await this.#docker.createContainer({
      name: plan.name,
      Hostname: plan.hostname,
      Image: plan.image,
      Cmd: plan.command,
      Labels: { [labels.ours]: 'container', ...own },
      HostConfig: {
        CapAdd: plan.capabilities,
        ShmSize: plan.shmMiB * 1024 * 1024,
        Tmpfs: Object.fromEntries(plan.tmpfs.map(path => [path, ''])),
        Binds: plan.mounts,
        DeviceCgroupRules: plan.devices,
        ...(cgroup2 ? { CgroupnsMode: 'private' as const } : {}),
        SecurityOpt: plan.securityOptions,
        NetworkMode: first.name,
      },
      NetworkingConfig: { EndpointsConfig: { [first.name]: { IPAMConfig: { IPv4Address: first.address } } } },
    })
    for (const { name, address } of more) await this.#docker.getNetwork(name).connect({ Container: plan.name, EndpointConfig: { IPAMConfig: { IPv4Address: address } } })
  }

  /** Puts files into a container, running or not; folders are made on the way. */
  async putFiles(container: string, files: InjectedFile[]): Promise<void> {
    const archive = pack()
    for (const { path, content, mode } of files) archive.entry({ name: path.replace(/^\//, ''), mode, uid: 0, gid: 0 }, Buffer.from(content))
    archive.finalize()
    await this.#docker.getContainer(container).putArchive(archive as unknown as NodeJS.ReadableStream, { path: '/' })
  }

  async start(container: string): Promise<void> {
    await this.#docker.getContainer(container).start()
  }

  /** Asks it to end and waits; it is killed after the limit. */
  async stop(container: string, limitS: number): Promise<void> {
    await this.#docker.getContainer(container).stop({ t: limitS }).catch((error: { statusCode?: number }) => {
      if (error.statusCode !== 304) throw error
    })
  }

  async commit(container: string, tag: string, own: Record<string, string>): Promise<void> {
    const [repo, version] = tag.split(':')
    const changes = Object.entries({ [labels.ours]: 'image', ...own }).map(([key, value]) => `LABEL ${key}=${value}`).join('\n')
    await (this.#docker.getContainer(container).commit({ repo, tag: version, changes, pause: false } as never) as unknown as Promise<unknown>)
  }

  async containers(own: Record<string, string>): Promise<{ name: string; running: boolean; labels: Record<string, string> }[]> {
    const found = await this.#docker.listContainers({ all: true, filters: { label: [labels.ours, ...labelFilters(own)] } })
    return found.map(({ Names, State, Labels }) => ({ name: (Names[0] ?? '').replace(/^\//, ''), running: State === 'running', labels: Labels }))
  }

  async networks(own: Record<string, string>): Promise<{ name: string; labels: Record<string, string> }[]> {
    const found = await this.#docker.listNetworks({ filters: { label: [labels.ours, ...labelFilters(own)] } })
    return found.map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }))
  }

  /** Where the engine keeps images and containers on this host. */
  async dataDir(): Promise<string> {
    return ((await this.#docker.info()) as { DockerRootDir: string }).DockerRootDir
  }

  /**
   * Removes the containers, and then the networks, that carry our label and these: exactly those. Returns their names; `kept` are networks on which the engine counts containers that are gone (moby/moby#42119).
   * One container after the other: when they all went at once, such a miscount was seen.
   */
  async remove(own: Record<string, string>): Promise<{ removed: string[]; kept: string[] }> {
    const filters = { label: [labels.ours, ...labelFilters(own)] }
    const containers = await this.#docker.listContainers({ all: true, filters })
    for (const { Id } of containers) await this.#docker.getContainer(Id).remove({ force: true, v: true }).catch(missing(undefined))
    const networks = await this.#docker.listNetworks({ filters })
    const kept: string[] = []
    for (const { Id, Name } of networks) {
      const network = this.#docker.getNetwork(Id)
      await network.remove().catch(missing(undefined)).catch(async (error: unknown) => {
        if (!String((error as Error).message).includes('has active endpoints')) throw error
        const { Containers = {} } = (await network.inspect()) as { Containers?: Record<string, { Name: string }> }
        const users = Object.values(Containers).map(container => container.Name)
        if (users.length > 0) throw new EngineUnfit(`the network ${Name} is in use by ${users.join(', ')}, which Haywire has not started: remove that first`, { cause: error })
        kept.push(Name)
      })
    }
    return { removed: [...containers.map(({ Names }) => (Names[0] ?? '').replace(/^\//, '')), ...networks.map(({ Name }) => Name).filter(name => !kept.includes(name))], kept }
  }

  async #host(): Promise<{ cgroup2: boolean }> {
    const { CgroupVersion } = (await this.#docker.info()) as { CgroupVersion?: string }
    return { cgroup2: CgroupVersion === '2' }
  }

  /** Reads an operation's progress to its end; its own error is the rejection. */
  async #follow(stream: NodeJS.ReadableStream, say: (line: string) => void, what: string): Promise<void> {
    const tail: string[] = []
    // The engine's own failure is an event like any other, and the stream then ends well.
    let failure: string | undefined
    await new Promise<void>((resolve, reject) => {
      this.#docker.modem.followProgress(stream, error => {
        const why = failure ?? error?.message
        if (why === undefined) resolve()
        else reject(new EngineUnfit(`${what} failed: ${why}\n${tail.join('\n')}`, { cause: error }))
      }, (event: { stream?: string; status?: string; error?: string }) => {
        failure ??= event.error
        const text = (event.stream ?? event.status ?? '').trim()
        if (text === '') return
        tail.push(text)
        if (tail.length > 20) tail.shift()
        if (event.stream?.startsWith('Step ')) say(text)
      })
    })
  }
}

/** Over names, modes and contents of a folder: the same folder has the same digest everywhere. */
export function contentOf(folder: string, ...more: string[]): string {
  const hash = createHash('sha256')
  for (const { path, mode, content } of filesBelow(folder)) hash.update(`${path}\0${mode}\0${content.length}\0`).update(content)
  for (const text of more) hash.update(`\0${text}`)
  return hash.digest('hex').slice(0, 16)
}

interface FoundFile {
  path: string
  /** of links, where they lead */
  link: string | undefined
  mode: number
  content: Buffer
}

/** What the image is made of: the Dockerfile and the folders that it copies. Descriptions, defects and code beside them do not count. */
function filesBelow(folder: string): FoundFile[] {
  const copied = [...readFileSync(join(folder, 'Dockerfile'), 'utf8').matchAll(/^\s*(?:COPY|ADD) (.*)$/gm)].map(([, what = '']) => {
    const [, source] = /^(\S+\/) \/$/.exec(what) ?? []
    if (source === undefined) throw new Error(`${folder}/Dockerfile copies ${what}: only whole folders to / are counted as what the image is made of`)
    return source
  })
  const inImage = (path: string): boolean => path === 'Dockerfile' || copied.some(source => path.startsWith(source))
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .filter(path => inImage(path) && !path.includes('__pycache__'))
    .sort()
    .map(path => {
      const full = join(folder, path)
      const stat = lstatSync(full)
      const link = stat.isSymbolicLink() ? readlinkSync(full) : undefined
      // git keeps one bit of the mode; whatever a checkout's umask makes of the rest must not make another image.
      return { path, link, mode: stat.mode & 0o100 ? 0o755 : 0o644, content: link === undefined ? readFileSync(full) : Buffer.from(link) }
    })
}

function archiveOf(folder: string): Pack {
  const archive = pack()
  for (const { path, link, mode, content } of filesBelow(folder)) {
    if (link === undefined) archive.entry({ name: path, mode, uid: 0, gid: 0 }, content)
    else archive.entry({ name: path, type: 'symlink', linkname: link, uid: 0, gid: 0 })
  }
  archive.finalize()
  return archive
}

function labelFilters(own: Record<string, string>): string[] {
  return Object.entries(own).map(([key, value]) => `${key}=${value}`)
}

function missing<T>(instead: T): (error: { statusCode?: number }) => T {
  return error => {
    if (error.statusCode !== 404) throw error
    return instead
  }
}
