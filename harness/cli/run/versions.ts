// What a run was made with, for its report.
import { release } from 'node:os'
import { haywireVersion } from '../project.ts'

export function versions(): Record<string, string> {
  return { haywire: haywireVersion(), node: process.version, kernel: release() }
}
