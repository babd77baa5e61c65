// What an engine that miscounts keeps is told, with what mends it; everything else is gone then, and nothing that is not ours is touched.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Engine } from '../../harness/engine/engine.ts'
import { removeFrom } from '../../harness/engine/open.ts'

let folder: string
let server: Server | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haywire-test-'))
})

afterEach(async () => {
  await new Promise(resolve => server?.close(resolve))
  rmSync(folder, { recursive: true })
})

/** An engine with two containers and two networks of ours; the answer to a network's removal is given, and who is on it. */
async function engine(removal: (network: string) => { status: number; message: string }, users: Record<string, { Name: string }> = {}): Promise<{ engine: Engine; deleted: string[] }> {
  const deleted: string[] = []
  server = createServer(({ method, url = '' }, response) => {
    const [, kind, name = ''] = /^\/(containers|networks)\/?([^?/]*)/.exec(url) ?? []
    const listed = [{ Id: `${kind}-1`, Names: ['/lab-a'], Name: 'lab-public' }, { Id: `${kind}-2`, Names: ['/lab-b'], Name: 'lab-heartbeat' }]
    if (method === 'DELETE') deleted.push(name)
    const { status, message } = method === 'DELETE' && kind === 'networks' ? removal(name) : { status: 200, message: '' }
    response.writeHead(method === 'DELETE' && status === 200 ? 204 : status, { 'content-type': 'application/json', connection: 'close' }).end(method === 'DELETE' ? (status === 200 ? '' : JSON.stringify({ message })) : JSON.stringify(name.startsWith('networks') ? { Containers: users } : listed))
  })
  const socket = join(folder, 'docker.sock')
  await new Promise<void>(resolve => server?.listen(socket, resolve))
  return { engine: new Engine(socket), deleted }
}

test('containers, then networks', async () => {
  const { engine: healthy, deleted } = await engine(() => ({ status: 200, message: '' }))
  expect(await healthy.remove({ lab: 'a' })).toEqual({ removed: ['lab-a', 'lab-b', 'lab-public', 'lab-heartbeat'], kept: [] })
  expect(deleted).toEqual(['containers-1', 'containers-2', 'networks-1', 'networks-2'])
})

test('a network that is kept for containers that are gone keeps nothing else from being removed', async () => {
  const { engine: miscounting, deleted } = await engine(network => (network === 'networks-1' ? { status: 403, message: 'error while removing network: network lab-public id networks-1 has active endpoints' } : { status: 200, message: '' }))
  expect(await miscounting.remove({})).toEqual({ removed: ['lab-a', 'lab-b', 'lab-heartbeat'], kept: ['lab-public'] })
  expect(deleted).toEqual(['containers-1', 'containers-2', 'networks-1', 'networks-2'])
})

test('what an engine of somebody else keeps is said, with what mends it', async () => {
  const { engine: miscounting } = await engine(() => ({ status: 403, message: 'network has active endpoints' }))
  const said: string[] = []
  expect(await removeFrom(miscounting, {}, { asked: true, say: line => void said.push(line) })).toEqual(['lab-a', 'lab-b'])
  expect(said).toEqual([`the container engine at ${folder}/docker.sock does not remove lab-public and lab-heartbeat: it counts containers there that are gone (moby/moby#42119). Start it anew when no twin is up, then: haywire heal (haywire lab down NAME for a lab that was kept)`])
})

test('a network that somebody else uses is theirs to free', async () => {
  const { engine: used } = await engine(() => ({ status: 403, message: 'error while removing network: network lab-public id networks-1 has active endpoints' }), { abc: { Name: 'somebody' } })
  await expect(used.remove({})).rejects.toThrow('the network lab-public is in use by somebody, which Haywire has not started: remove that first')
})

test('any other refusal is the engine\'s own word', async () => {
  const { engine: refusing } = await engine(() => ({ status: 500, message: 'the disk is full' }))
  await expect(refusing.remove({})).rejects.toThrow('the disk is full')
})
