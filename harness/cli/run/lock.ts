// A cluster belongs to one run at a time: two runs on one cluster would judge each other's faults.
import { mkdirSync, openSync, closeSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { quote, type Access, type Shell } from '../../access.ts'
import { limited } from '../../limit.ts'
import { identityOf, isAlive } from '../../process-identity.ts'
import type { RunContext } from '../../run-context.ts'
import { stateDir } from '../../state.ts'
import { ExitError, exitCodes } from '../exit.ts'

interface Holder {
  run: string
  runDir: string
  pid: number
  startTime: string
  user: string
  since: string
}

/** What another run on a node sees, wherever it comes from: locked for as long as our SSH session lasts, so that a run that is killed holds nothing. */
const lockOnNode = '/run/haywire.lock'
const heldByOther = 9
/** Longest that taking it on one node may take, in ms. */
const takeLimitMs = 20_000

/** Holds the cluster until disposed: by its name on this machine, and on each node that has a root shell. Throws ExitError 3 when another living run holds it. */
export async function holdCluster({ target, run, runDir }: Pick<RunContext, 'target' | 'run' | 'runDir'>, access: Access): Promise<AsyncDisposable> {
  const path = pathOf(target.name)
  mkdirSync(dirname(path), { recursive: true })
  const holder: Holder = { run, runDir, pid: process.pid, startTime: identityOf(process.pid)?.startTime ?? '', user: `${userInfo().username}@${hostname()}`, since: new Date().toISOString() }
  take(path, holder, target.name)
  const over = new AbortController()
  const release = (): void => {
    over.abort(new Error('the run is over'))
    rmSync(path, { force: true })
  }
  try {
    for (const node of target.nodes.filter(({ root }) => root)) await holdNode(access.root(node.name), node.name, `${holder.run}, of ${holder.user} since ${holder.since}`, over.signal)
  } catch (error) {
    release()
    throw error
  }
  return { [Symbol.asyncDispose]: async () => release() }
}

/** What holds it on the node ends with its standard input: when the session is closed, or breaks. */
async function holdNode(shell: Shell, node: string, who: string, over: AbortSignal): Promise<void> {
  const held = Promise.withResolvers<void>()
  const keep = `echo ${quote(who)} > ${lockOnNode}; echo held; cat > /dev/null; rm -f ${lockOnNode}`
  using limit = limited(takeLimitMs, over)
  const { ended } = await shell.stream(`exec flock --nonblock --conflict-exit-code ${heldByOther} ${lockOnNode} sh -c ${quote(keep)}`, { onLine: () => held.resolve(), signal: over })
  limit.signal.addEventListener('abort', () => held.reject(limit.signal.reason as Error), { once: true })
  const code = await Promise.race([held.promise, ended.then(({ code, error }) => (error ? Promise.reject(error) : code))])
  if (code === undefined) return
  if (code !== heldByOther) throw new ExitError(exitCodes.unfit, `${node} cannot be held for this run: flock on ${lockOnNode} ended with ${code}`)
  const { stdout } = await shell.run(`cat ${lockOnNode}`)
  throw new ExitError(exitCodes.unfit, `the node ${node} is held by another run: ${stdout.trim()}. Wait for it, or stop it.`)
}

/** Throws ExitError 3 when a living run on this machine holds the cluster: to be asked first, for its faults look like a broken network. */
export function requireFree(cluster: string): void {
  const other = holderOf(pathOf(cluster))
  if (other && isAlive(other)) throw heldBy(other, cluster)
}

/** What a run that was killed left of its hold. A real cluster's is taken over by the next run on it; a twin's name never comes again, so its hold goes with it. */
export function dropDeadHold(cluster: string): void {
  const path = pathOf(cluster)
  const holder = holderOf(path)
  if (holder && !isAlive(holder)) rmSync(path, { force: true })
}

function pathOf(cluster: string): string {
  return join(stateDir(), 'locks', `${cluster}.json`)
}

function heldBy({ run, user, since, pid }: Holder, cluster: string): ExitError {
  return new ExitError(exitCodes.unfit, `the cluster ${cluster} is held by another run: ${run}, of ${user} since ${since} (pid ${pid}). Wait for it, or stop it.`)
}

function take(path: string, holder: Holder, cluster: string): void {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, JSON.stringify(holder))
    closeSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const other = holderOf(path)
    if (other && isAlive(other)) throw heldBy(other, cluster)
    rmSync(path, { force: true })
    take(path, holder, cluster)
  }
}

function holderOf(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}
