// This host in place of a node: each command in a shell of its own.
import { execFile } from 'node:child_process'
import type { Shell } from '../harness/access.ts'

export const localShell: Shell = {
  run: (command, { signal, timeoutMs } = {}) => new Promise(resolve => {
    const started = performance.now()
    execFile('sh', ['-c', command], { signal, timeout: timeoutMs }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr, tookMs: performance.now() - started })
    })
  }),
  stream: () => Promise.reject(new Error('no streams')),
}
