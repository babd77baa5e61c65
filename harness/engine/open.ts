// The container engine of this host: the one that is there, else one of our own that is started on demand.
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import Docker from 'dockerode'
import { Engine } from './engine.ts'
import { candidates, socketOf, unfitReason, type Candidate, type EngineInfo } from './find.ts'
import { endForgottenTasks, privateSocket, startPrivate, stopPrivate } from './private.ts'
import { EngineUnfit } from './unfit.ts'

/** An engine answers a ping in milliseconds; one on a very busy host in a second. */
const answerLimitMs = 5_000

/** Throws EngineUnfit when there is none that can carry a twin, and none can be started. */
export async function openEngine(say: (line: string) => void): Promise<Engine> {
  return (await findEngine()) ?? openOwnEngine(say)
}

/** Our own, whatever others there are; it is started when it does not run. */
export async function openOwnEngine(say: (line: string) => void): Promise<Engine> {
  const socket = privateSocket()
  const answers = async (): Promise<boolean> => (await ask(socket)) !== undefined
  if (!(await answers())) await startPrivate(say, answers)
  const known = await new Docker({ socketPath: socket }).listContainers({ all: true })
  endForgottenTasks(known.filter(({ State }) => State === 'created' || State === 'exited' || State === 'dead').map(({ Id }) => Id), say)
  return new Engine(socket)
}

/**
 * Removes what carries these labels, as Engine.remove does, and says what the engine keeps by a miscount of its own. It counts anew when it is started anew:
 * where a person has asked for the removal, and our own engine has nothing else to carry, that is done here.
 */
export async function removeFrom(engine: Engine, own: Record<string, string>, { asked, say }: { asked: boolean; say: (line: string) => void }): Promise<string[]> {
  const { removed, kept } = await engine.remove(own)
  if (kept.length === 0) return removed
  const idle = (await engine.containers({})).length === 0 && (await engine.networks({})).every(({ name }) => kept.includes(name))
  if (asked && idle && engine.socket === privateSocket()) {
    say(`our own engine counts containers on ${kept.join(' and ')} that are gone: it is started anew`)
    await stopPrivate({ purge: false, say })
    const again = await (await openOwnEngine(say)).remove(own)
    return [...removed, ...again.removed]
  }
  say(`the container engine at ${engine.socket} does not remove ${kept.join(' and ')}: it counts containers there that are gone (moby/moby#42119). Start it anew when no twin is up, then: haywire heal (haywire lab down NAME for a lab that was kept)`)
  return removed
}

/** An engine that answers now; nothing is started. Throws EngineUnfit when one answers, or is asked for, that cannot carry a twin. */
export async function findEngine(): Promise<Engine | undefined> {
  for (const candidate of candidates({ environment: process.env, readFile })) {
    const socket = socketOf(candidate.host)
    if (!socket) throw elsewhere(candidate)
    const info = await ask(socket)
    if (info) {
      const reason = unfitReason(info, { kernel: release() })
      if (reason) throw new EngineUnfit(`the container engine at ${candidate.host} (${candidate.from}) cannot carry a twin: ${reason}. Set DOCKER_HOST to the socket of an engine that runs Linux containers on this very host`)
      return new Engine(socket)
    }
    if (candidate.chosen) throw new EngineUnfit(`${candidate.from} names ${candidate.host}, but no container engine answers there: start it, or take the name away to let another be found`)
  }
  const own = privateSocket()
  return (await ask(own)) ? new Engine(own) : undefined
}

function elsewhere({ host, from }: Candidate): EngineUnfit {
  return new EngineUnfit(`${from} names ${host === '' ? 'no engine that can be found' : host}, which is not a container engine on this very host: a twin's addresses could not be reached. Set DOCKER_HOST to a local socket, such as unix:///var/run/docker.sock`)
}

/** Undefined when nobody answers. Throws EngineUnfit when somebody does, but not to us. */
async function ask(socket: string): Promise<EngineInfo | undefined> {
  const docker = new Docker({ socketPath: socket, timeout: answerLimitMs })
  try {
    const { OperatingSystem, OSType, KernelVersion, SecurityOptions } = (await docker.info()) as Partial<Record<'OperatingSystem' | 'OSType' | 'KernelVersion', string>> & { SecurityOptions?: string[] }
    return { operatingSystem: OperatingSystem ?? '', osType: OSType ?? '', kernel: KernelVersion ?? '', rootless: (SecurityOptions ?? []).some(option => option.includes('name=rootless')) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw new EngineUnfit(`the container engine at ${socket} answers only to others: join its group (usually: sudo usermod -aG docker $USER, then log in anew), or run this as root`, { cause: error })
    return undefined
  }
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
