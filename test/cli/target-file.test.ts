// A target file that is wrong is refused with the line and what was expected there; nothing is guessed.
import { rmSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ExitError } from '../../harness/cli/exit.ts'
import { readTargetFile, targetFileText } from '../../harness/cli/target-file.ts'

const good = `name: lab-7
system: ssm
nodes:
  - name: primary-node
    addresses: { public: 10.10.10.5, heartbeat: 192.168.1.4 }
    ssh: { host: 10.10.10.5, user: admin, hostKey: ssh-ed25519 AAAA, password: env:SSM_PASSWORD }
    console: { entry: onprem-console }
  - name: secondary-node
    addresses: { public: 10.10.10.10, heartbeat: 192.168.1.5 }
    ssh: { host: 10.10.10.10, port: 2222, user: admin, hostKey: ssh-ed25519 BBBB, privateKey: file:/etc/key }
vip: 10.10.10.12
gui: { url: https://10.10.10.12, username: admin, password: env:GUI_PASSWORD }
`

test('what is left out has its usual value: no root shell, no power, no workload, a real cluster', () => {
  const target = read(good)
  expect(target).toMatchObject({ name: 'lab-7', twin: false, bounds: {}, capabilities: { nft: false, iptables: false, recorder: false, sql: false } })
  expect(target.nodes.map(({ ssh, console }) => [ssh.port, console])).toEqual([[22, { entry: 'onprem-console', prompt: '>>' }], [2222, { prompt: '>>' }]])
  expect(target).not.toHaveProperty('workload')
  expect(target).not.toHaveProperty('power')
})

test('a freezer and a firewall of the user’s are read, and written again', () => {
  const target = read(`${good}power: { driver: commands, status: a, on: b, off: c, freezer: { status: virsh domstate, freeze: virsh suspend, thaw: virsh resume } }\ncapabilities: { nft: false, iptables: true, recorder: false, sql: false }\n`)
  expect(target.power).toEqual({ driver: 'commands', status: 'a', on: 'b', off: 'c', freezer: { status: 'virsh domstate', freeze: 'virsh suspend', thaw: 'virsh resume' } })
  expect(target.capabilities.iptables).toBe(true)
  expect(read(targetFileText(target))).toEqual(target)
})

test('a disk that may be filled has an owner and a bound, said or not', () => {
  expect(read(`${good}databaseDisk: { path: /var/lib/pgsql }\n`).databaseDisk).toEqual({ path: '/var/lib/pgsql', user: 'root', largestGiB: 16 })
  expect(() => read(`${good}databaseDisk: { path: "/data; rm -rf /" }\n`)).toThrow(/databaseDisk\.path: must be an absolute path/)
})

test('the database’s log may lie elsewhere', () => {
  expect(read(`${good}databaseLog: /var/lib/pgsql/log/postgresql.log\n`).databaseLog).toBe('/var/lib/pgsql/log/postgresql.log')
  expect(() => read(`${good}databaseLog: log/postgresql.log\n`)).toThrow(/databaseLog: must be an absolute path/)
})

test('clocks of services are read, and written again; each has three commands', () => {
  const clock = { set: 'a', unset: 'b', show: 'c' }
  const text = `${good}clocks: { ssm-web: { set: a, unset: b, show: c }, ssm-guard: { set: a, unset: b, show: c } }\n`
  expect(read(text).clocks).toEqual({ 'ssm-web': clock, 'ssm-guard': clock })
  expect(read(targetFileText(read(text)))).toEqual(read(text))
  expect(() => read(text.replace(', show: c }, ssm-guard', ' }, ssm-guard'))).toThrow(/clocks\.ssm-web\.show/)
})

test('what is written for a twin is read again as the same', () => {
  const target = { ...read(good), bounds: { outageMs: 20_000 }, workload: { prefix: 'hw', perSecond: 5, cleanUp: 'keep' as const } }
  expect(read(targetFileText(target))).toEqual(target)
})

test.each([
  ['a misspelt key', 'vip:', 'vips:', /the file: .*vips/],
  ['a missing field', 'vip: 10.10.10.12\n', '', /vip: must be an IP address/],
  ['a wrong type', '10.10.10.12\ngui', 'twelve\ngui', /line 11: vip: must be an IP address/],
  ['a secret in the file', 'env:GUI_PASSWORD', 'sesame', /line 12: gui\.password: must refer to a secret as env:NAME or file:\/path/],
  ['no way to log in', ', password: env:SSM_PASSWORD', '', /line 6: nodes\.0\.ssh: needs a privateKey or a password/],
  ['a port that is none', '2222', '99999', /line 10: nodes\.1\.ssh\.port/],
  ['a host key that is none', 'ssh-ed25519 BBBB', 'unknown', /line 10: nodes\.1\.ssh\.hostKey: must be a host key as in known_hosts/],
  ['the same name twice', 'secondary-node', 'primary-node', /line 4: nodes: two nodes have the same name/],
  ['the same address twice', 'public: 10.10.10.10', 'public: 10.10.10.5', /line 4: nodes: two networks or nodes have the same address/],
  ['a bound without its unit', 'vip:', 'bounds: { outage: 3 }\nvip:', /bounds\.outage.*/],
  ['another system', 'system: ssm', 'system: sms', /line 2: system/],
  ['no YAML', 'nodes:', 'nodes: [', /is not YAML: .* at line \d+/],
])('%s', (_, part, instead, message) => {
  expect(() => read(good.replace(part, instead))).toThrow(message)
  try {
    read(good.replace(part, instead))
  } catch (error) {
    expect(error).toMatchObject({ name: 'ExitError', code: 2 })
  }
})

test('a file that is not there: the twins are named', () => {
  expect(() => readTargetFile('/nowhere/lab.yaml')).toThrow(/no target is called \/nowhere\/lab\.yaml.*twins: ssm-twin/)
  expect(() => readTargetFile('/proc')).toThrow(ExitError)
})

function read(text: string): ReturnType<typeof readTargetFile> {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-target-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'lab.yaml')
  writeFileSync(path, text)
  return readTargetFile(path)
}
