import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { candidates, socketOf, unfitReason, type EngineInfo } from '../../harness/engine/find.ts'

/** A home folder whose docker configuration names a context. */
function home(context: string, host: string | undefined): (path: string) => string | undefined {
  const files: Record<string, string> = { '/home/me/.docker/config.json': JSON.stringify({ currentContext: context }) }
  if (host !== undefined) files[`/home/me/.docker/contexts/meta/${createHash('sha256').update(context).digest('hex')}/meta.json`] = JSON.stringify({ Endpoints: { docker: { Host: host } } })
  return path => files[path]
}

describe('the engine that is asked', () => {
  test('is the one of DOCKER_HOST and no other, when that is set', () => {
    expect(candidates({ environment: { DOCKER_HOST: 'tcp://build:2375', HOME: '/home/me' }, readFile: home('desktop-linux', 'unix:///d.sock') })).toEqual([{ host: 'tcp://build:2375', from: 'DOCKER_HOST', chosen: true }])
  })

  test('is the one of the current docker context, when there is one', () => {
    expect(candidates({ environment: { HOME: '/home/me' }, readFile: home('desktop-linux', 'unix:///home/me/.docker/desktop/docker.sock') })).toEqual([{ host: 'unix:///home/me/.docker/desktop/docker.sock', from: 'the docker context desktop-linux', chosen: true }])
  })

  test('is not silently another one when the context cannot be found', () => {
    expect(candidates({ environment: { HOME: '/home/me' }, readFile: home('gone', undefined) })).toEqual([{ host: '', from: 'the docker context gone', chosen: true }])
  })

  test.each([
    ['nothing is configured', () => undefined],
    ['the context is the default one', home('default', undefined)],
    ['the configuration is not JSON', () => '{'],
  ])('is the one at a usual socket when %s', (_, readFile) => {
    expect(candidates({ environment: { HOME: '/home/me' }, readFile }).map(({ host, chosen }) => ({ host, chosen }))).toEqual([
      { host: 'unix:///var/run/docker.sock', chosen: false },
      { host: 'unix:///run/docker.sock', chosen: false },
    ])
  })

  test('has a unix socket', () => {
    expect(['unix:///var/run/docker.sock', 'unix://relative', 'tcp://127.0.0.1:2375', 'ssh://root@lab', 'npipe:////./pipe/docker_engine', ''].map(socketOf)).toEqual(['/var/run/docker.sock', undefined, undefined, undefined, undefined, undefined])
  })
})

describe('an engine can carry a twin', () => {
  const here: EngineInfo = { operatingSystem: 'Debian GNU/Linux 12 (bookworm)', osType: 'linux', kernel: '6.1.0-30-amd64', rootless: false }
  const host = { kernel: '6.1.0-30-amd64' }

  test('when it runs Linux containers under this kernel', () => {
    expect(unfitReason(here, host)).toBeUndefined()
  })

  test.each([
    ['Docker Desktop', { operatingSystem: 'Docker Desktop' }, 'it is Docker Desktop, which keeps its containers in a virtual machine of its own: this host cannot reach their addresses'],
    ['Windows containers', { osType: 'windows' }, 'it runs windows containers, not Linux ones'],
    ['another machine', { kernel: '6.6.87-virt' }, 'its containers run under another kernel (6.6.87-virt) than this host (6.1.0-30-amd64): it is another machine, or a virtual one'],
    ['a rootless engine', { rootless: true }, 'it is rootless: this host cannot reach the addresses of its containers'],
  ])('not when it is %s', (_, differs, reason) => {
    expect(unfitReason({ ...here, ...differs }, host)).toBe(reason)
  })
})
