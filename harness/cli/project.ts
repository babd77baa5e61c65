// Where the project and its run folders are, and which version it is.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const projectRoot = resolve(import.meta.dirname, '../..')

/** Run folders are made where the user stands, so that they find them. */
export function runsDir(): string {
  return join(process.cwd(), 'runs')
}

/** As package.json has it. */
export function haywireVersion(): string {
  return (JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }).version
}
