// What the VIP's probers say of every way in which it can answer or not, each attempt by itself.
import { describe, expect, test } from 'vitest'
import { startClock } from '../../harness/clock.ts'
import type { Sample } from '../../harness/probes/samples.ts'
import { tcp } from '../../harness/probes/tcp.ts'
import { vipHttps } from '../../harness/probes/vip-https.ts'
import { certificate, serve, servePlain, wellBehaved } from './misbehaving-server.ts'

const clock = startClock()

async function look(probe: 'tcp' | 'https', port: number, ca: string | undefined = certificate): Promise<Omit<Sample, 'tookMs'>> {
  const { promise, resolve } = Promise.withResolvers<Sample>()
  const place = { host: '127.0.0.1', port, ca, clock, emit: resolve }
  const attempt = probe === 'tcp' ? tcp({ probe: 'vip-tcp' }, place) : vipHttps(place)
  attempt({ t: 1, slipMs: 0.126 })
  const { tookMs, ...sample } = await promise
  expect(tookMs).toBeTypeOf('number')
  return sample
}

async function deserted(): Promise<number> {
  const server = await servePlain(() => undefined)
  await server[Symbol.asyncDispose]()
  return server.port
}

describe('TCP', () => {
  const common = { t: 1, probe: 'vip-tcp', from: 'harness', slipMs: 0.13 }

  test('somebody listens', async () => {
    await using server = await servePlain(() => undefined)
    expect(await look('tcp', server.port)).toEqual({ ...common, value: { connected: true } })
  })

  test('nobody listens', async () => {
    expect(await look('tcp', await deserted())).toEqual({ ...common, error: 'refused' })
  })
})

describe('HTTPS', () => {
  const common = { t: 1, probe: 'vip-https', from: 'harness', slipMs: 0.13 }

  test('the application answers, and says on which server', async () => {
    await using server = await serve(wellBehaved)
    expect(await look('https', server.port)).toEqual({ ...common, value: { status: 200, server: 'primary-node' } })
  })

  test('it answers that its database does not', async () => {
    await using server = await serve((_request, response) => { response.writeHead(503).end() })
    expect(await look('https', server.port)).toEqual({ ...common, value: { status: 503, server: null } })
  })

  test('nobody listens', async () => {
    expect(await look('https', await deserted())).toEqual({ ...common, error: 'refused' })
  })

  test('it hangs up', async () => {
    await using server = await servePlain(socket => socket.resetAndDestroy())
    expect(await look('https', server.port)).toEqual({ ...common, error: 'reset' })
  })

  test('it accepts and is silent for a second', async () => {
    await using server = await servePlain(() => undefined)
    expect(await look('https', server.port)).toEqual({ ...common, error: 'timeout' })
  })

  test('it cannot prove who it is', async () => {
    await using server = await serve(wellBehaved)
    expect(await look('https', server.port, '')).toEqual({ ...common, error: 'certificate DEPTH_ZERO_SELF_SIGNED_CERT' })
  })
})

test('a silent VIP holds up nobody: the attempts behind it are told before it is', async () => {
  await using silent = await servePlain(() => undefined)
  await using answering = await serve(wellBehaved)
  const told: Sample[] = []
  const both = Promise.withResolvers<void>()
  const emit = (sample: Sample): void => { if (told.push(sample) === 2) both.resolve() }
  vipHttps({ host: '127.0.0.1', port: silent.port, ca: certificate, clock, emit })({ t: 1, slipMs: 0 })
  vipHttps({ host: '127.0.0.1', port: answering.port, ca: certificate, clock, emit })({ t: 2, slipMs: 0 })
  await both.promise
  expect(told.map(({ t, error }) => ({ t, error }))).toEqual([{ t: 2, error: undefined }, { t: 1, error: 'timeout' }])
})
