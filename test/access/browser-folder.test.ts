// What a killed browser leaves is known by the process that launched it, and nothing else is touched.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeBrowserFolder, removeAbandonedBrowserFolders } from '../../harness/access/browser-folder.ts'

let temporary: string
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'haywire-test-'))
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temporary, { recursive: true })
})

test('the folder of a process that is gone is removed, with all that is in it', async () => {
  const program = `import { makeBrowserFolder } from '${new URL('../../harness/access/browser-folder.ts', import.meta.url).pathname}'\nprocess.stdout.write(makeBrowserFolder())\nsetInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(owner.stdout, 'data') as [Buffer]
  const folder = String(said)
  writeFileSync(join(folder, 'Preferences'), '{}')
  expect(removeAbandonedBrowserFolders()).toEqual([])

  owner.kill('SIGKILL')
  await once(owner, 'exit')
  expect(removeAbandonedBrowserFolders()).toEqual([folder])
  expect(existsSync(folder)).toBe(false)
})

test('what is in use stays, and what only looks alike', () => {
  const own = makeBrowserFolder()
  expect(dirname(own)).toBe(temporary)
  const [, , pid] = basename(own).split('-')
  expect(pid).toBe(String(process.pid))
  const alike = join(temporary, 'haywire-browser-mine')
  mkdirSync(alike)
  expect(removeAbandonedBrowserFolders()).toEqual([])
  expect([existsSync(own), existsSync(alike)]).toEqual([true, true])
})

test('a number that another process has now is not its owner', () => {
  const before = join(temporary, `haywire-browser-${process.pid}-1-abcdef`)
  mkdirSync(before)
  expect(removeAbandonedBrowserFolders()).toEqual([before])
})
