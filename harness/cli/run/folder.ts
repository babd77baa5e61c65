// A run's folder: made new and empty, never written over.
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ExitError, exitCodes } from '../exit.ts'
import { runsDir } from '../project.ts'

/** `runs/<UTC, 20261120T142508Z>-<name>/`, or the folder asked for. Throws ExitError 2 when that one is not empty. */
export function makeRunFolder({ name, out, at = new Date() }: { name: string; out?: string; at?: Date }): string {
  const dir = out === undefined ? unused(join(runsDir(), `${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${name}`)) : resolve(out)
  if (out !== undefined) requireEmpty(out)
  try {
    mkdirSync(join(dir, 'evidence'), { recursive: true })
  } catch (cause) {
    throw new ExitError(exitCodes.usage, `the run's folder ${dir} cannot be made: ${(cause as Error).message}`, { cause })
  }
  if (out === undefined) linkLatest(dir)
  return dir
}

/** Throws ExitError 2 when there is something in it: to be asked before a cluster is touched or made. */
export function requireEmpty(out: string): void {
  if (existsSync(out) && readdirSync(out).length > 0) throw new ExitError(exitCodes.usage, `--out ${out} is not empty; a run never writes over another. Name a new folder, or empty that one.`)
}

/** Two runs in the same second do not share a folder. */
function unused(dir: string, n = 1): string {
  const candidate = n === 1 ? dir : `${dir}-${n}`
  return existsSync(candidate) ? unused(dir, n + 1) : candidate
}

function linkLatest(dir: string): void {
  const link = join(dirname(dir), 'latest')
  rmSync(link, { force: true })
  symlinkSync(basename(dir), link)
}
