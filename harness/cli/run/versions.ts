// What a run was made with, for its report.
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../project.ts'

export async function versions(): Promise<Record<string, string>> {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }
  return { haywire: version, node: process.version, kernel: release() }
}
