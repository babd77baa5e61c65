// How a run ends: the gravest outcome is the exit code, a folder is never written over, and a cluster has one run at a time.
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { gravest } from '../../harness/cli/exit.ts'
import { makeRunFolder } from '../../harness/cli/run/folder.ts'
import { holdCluster } from '../../harness/cli/run/lock.ts'
import { judgeRun, type ScenarioResult, type ScenarioVerdict } from '../../harness/cli/run/result.ts'
import { MemoryCluster, memoryTarget } from '../memory-cluster.ts'

test.each<[ScenarioVerdict[], boolean, string, number]>([
  [['pass', 'pass'], false, 'pass', 0],
  [['pass', 'fail'], false, 'fail', 1],
  [['fail', 'inconclusive'], false, 'fail', 1],
  [['pass', 'inconclusive'], false, 'inconclusive', 4],
  [['pass', 'unfit'], false, 'unfit', 3],
  [['fail', 'interrupted'], false, 'interrupted', 130],
  [['interrupted', 'unhealed', 'fail'], false, 'unhealed', 5],
  [['pass', 'skipped'], false, 'pass', 0],
  [['pass', 'skipped'], true, 'inconclusive', 4],
  [['skipped', 'skipped'], false, 'inconclusive', 4],
])('%j, asked for by name: %s → %s, exit %i', (verdicts, byName, verdict, exitCode) => {
  const results = verdicts.map((verdict, n): ScenarioResult => ({ id: `ssm/${n}`, title: '', verdict, covers: [], why: '', failures: [], clusterInDoubt: false }))
  expect(judgeRun(results, byName)).toEqual({ verdict, exitCode })
})

test('what ends a run is no test: where nothing else ran, nothing was shown', () => {
  const result = (verdict: ScenarioVerdict, more: Partial<ScenarioResult> = {}): ScenarioResult => ({ id: 'ssm/x', title: '', verdict, covers: [], why: '', failures: [], clusterInDoubt: false, ...more })
  expect(judgeRun([result('skipped'), result('pass', { onlyWith: '--hand-back' })], false)).toEqual({ verdict: 'inconclusive', exitCode: 4 })
  expect(judgeRun([result('pass'), result('unfit', { onlyWith: '--hand-back' })], false)).toEqual({ verdict: 'unfit', exitCode: 3 })
})

test('of several exit codes the gravest: 5, 130, 1, 4, then the others', () => {
  expect(gravest([0, 4, 1])).toBe(1)
  expect(gravest([1, 130, 5])).toBe(5)
  expect(gravest([])).toBe(0)
})

test('a run has a folder of its own, in the same second too, and `latest` leads to it', () => {
  const here = folder()
  vi.spyOn(process, 'cwd').mockReturnValue(here)
  onTestFinished(() => { vi.restoreAllMocks() })
  const at = new Date('2026-11-20T14:25:08.123Z')
  expect(makeRunFolder({ name: 'ssm', at })).toBe(join(here, 'runs', '20261120T142508Z-ssm'))
  expect(makeRunFolder({ name: 'ssm', at })).toBe(join(here, 'runs', '20261120T142508Z-ssm-2'))
  expect(readlinkSync(join(here, 'runs', 'latest'))).toBe('20261120T142508Z-ssm-2')
})

test('a folder that is not empty is refused, and one that cannot be made', () => {
  const here = folder()
  writeFileSync(join(here, 'notes'), '')
  expect(() => makeRunFolder({ name: 'ssm', out: here })).toThrow(/is not empty; a run never writes over another/)
  expect(() => makeRunFolder({ name: 'ssm', out: join(here, 'notes', 'run') })).toThrow(/cannot be made/)
})

test('a cluster that another run holds is refused with who holds it; one whose holder died is free', async () => {
  vi.stubEnv('XDG_STATE_HOME', folder())
  onTestFinished(() => { vi.unstubAllEnvs() })
  const consoleOnly = { ...memoryTarget, nodes: memoryTarget.nodes.map(({ root: _, ...node }) => node) }
  const hold = (run: string): Promise<AsyncDisposable> => holdCluster({ target: consoleOnly, run, runDir: '/runs/1' }, new MemoryCluster())
  {
    await using _held = await hold('first')
    await expect(hold('second')).rejects.toMatchObject({ code: 3, message: expect.stringMatching(/^the cluster memory is held by another run: first, of .* \(pid \d+\)/) as string })
  }
  await using _again = await hold('third')
})

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'haywire-run-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}
