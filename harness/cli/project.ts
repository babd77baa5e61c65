// Where the project and its run folders are.
import { join, resolve } from 'node:path'

export const projectRoot = resolve(import.meta.dirname, '../..')

/** Run folders are made where the user stands, so that they find them. */
export function runsDir(): string {
  return join(process.cwd(), 'runs')
}
