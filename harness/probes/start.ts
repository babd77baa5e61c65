// Starts the probes in a process of their own, and notices when that ends before it was asked to.
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Journal } from '../journal.ts'
import { identityOf } from '../process-identity.ts'
import { readRunContext } from '../run-context.ts'

export interface ProbeProcess {
  readonly pid: number
  /** Settles when it ends; `crash` says how if nobody had asked it to. A history without its probes proves nothing. */
  readonly ended: Promise<{ crash?: string }>
  /** Everything seen so far is in the history when this settles. */
  stop(): Promise<void>
}

/** Loading the code takes half a second; on an overloaded machine a few, in ms. */
const readyLimitMs = 20_000
/** It ends within 5 s by itself; one that does not hangs, in ms. */
const stopLimitMs = 10_000

/** The promise settles when the first look at the VIP has begun. */
export async function startProbes({ contextPath, journal }: { contextPath: string; journal: Pick<Journal, 'startedProcess'> }): Promise<ProbeProcess> {
  const { runDir } = readRunContext(contextPath)
  const logPath = join(runDir, 'probes.log')
  const log = openSync(logPath, 'a')
  // A session of its own: Ctrl-C in a terminal must not blind us while we heal. It ends when our end of its standard input does.
  const child = spawn(process.execPath, [join(import.meta.dirname, 'process.ts'), contextPath], { cwd: runDir, detached: true, stdio: ['pipe', 'pipe', log] })
  closeSync(log)
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new Error('the probes have no pipes')
  const exited = new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`))
  })
  const self = child.pid === undefined ? undefined : identityOf(child.pid)
  if (!self) throw new Error(`the probes could not be started: ${await exited}; see ${logPath}`)
  const noteEnd = journal.startedProcess({ id: `probes-${self.pid}`, ...self, what: 'the probes' })
  let asked = false
  const ended = exited.then(how => {
    noteEnd()
    return asked ? {} : { crash: `the probes ended in the middle of the run (${how}); see ${logPath}` }
  })
  // It may be gone already: then there is nobody to tell.
  stdin.on('error', () => undefined)
  const stop = async (): Promise<void> => {
    asked = true
    stdin.end()
    const limit = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
    await ended
    clearTimeout(limit)
  }
  try {
    await firstLine(stdout, exited, logPath)
  } catch (error) {
    await stop()
    throw error
  }
  return { pid: self.pid, ended, stop }
}

function firstLine(stdout: Readable, exited: Promise<string>, logPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`the probes were not ready within ${readyLimitMs} ms; see ${logPath}`)), readyLimitMs)
    stdout.once('data', () => {
      clearTimeout(limit)
      resolve()
    })
    void exited.then(how => {
      clearTimeout(limit)
      reject(new Error(`the probes ended before they were ready (${how}); see ${logPath}`))
    })
  })
}
