// haywire parse: JSON on stdout, or nothing there and one line on stderr.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ExitError, exitCodes } from '../../harness/cli/exit.ts'
import { parserOf } from '../../harness/cli/parse.ts'

const main = join(import.meta.dirname, '../../harness/cli/main.ts')
const stopped = readFileSync(join(import.meta.dirname, '../systems/ssm/transcripts/stopped-8-202105.txt'))

// Each is a process of its own, which loads the whole command: a second or two on a busy machine.
test('what is understood is printed as JSON, what is not is not printed', { timeout: 60_000 }, () => {
  const understood = haywire(stopped)
  expect({ ...understood, stdout: JSON.parse(understood.stdout) }).toEqual({
    code: 0,
    stdout: { cluster: 'stopped', pcsd: {}, daemons: {}, failedActions: [], replication: { role: 'down', peer: null, toStandby: [], replayLocation: null } },
    stderr: '',
  })
  const latin1 = Buffer.concat([Buffer.from('\xc4\xd6\n', 'latin1'), stopped, Buffer.from('\xe4\n', 'latin1')])
  expect(haywire(latin1)).toEqual({ code: 1, stdout: '', stderr: 'not understood: line 11: "\ufffd" holds what is no text\n' })
  expect(haywire(Buffer.of())).toEqual({ code: 1, stdout: '', stderr: 'not understood: line 1: the transcript ends before a heading of ha_status\n' })
})

test('an unknown system or command is wrong usage, and says what there is', () => {
  const known = '  ssm ha_status\n  ssm ha_cluster_stop\n  ssm ha_cluster_start\n  ssm ha_teardown'
  expect(() => parserOf('sms', 'ha_status')).toThrow(new ExitError(exitCodes.usage, `unknown system "sms"; there are:\n${known}`))
  expect(() => parserOf('constructor', 'ha_status')).toThrow(new ExitError(exitCodes.usage, `unknown system "constructor"; there are:\n${known}`))
  expect(() => parserOf('ssm', 'toString')).toThrow(new ExitError(exitCodes.usage, `unknown command "toString" of ssm; there are:\n${known}`))
})

function haywire(input: Buffer): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'parse', 'ssm', 'ha_status'], { input, encoding: 'utf8' })
  return { code: status, stdout, stderr }
}
