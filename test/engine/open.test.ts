import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findEngine } from '../../harness/engine/open.ts'

let folder: string
let server: Server | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haywire-test-'))
  vi.stubEnv('XDG_STATE_HOME', folder)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  const open = server
  server = undefined
  if (open) await new Promise(resolve => open.close(resolve))
  rmSync(folder, { recursive: true })
})

/** An engine that says that of itself, at a socket named by DOCKER_HOST. */
async function engineThatSays(info: Record<string, unknown>): Promise<string> {
  const socket = join(folder, 'docker.sock')
  server = createServer((_, response) => response.setHeader('content-type', 'application/json').setHeader('connection', 'close').end(JSON.stringify(info)))
  await new Promise<void>(resolve => server?.listen(socket, resolve))
  vi.stubEnv('DOCKER_HOST', `unix://${socket}`)
  return socket
}

test('an engine on this very host is taken', async () => {
  const socket = await engineThatSays({ OSType: 'linux', KernelVersion: release(), OperatingSystem: 'Debian', SecurityOptions: ['name=seccomp,profile=default'] })
  expect((await findEngine())?.socket).toBe(socket)
})

test('Docker Desktop is refused with a clear word', async () => {
  const socket = await engineThatSays({ OSType: 'linux', KernelVersion: release(), OperatingSystem: 'Docker Desktop' })
  await expect(findEngine()).rejects.toThrow(`the container engine at unix://${socket} (DOCKER_HOST) cannot carry a twin: it is Docker Desktop, which keeps its containers in a virtual machine of its own: this host cannot reach their addresses. Set DOCKER_HOST to the socket of an engine that runs Linux containers on this very host`)
})

test.each(['tcp://127.0.0.1:1', 'ssh://root@elsewhere'])('%s is refused without being asked', async host => {
  vi.stubEnv('DOCKER_HOST', host)
  await expect(findEngine()).rejects.toThrow(`DOCKER_HOST names ${host}, which is not a container engine on this very host: a twin's addresses could not be reached. Set DOCKER_HOST to a local socket, such as unix:///var/run/docker.sock`)
})

test('a socket that was named and does not answer is not replaced by another', async () => {
  vi.stubEnv('DOCKER_HOST', `unix://${folder}/nobody.sock`)
  await expect(findEngine()).rejects.toThrow(`DOCKER_HOST names unix://${folder}/nobody.sock, but no container engine answers there: start it, or take the name away to let another be found`)
})
