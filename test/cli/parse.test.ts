// haywire parse: JSON on stdout, or nothing there and one line on stderr.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, '../../harness/cli/main.ts')

function haywire(args: string[], input: string | Buffer = ''): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'parse', ...args], { input, encoding: 'utf8' })
  return { code: status, stdout, stderr }
}

test('what is understood is printed as JSON', () => {
  const { code, stdout, stderr } = haywire(['ssm', 'ha_status'], recorded('stopped-8-202105'))
  expect({ code, stderr, json: JSON.parse(stdout) }).toEqual({
    code: 0,
    stderr: '',
    json: { cluster: 'stopped', pcsd: {}, daemons: {}, failedActions: [], replication: { role: 'down', peer: null, toStandby: [], replayLocation: null } },
  })
  expect(haywire(['ssm', 'ha_cluster_stop'], recorded('document-stop'))).toEqual({ code: 0, stdout: '{\n  "stopped": [\n    "pacemaker",\n    "corosync"\n  ]\n}\n', stderr: '' })
})

test('what is not understood is not printed', () => {
  const refused = (stderr: string) => ({ code: 1, stdout: '', stderr: `not understood: ${stderr}\n` })
  expect(haywire(['ssm', 'ha_status'], 'Daemon Status:\n  corosync: active/enabled\noh\n')).toEqual(refused('line 3: expected a daemon and its state, not "oh"'))
  expect(haywire(['ssm', 'ha_status'])).toEqual(refused('line 1: the transcript ends before a heading of ha_status'))
  expect(haywire(['ssm', 'ha_status'], Buffer.from('ÄÖ\nPCSD Status:\nprim\xe4r: Online\n', 'latin1'))).toEqual(refused('line 3: "prim\ufffdr: Online" holds what is no text'))
})

test('an unknown system or command is wrong usage, and says what there is', () => {
  const known = '  ssm ha_status\n  ssm ha_cluster_stop\n  ssm ha_cluster_start\n'
  expect(haywire(['sms', 'ha_status'])).toEqual({ code: 2, stdout: '', stderr: `haywire: unknown system "sms"; there are:\n${known}` })
  expect(haywire(['ssm', 'toString'])).toEqual({ code: 2, stdout: '', stderr: `haywire: unknown command "toString" of ssm; there are:\n${known}` })
  expect(haywire(['ssm']).code).toBe(2)
})

function recorded(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, '../systems/ssm/transcripts', `${name}.txt`))
}
