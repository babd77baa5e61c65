// Which runs may have left something behind: one small file per run in the user's state directory, gone when the run ended cleanly.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessIdentity } from './process-identity.ts'
import { stateDir } from './state.ts'

export interface RegisteredRun {
  run: string
  /** of the target, so that `haywire heal TARGET` finds it */
  target: string
  contextPath: string
  journalPath: string
  /** the process that owns the faults */
  harness: ProcessIdentity
  guardian?: ProcessIdentity
}

export function registerRun(entry: RegisteredRun): void {
  mkdirSync(directory(), { recursive: true })
  // Renamed into place, so that nobody reads half of it.
  const temporary = join(directory(), `.${process.pid}.tmp`)
  writeFileSync(temporary, `${JSON.stringify(entry, null, 2)}\n`)
  renameSync(temporary, pathOf(entry))
}

export function unregisterRun(entry: Pick<RegisteredRun, 'run' | 'contextPath'>): void {
  rmSync(pathOf(entry), { force: true })
}

export function registeredRuns(): RegisteredRun[] {
  return files().map(name => JSON.parse(readFileSync(join(directory(), name), 'utf8')) as RegisteredRun)
}

function files(): string[] {
  try {
    return readdirSync(directory()).filter(name => name.endsWith('.json')).sort()
  } catch {
    return []
  }
}

function directory(): string {
  return join(stateDir(), 'runs')
}

/** Two run folders may have the same name in different places. */
function pathOf({ run, contextPath }: Pick<RegisteredRun, 'run' | 'contextPath'>): string {
  return join(directory(), `${run}-${Buffer.from(contextPath).toString('base64url').slice(-24)}.json`)
}
