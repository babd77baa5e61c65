// What goes wrong in Haywire itself is told as that: exit code 1 is for clusters.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, '../../harness/cli/main.ts')
const run = (before: string) => spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(before)}`, main, 'list'], { encoding: 'utf8' })

test.each([
  ['thrown by a command', 'process.stdout.write = () => { throw new Error("oops") }'],
  ['thrown where nobody waits for it', 'process.stdout.write = () => { Promise.reject(new Error("oops")); return true }'],
])('an error %s ends with 4 and its stack', (_, before) => {
  const { status, stderr } = run(before)
  expect(stderr).toMatch(/^haywire: an error of its own, which says nothing of the cluster; `haywire heal` undoes what is open\. Please report it:\nError: oops\n {4}at /)
  expect(status).toBe(4)
})
