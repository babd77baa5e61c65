// A container engine of our own, for hosts that have none: own socket, own data, and the host's firewall and sysctls stay as they are.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { milliseconds, type Duration } from '../duration.ts'
import { eventually, NotObserved } from '../eventually.ts'
import { identityOf, isAlive, type ProcessIdentity } from '../process-identity.ts'
import { findProgram, searchPath } from '../programs.ts'
import { stateDir } from '../state.ts'
import { saying } from './progress.ts'
import { EngineUnfit } from './unfit.ts'

/** An idle 2-core machine needs 1 s, one that has just installed it 5 s. */
const startsWithin: Duration = '60s'
/** dockerd gives its containers 15 s to end. */
const stopsWithin: Duration = '30s'
const cgroupParent = 'haywire'
const containerdNamespace = 'haywire'
/** sockaddr_un has room for 107 characters, and this is the longest of containerd's. */
const longestSocket = 'exec/containerd/containerd-debug.sock.ttrpc'

export function privateDir(): string {
  return join(stateDir(), 'engine')
}

export function privateSocket(): string {
  return join(privateDir(), 'docker.sock')
}

/** Starts it and waits until it answers. Two at once are fine: one of them starts it, both wait for it. */
export async function startPrivate(say: (line: string) => void, answers: () => Promise<boolean>): Promise<void> {
  const folder = privateDir()
  const program = findProgram('dockerd')
  if (process.platform !== 'linux') throw new EngineUnfit('there is no container engine, and one of our own runs on Linux only')
  if (process.getuid?.() !== 0) throw new EngineUnfit('no container engine answers, and only root can start one of our own: start Docker (members of the group docker may use it), or run this as root')
  if (!program) throw new EngineUnfit('there is no container engine here; `npx haywire doctor --fix` installs one, named first')
  if (join(folder, longestSocket).length > 107) throw new EngineUnfit(`${folder} is too long a path for sockets: set XDG_STATE_HOME to a shorter one`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  say(`starting a container engine of our own in ${folder} (\`npx haywire engine stop\` ends it)`)
  // An empty configuration of its own: the host's is not meant for it.
  writeFileSync(join(folder, 'daemon.json'), '{}\n')
  forgetTheDead(folder)
  const log = openSync(join(folder, 'dockerd.log'), 'a')
  const daemon = spawn(program, daemonArguments(folder), { cwd: '/', detached: true, stdio: ['ignore', log, log], env: { ...process.env, PATH: searchPath() } })
  closeSync(log)
  const over = new AbortController()
  daemon.once('error', cause => over.abort(new EngineUnfit(`${program} cannot be started: ${cause.message}`, { cause })))
  // The second of two ends at once, because the first one's pid file is there; then the first is waited for.
  daemon.once('exit', code => { if (!runningDaemon()) over.abort(new EngineUnfit(`the engine of our own ended at once (exit ${code}); the end of its log:\n${endOfLog(folder)}`)) })
  daemon.unref()
  try {
    await saying('the engine starts', say, () => eventually('the engine answers', async () => {
      const satisfied = await answers()
      return { value: undefined, satisfied, observed: satisfied ? 'it answers' : 'no answer' }
    }, { within: startsWithin, signal: over.signal }))
  } catch (cause) {
    if (!(cause instanceof NotObserved)) throw cause
    throw new EngineUnfit(`the engine of our own does not answer after ${startsWithin}; the end of its log:\n${endOfLog(folder)}`, { cause })
  }
}

/**
 * A daemon that was killed while it started a container leaves it to containerd, and the next daemon does not know that it runs: it could neither stop it nor start it
 * again ("task … already exists"). Those of these, which do not run by its word, that containerd runs since before the daemon began are ended: what began later is
 * somebody's who starts it now, and what the daemon does not know may be of another engine that uses the same containerd.
 */
export function endForgottenTasks(stopped: string[], say: (line: string) => void): void {
  const program = findProgram('ctr')
  const daemon = runningDaemon()
  if (!program || !daemon) return
  // dockerd takes a containerd that serves others on this host, where there is one.
  const socket = [join(privateDir(), 'exec/containerd/containerd.sock'), '/run/containerd/containerd.sock'].find(existsSync)
  if (!socket) return
  const tasks = (...words: string[]): string => spawnSync(program, ['--address', socket, '--namespace', containerdNamespace, 'tasks', ...words], { encoding: 'utf8', timeout: milliseconds(stopsWithin) }).stdout ?? ''
  for (const line of tasks('list').split('\n').slice(1)) {
    const [id = '', pid] = line.split(/\s+/)
    const task = identityOf(Number(pid))
    if (!task || Number(task.startTime) >= Number(daemon.startTime) || !stopped.includes(id)) continue
    say(`ending container ${id.slice(0, 12)}, which an engine that was killed has left running`)
    tasks('delete', '--force', id)
  }
}

/** No rule, no forwarding, no default bridge: containers reach each other and this host, and nobody else. */
export function daemonArguments(folder: string): string[] {
  return [
    '--config-file', join(folder, 'daemon.json'),
    '--data-root', join(folder, 'data'),
    '--exec-root', join(folder, 'exec'),
    '--host', `unix://${join(folder, 'docker.sock')}`,
    '--pidfile', join(folder, 'pid'),
    '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false', '--bridge=none', '--userland-proxy=false',
    // Ours alone, so that it can be removed again; a driver that does not ask the host's systemd.
    '--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', `/${cgroupParent}`,
    // A containerd that serves others on this host keeps ours apart.
    '--containerd-namespace', containerdNamespace, '--containerd-plugins-namespace', 'haywire-plugins',
  ]
}

/** The daemon of ours that runs: the pid file's, if that process is a dockerd with our data. */
export function runningDaemon(): ProcessIdentity | undefined {
  const folder = privateDir()
  return namedBy(join(folder, 'pid'), join(folder, 'data'))
}

/** It ended without being asked to, and may have left containers, mounts and bridges, which only an engine can put away. */
export function wasKilled(): boolean {
  return existsSync(join(privateDir(), 'pid')) && !runningDaemon()
}

/** The process that a pid file names, if that word is on its command line. */
function namedBy(pidFile: string, word: string): ProcessIdentity | undefined {
  const pid = Number(read(pidFile))
  const identity = pid > 0 ? identityOf(pid) : undefined
  return identity && (read(`/proc/${pid}/cmdline`) ?? '').split('\0').includes(word) ? identity : undefined
}

/** Pid files of an engine that was killed, or was there before a reboot. dockerd takes whoever has the number now for its own containerd, and waits for it in vain. */
function forgetTheDead(folder: string): void {
  const containerd = join(folder, 'exec', 'containerd')
  if (!runningDaemon()) rmSync(join(folder, 'pid'), { force: true })
  if (!namedBy(join(containerd, 'containerd.pid'), join(containerd, 'containerd.toml'))) rmSync(join(containerd, 'containerd.pid'), { force: true })
}

/** Ends it; its containers and networks must be gone before, because their bridges would stay. `purge` also deletes its images. Returns what was done. */
export async function stopPrivate({ purge, say }: { purge: boolean; say(line: string): void }): Promise<string[]> {
  const done: string[] = []
  const daemon = runningDaemon()
  if (daemon) {
    process.kill(daemon.pid, 'SIGTERM')
    await saying('the engine stops', say, () => ended(daemon))
    done.push('stopped the engine')
  }
  const folder = privateDir()
  unmountBelow(folder)
  for (const name of ['exec', 'docker.sock', 'pid']) rmSync(join(folder, name), { recursive: true, force: true })
  removeCgroups()
  if (purge && existsSync(folder)) {
    rmSync(folder, { recursive: true, force: true })
    done.push(`deleted ${folder}`)
  }
  return done
}

async function ended(daemon: ProcessIdentity): Promise<void> {
  const gone = async () => ({ value: undefined, satisfied: !isAlive(daemon), observed: isAlive(daemon) ? 'alive' : 'gone' })
  const { signal } = new AbortController()
  try {
    await eventually('the engine has ended', gone, { within: stopsWithin, signal })
  } catch {
    process.kill(daemon.pid, 'SIGKILL')
    await eventually('the engine is gone', gone, { within: stopsWithin, signal })
  }
}

/** What dockerd leaves mounted below its folders when it ends. */
function unmountBelow(folder: string): void {
  const mounts = (read('/proc/self/mounts') ?? '').split('\n').map(line => line.split(' ')[1] ?? '').filter(path => path.startsWith(`${folder}/`))
  for (const path of mounts.reverse()) spawnSync('umount', [path], { env: { ...process.env, PATH: searchPath() } })
}

/** The control groups that its containers were in; one that somebody is in stays. */
function removeCgroups(): void {
  for (const root of ['/sys/fs/cgroup', ...entries('/sys/fs/cgroup').map(controller => join('/sys/fs/cgroup', controller))]) removeCgroup(join(root, cgroupParent))
}

function removeCgroup(path: string): void {
  for (const child of entries(path)) removeCgroup(join(path, child))
  try {
    rmdirSync(path)
  } catch {
    // not there, or not empty
  }
}

function endOfLog(folder: string): string {
  return (read(join(folder, 'dockerd.log')) ?? '').trimEnd().split('\n').slice(-12).join('\n')
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function entries(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name)
  } catch {
    return []
  }
}
