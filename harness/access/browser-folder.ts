// Where a browser keeps its files while it runs: a folder that bears the name of the process that launched it, so that what a killed one left is known, and removed.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityOf, isAlive } from '../process-identity.ts'

/** haywire-browser-PID-STARTTIME-XXXXXX in the temporary folder. */
const named = /^haywire-browser-(\d+)-(\d+)-/

/** A new one, of this process; what others left is removed. */
export function makeBrowserFolder(): string {
  removeAbandonedBrowserFolders()
  const own = identityOf(process.pid)
  return mkdtempSync(join(tmpdir(), `haywire-browser-${process.pid}-${own?.startTime ?? 0}-`))
}

/** Removes those whose process is gone, but no other user's. Returns their paths. */
export function removeAbandonedBrowserFolders(): string[] {
  const abandoned = readdirSync(tmpdir()).filter(name => {
    const [, pid, startTime] = named.exec(name) ?? []
    return pid !== undefined && startTime !== undefined && !isAlive({ pid: Number(pid), startTime })
  }).map(name => join(tmpdir(), name)).filter(isOurs)
  return abandoned.filter(folder => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
      return true
    } catch {
      // A browser outlives its process by the moment that it takes to notice, and writes: the next one removes it.
      return false
    }
  })
}

function isOurs(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.()
}
