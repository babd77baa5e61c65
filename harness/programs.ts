// Where a program of this host is; also those for administrators, which an ordinary PATH leaves out.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export function findProgram(name: string): string | undefined {
  return searchPath().split(delimiter).map(folder => join(folder, name)).find(isProgram)
}

/** The PATH that programs are looked for in, for those that start others. */
export function searchPath(): string {
  return [process.env.PATH ?? '', '/usr/sbin', '/sbin'].filter(part => part !== '').join(delimiter)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
