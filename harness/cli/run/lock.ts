// A cluster belongs to one run at a time: two runs on one cluster would judge each other's faults.
import { mkdirSync, openSync, closeSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
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

/** Holds the cluster until disposed. Throws ExitError 3 when another living run on this machine holds it. */
export async function holdCluster({ target, run, runDir }: Pick<RunContext, 'target' | 'run' | 'runDir'>): Promise<AsyncDisposable> {
  const folder = join(stateDir(), 'locks')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${target.name}.json`)
  const holder: Holder = { run, runDir, pid: process.pid, startTime: identityOf(process.pid)?.startTime ?? '', user: `${userInfo().username}@${hostname()}`, since: new Date().toISOString() }
  take(path, holder, target.name)
  return {
    async [Symbol.asyncDispose]() {
      rmSync(path, { force: true })
    },
  }
}

function take(path: string, holder: Holder, cluster: string): void {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, JSON.stringify(holder))
    closeSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const other = holderOf(path)
    if (other && isAlive(other)) throw new ExitError(exitCodes.unfit, `the cluster ${cluster} is held by another run: ${other.run}, of ${other.user} since ${other.since} (pid ${other.pid}). Wait for it, or stop it.`)
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
