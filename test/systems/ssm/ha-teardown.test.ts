// A teardown is read as strictly as the status: warning, question, and every step in the product's order; one that was declined ends with the question.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseHaTeardown } from '../../../harness/systems/ssm/ha-teardown.ts'

const wants = '/etc/systemd/system/multi-user.target.wants'
const done = { destroyed: true, removed: [`${wants}/pcsd.service`, `${wants}/tunha.service`], created: [`${wants}/satellite.service`] }
const declined = { destroyed: false, removed: [], created: [] }
const document = recorded('document-teardown')

test('of the document and of the twin, on any terminal', () => {
  expect(parseHaTeardown(document)).toEqual(done)
  expect(parseHaTeardown(recorded('twin-teardown'))).toEqual(done)
  expect(parseHaTeardown(document.replaceAll('\n', '\u001b[0m\r\n'))).toEqual(done)
})

test('of the first server, which lists a tunnel that is not yet down', () => {
  const first = document.replace('Removed symlink /etc/systemd/system/multi-user.target.wants/tunha.service.', `  sshtunha.service  loaded activating auto-restart SSH tunnel device forwarding service\nRemoved symlink ${wants}/sshtunha.service.\n$&`)
  expect(parseHaTeardown(first)).toEqual({ ...done, removed: [`${wants}/pcsd.service`, `${wants}/sshtunha.service`, `${wants}/tunha.service`] })
})

test('as systemd words it today', () => {
  const today = document.replaceAll(/Removed symlink (\S+)\./g, 'Removed "$1".').replace(/Created symlink from (\S+) to/, 'Created symlink $1 →')
  expect(parseHaTeardown(today)).toEqual(done)
})

test.each([['no'], ['YES'], ['']])('declined with %j, shown or not', answer => {
  expect(parseHaTeardown(document.replace(/continue: yes[^]*/, `continue: ${answer}\n>> \n`))).toEqual(declined)
  expect(parseHaTeardown(recorded('twin-teardown-declined'))).toEqual(declined)
})

test.each<[string, string, string]>([
  ['nothing', '', 'line 1: the transcript ends before WARNING: You are about to destroy the HA cluster configuration'],
  ['no warning', document.replace(/WARNING[^]*?service node\.\n/, ''), 'line 5: expected WARNING: You are about to destroy the HA cluster configuration, not "Destroy HA cluster and convert to stand-alone? Enter \'yes\' to continue: yes"'],
  ['no question', document.replace(/^Destroy HA.*\n/m, ''), 'line 10: expected the question, not "Adjusting firewall..."'],
  ['another answer taken for yes', document.replace('continue: yes', 'continue: no'), 'line 10: the answer "no" was taken for yes'],
  ['cut off in the middle', document.replace(/Disabling HA[^]*/, ''), 'line 23: the transcript ends before Disabling HA services...'],
  ['the wrong order', document.replace('Stopping Cluster (pacemaker)...\n', ''), 'line 19: expected Stopping Cluster (pacemaker)..., not "Stopping Cluster (corosync)..."'],
  ['an error', document.replace('Stopping Cluster (corosync)...', 'Error: unable to stop corosync: timeout'), 'line 20: expected Stopping Cluster (corosync)..., not "Error: unable to stop corosync: timeout"'],
  ['HA not enabled', 'Last login: Wed Sep  2 11:18:33 UTC 2020\nHA is not enabled.\n', 'line 2: expected WARNING: You are about to destroy the HA cluster configuration, not "HA is not enabled."'],
])('not understood: %s', (_, transcript, message) => {
  expect(() => parseHaTeardown(transcript)).toThrow(`not understood: ${message}`)
})

function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, 'transcripts', `${name}.txt`), 'utf8')
}
