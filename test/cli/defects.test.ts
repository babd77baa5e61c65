// Every planted defect still finds what it changes: the twin it was written for may have changed under it. What it breaks is for `haywire detect` to see.
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { plantedDefects } from '../../harness/cli/defect.ts'
import { projectRoot } from '../../harness/cli/project.ts'

const twin = join(projectRoot, 'containers/ssm')
/** What a node has beside the files of its image by the time a defect is planted, and from which of those it is made. */
const made = { 'etc/ssm/postgresql/postgresql.conf': 'usr/lib/ssm/postgresql.conf', 'var/lib/pacemaker/cib/cib.xml': 'usr/lib/ssm/cib.xml', 'etc/corosync/corosync.conf': 'usr/lib/ssm/boot' }
/** Files of Debian's packages, and of the kernel, that defects change. */
const debian = ['usr/lib/ocf/resource.d/heartbeat/IPaddr2', 'usr/lib/heartbeat/send_arp', 'proc/sys/net/ipv4/conf/all/arp_ignore', 'etc/ssm/postgresql/pg_hba.conf']
const conf = 'PEER_PUBLIC_IP=10.1.0.10\nPEER_HEARTBEAT_IP=10.2.0.5\nVIP=10.1.0.12\nGATEWAY=10.1.0.1\n'
/** The only commands that a script finds here: those that read and write files, and in place of those that act on what runs, nothing. */
const tools = ['awk', 'cat', 'chmod', 'cp', 'grep', 'head', 'ln', 'ls', 'mkdir', 'mv', 'python3', 'rm', 'sed', 'tail', 'touch', 'tr']
const idle = ['chown', 'mount', 'systemctl']

/** With the paths of a machine's folders under that root, also where their slashes are escaped. */
function elsewhere(root: string, text: string): string {
  return text
    .replaceAll(/(?<![\w.\\])\/(?=(?:etc|home|opt|proc|root|run|sys|usr|var)\/)/g, `${root}/`)
    .replaceAll(/(?<![\w.])\\\/(?=(?:etc|home|opt|proc|root|run|sys|usr|var)\\\/)/g, `${root.replaceAll('/', String.raw`\/`)}\\/`)
}

/** Itself: the one on the PATH may be a script that looks for it. */
function python(): string {
  return execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
}

/** One that speaks to the running database finds out there. */
const inFiles = plantedDefects('ssm').filter(({ dir }) => !readFileSync(join(dir, 'apply.sh'), 'utf8').includes('local_sql '))

test.each(inFiles.map(({ name, dir }) => [name, dir]))('%s', (_, dir) => {
  const root = mkdtempSync(join(tmpdir(), 'haywire-defect-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const part of ['node', 'around']) cpSync(join(twin, part), root, { recursive: true })
  // What a script looks for may be a path as well.
  for (const path of globSync('**/*', { cwd: root, withFileTypes: true }).filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))) writeFileSync(path, elsewhere(root, readFileSync(path, 'utf8')))
  for (const [path, from] of Object.entries(made)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    cpSync(join(root, from), join(root, path))
  }
  for (const path of debian) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '#!/bin/sh\n# a second line\n')
  }
  writeFileSync(join(root, 'etc/ssm/cluster.conf'), conf)
  const bin = join(root, 'only-these')
  mkdirSync(bin)
  for (const tool of tools) symlinkSync(tool === 'python3' ? python() : execFileSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim(), join(bin, tool))
  for (const command of idle) writeFileSync(join(bin, command), '#!/bin/sh\n', { mode: 0o755 })
  const script = elsewhere(root, readFileSync(join(dir, 'apply.sh'), 'utf8'))
  expect(() => execFileSync('/bin/sh', [], { input: script, encoding: 'utf8', env: { PATH: bin }, stdio: ['pipe', 'pipe', 'pipe'] })).not.toThrow()
})
