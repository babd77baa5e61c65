import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { dropDeadHold } from '../../harness/cli/run/lock.ts'
import { identityOf } from '../../harness/process-identity.ts'

test.each([
  ['a run that was killed goes with its twin', { pid: process.pid, startTime: 'of another process with this number' }, false],
  ['a run that lives stays', { pid: process.pid, startTime: identityOf(process.pid)?.startTime ?? '' }, true],
])('the hold of %s', (_, holder, stays) => {
  const state = mkdtempSync(join(tmpdir(), 'haywire-'))
  onTestFinished(() => { vi.unstubAllEnvs(); rmSync(state, { recursive: true }) })
  vi.stubEnv('XDG_STATE_HOME', state)
  const path = join(state, 'haywire', 'locks', 'ssm-1.json')
  mkdirSync(join(state, 'haywire', 'locks'), { recursive: true })
  writeFileSync(path, JSON.stringify({ run: 'killed', runDir: '/runs/killed', user: 'somebody', since: '2026-11-21T00:00:00Z', ...holder }))
  dropDeadHold('ssm-1')
  expect(existsSync(path)).toBe(stays)
})
