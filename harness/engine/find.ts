// Which engines there may be, in the order in which they are asked, and whether one that answers runs containers on this very host.
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface Surroundings {
  environment: Record<string, string | undefined>
  /** undefined when there is no such file */
  readFile(path: string): string | undefined
}

export interface Candidate {
  /** `unix:///…`, or whatever was written there */
  host: string
  /** who says so, for messages */
  from: string
  /** named by the user: when it does not answer, no other is taken instead */
  chosen: boolean
}

const usualSockets = ['/var/run/docker.sock', '/run/docker.sock']

/** DOCKER_HOST, then the current docker context, then the usual sockets: as the docker command does. */
export function candidates({ environment, readFile }: Surroundings): Candidate[] {
  if (environment.DOCKER_HOST) return [{ host: environment.DOCKER_HOST, from: 'DOCKER_HOST', chosen: true }]
  const context = contextHost({ environment, readFile })
  if (context) return [context]
  return usualSockets.map(path => ({ host: `unix://${path}`, from: 'the usual socket', chosen: false }))
}

function contextHost({ environment, readFile }: Surroundings): Candidate | undefined {
  const folder = environment.DOCKER_CONFIG || join(environment.HOME ?? homedir(), '.docker')
  const name = environment.DOCKER_CONTEXT || field(readFile(join(folder, 'config.json')), 'currentContext')
  if (!name || name === 'default') return undefined
  const description = readFile(join(folder, 'contexts', 'meta', createHash('sha256').update(name).digest('hex'), 'meta.json'))
  const host = field(description, 'Endpoints', 'docker', 'Host')
  return { host: host ?? '', from: `the docker context ${name}`, chosen: true }
}

function field(json: string | undefined, ...path: string[]): string | undefined {
  if (json === undefined) return undefined
  try {
    let value: unknown = JSON.parse(json)
    for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key]
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** The path of a unix socket; undefined for anything that may be elsewhere. */
export function socketOf(host: string): string | undefined {
  return /^unix:\/\/(\/.+)$/.exec(host)?.[1]
}

/** What an engine says of itself. */
export interface EngineInfo {
  operatingSystem: string
  osType: string
  kernel: string
  rootless: boolean
}

/** Why its containers cannot be a twin here; undefined when they can. */
export function unfitReason(engine: EngineInfo, host: { kernel: string }): string | undefined {
  if (/docker desktop/i.test(engine.operatingSystem)) return 'it is Docker Desktop, which keeps its containers in a virtual machine of its own: this host cannot reach their addresses'
  if (engine.osType !== 'linux') return `it runs ${engine.osType} containers, not Linux ones`
  if (engine.kernel !== host.kernel) return `its containers run under another kernel (${engine.kernel}) than this host (${host.kernel}): it is another machine, or a virtual one`
  if (engine.rootless) return 'it is rootless: this host cannot reach the addresses of its containers'
  return undefined
}
