// The workload may call an account refused only where it provably was not created, and acknowledged only on the product's own word.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import type { Access } from '../harness/access.ts'
import { startClock } from '../harness/clock.ts'
import { HistoryWriter, readHistory, type OpEvent } from '../harness/history.ts'
import { Journal } from '../harness/journal.ts'
import { accountsOnPage, SsmAccounts } from '../harness/systems/ssm/accounts.ts'
import type { Target } from '../harness/target.ts'
import { Workload, type CreateAnswer, type Maker } from '../harness/workload.ts'
import { certificate, onCreate, serve, servePlain, wellBehaved, type Behaviour } from './probes/misbehaving-server.ts'

process.env.HAYWIRE_TEST_PASSWORD = 'of no use elsewhere'
process.env.HAYWIRE_TEST_CA = certificate

function targetAt(port: number, { ca }: Pick<Target['gui'], 'ca'> = { ca: 'env:HAYWIRE_TEST_CA' }): Target {
  return {
    name: 'local', system: 'ssm', twin: true, vip: '127.0.0.1', nodes: [], bounds: {},
    gui: { url: `https://127.0.0.1:${port}`, username: 'admin', password: 'env:HAYWIRE_TEST_PASSWORD', ca },
    capabilities: { nft: false, iptables: false, recorder: false, sql: false },
    workload: { prefix: 'hw', perSecond: 100, cleanUp: 'keep' },
  }
}

const status = (code: number, headers: Record<string, string> = {}): Behaviour => (_request, response) => { response.writeHead(code, headers).end() }

describe('what an answer to the form says of the account', () => {
  const table: [string, Behaviour, CreateAnswer][] = [
    ['303 to the list', status(303, { location: '/accounts', 'x-ssm-server': 'secondary-node' }), { phase: 'ok', node: 'secondary-node' }],
    ['303 to anywhere else', status(303, { location: '/login' }), { phase: 'info', error: 'http 303' }],
    ['200', status(200), { phase: 'info', error: 'http 200' }],
    ['400, a form that is not understood', status(400), { phase: 'fail', error: 'http 400' }],
    ['401, a session that has ended', status(401), { phase: 'fail', error: 'http 401' }],
    ['403, a token that is not the session\'s', status(403), { phase: 'fail', error: 'http 403' }],
    ['409, a name that is taken', status(409), { phase: 'fail', error: 'http 409' }],
    ['500', status(500), { phase: 'info', error: 'http 500' }],
    ['502, a proxy that lost its server', status(502), { phase: 'info', error: 'http 502' }],
    ['503, whatever its page says', status(503), { phase: 'info', error: 'http 503' }],
    ['a reset', (_request, _response, wire) => { wire.resetAndDestroy() }, { phase: 'info', error: 'reset' }],
    ['a goodbye', request => { request.socket.end() }, { phase: 'info', error: 'reset' }],
    ['half a head', request => { request.socket.end('HTTP/1.1 303 See Oth') }, { phase: 'info', error: 'reset' }],
    ['half a body', (request, response) => { response.writeHead(303, { location: '/accounts', 'content-length': 100 }).write('half'); request.socket.destroySoon() }, { phase: 'info', error: 'reset' }],
  ]
  test.each(table)('%s', async (_what, behaviour, answer) => {
    await using server = await serve(onCreate(behaviour))
    expect(await new SsmAccounts(targetAt(server.port)).create('hw-1')).toEqual(answer)
    // However it ends: one form, never a second one.
    expect(server.forms.filter(form => form.includes('hw-1'))).toEqual(['csrf=token-1&name=hw-1&smart_account=&virtual_account='])
  })
})

describe('what never reached the product cannot have created anything', () => {
  /** Logged in while all was well; then, at the same port, there is only what `instead` makes of it. */
  async function createAfter(instead: (port: number) => Promise<AsyncDisposable | void>): Promise<CreateAnswer> {
    const server = await serve(wellBehaved)
    const accounts = new SsmAccounts(targetAt(server.port))
    await accounts.logIn(AbortSignal.timeout(5000))
    await server[Symbol.asyncDispose]()
    const replaced = await instead(server.port)
    const answer = await accounts.create('hw-1')
    await replaced?.[Symbol.asyncDispose]()
    return answer
  }

  test('nobody listens', async () => {
    expect(await createAfter(async () => undefined)).toEqual({ phase: 'fail', error: 'refused' })
  })

  test('a reset before TLS', async () => {
    expect(await createAfter(port => servePlain(socket => socket.resetAndDestroy(), port))).toEqual({ phase: 'fail', error: 'reset' })
  })

  test('somebody who does not speak TLS', async () => {
    expect(await createAfter(port => servePlain(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), port))).toEqual({ phase: 'fail', error: 'ERR_SSL_WRONG_VERSION_NUMBER' })
  })

  test('a server whose certificate nobody vouches for', async () => {
    await using server = await serve(wellBehaved)
    expect(await new SsmAccounts(targetAt(server.port, {})).create('hw-1')).toEqual({ phase: 'fail', error: 'log-in: /login: certificate DEPTH_ZERO_SELF_SIGNED_CERT' })
    expect(server.forms).toEqual([])
  })

  describe('silence', () => {
    afterEach(() => { vi.useRealTimers() })

    test('before TLS: after 1 s it certainly was not sent', async () => {
      const accepted = Promise.withResolvers<void>()
      const answer = createAfter(port => {
        vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
        return servePlain(() => accepted.resolve(), port)
      })
      await accepted.promise
      vi.advanceTimersByTime(1000)
      expect(await answer).toEqual({ phase: 'fail', error: 'timeout' })
    })

    test('after the form was sent: after 10 s nobody knows', async () => {
      const taken = Promise.withResolvers<void>()
      await using server = await serve(onCreate(() => taken.resolve()))
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      const answer = new SsmAccounts(targetAt(server.port)).create('hw-1')
      await taken.promise
      vi.advanceTimersByTime(10_000)
      expect(await answer).toEqual({ phase: 'info', error: 'timeout' })
    })
  })
})

test('a session that the product no longer knows is begun anew, for the next account', async () => {
  let ended = true
  await using server = await serve(onCreate((request, response, wire) => {
    if (ended) status(401)(request, response, wire)
    else wellBehaved(request, response, wire)
    ended = false
  }))
  const accounts = new SsmAccounts(targetAt(server.port))
  expect([await accounts.create('hw-1'), await accounts.create('hw-2')]).toEqual([{ phase: 'fail', error: 'http 401' }, { phase: 'ok', node: 'primary-node' }])
  expect(server.forms.filter(form => form.startsWith('username='))).toHaveLength(2)
})

describe('the list', () => {
  const row = (name: string): string => `<tr data-account="${name}" data-account-id="1"><td data-column="Account">${name}</td></tr>`

  test('names every account that it shows', () => {
    expect(accountsOnPage(`${row('hw-1')}${row('hw-2')}<p class="count" data-field="records">Showing All 2 Records</p>`)).toEqual([{ name: 'hw-1', id: '1' }, { name: 'hw-2', id: '1' }])
  })

  test('is not believed when it shows fewer than it says', () => {
    expect(() => accountsOnPage(`${row('hw-1')}<p data-field="records">Showing All 2 Records</p>`)).toThrowErrorMatchingInlineSnapshot(`[Error: the page lists 1 accounts and says 2]`)
  })

  test('is not believed when it does not say how many there are', () => {
    expect(() => accountsOnPage('<h1>Something went wrong</h1>')).toThrowErrorMatchingInlineSnapshot(`[Error: the page lists 0 accounts and says nothing of how many there are]`)
  })
})

describe('removing', () => {
  const row = (id: number, name: string): string => `<tr data-account="${name}" data-account-id="${id}"></tr>`
  const page = (rows: string[]): string => `${rows.join('')}<p data-field="records">Showing All ${rows.length} Records</p>`

  test('deletes what begins so, and nothing else', async () => {
    let listed = [row(7, 'hw-1'), row(8, 'not-hw-2'), row(9, 'hw-3')]
    await using server = await serve((request, response, wire) => {
      const deleted = /^\/accounts\/(\d+)\/delete$/.exec(request.url ?? '')?.[1]
      if (deleted) listed = listed.filter(each => !each.includes(`"${deleted}"`))
      if (request.url?.startsWith('/accounts?search=')) response.end(page(listed))
      else wellBehaved(request, response, wire)
    })
    expect(await new SsmAccounts(targetAt(server.port)).remove('hw-', AbortSignal.timeout(5000))).toEqual({ removed: 2, left: 0 })
    expect(listed).toEqual([row(8, 'not-hw-2')])
  })

  test('says what is still listed', async () => {
    await using server = await serve((request, response, wire) => {
      if (request.url?.startsWith('/accounts?search=')) response.end(page([row(7, 'hw-1')]))
      else wellBehaved(request, response, wire)
    })
    expect(await new SsmAccounts(targetAt(server.port)).remove('hw-', AbortSignal.timeout(5000))).toEqual({ removed: 1, left: 1 })
  })
})

describe('the workload', () => {
  const folder = mkdtempSync(join(tmpdir(), 'haywire-workload-'))
  const path = join(folder, 'history.jsonl')
  const journalPath = join(folder, 'journal.jsonl')
  afterEach(() => { rmSync(path, { force: true }) })
  afterAll(() => { rmSync(folder, { recursive: true }) })

  function workloadWith(maker: Partial<Maker>, cleanUp: 'keep' | 'remove' = 'keep'): Workload {
    const whole: Maker = { words: { create: 'create', read: 'read', clients: 'accounts' }, logIn: async () => undefined, create: async () => ({ phase: 'ok', node: 'primary-node' }), readers: () => [], remove: async () => ({ removed: 0, left: 0 }), ...maker }
    return new Workload({ target: { ...targetAt(1), workload: { prefix: 'hw', perSecond: 100, cleanUp } }, run: '20261121T031500Z-a run', history: new HistoryWriter(path, startClock()), journal: new Journal(journalPath), maker: whole, clients: 4 })
  }
  const operations = (): OpEvent[] => readHistory(path).filter(event => event.type === 'op')
  const signal = AbortSignal.timeout(60_000)

  test('has at most as many accounts under way as there are clients, tells each twice, and stops when they have ended', async () => {
    const open: ((answer: CreateAnswer) => void)[] = []
    const four = Promise.withResolvers<void>()
    const workload = workloadWith({
      create: () => new Promise(resolve => {
        open.push(resolve)
        if (open.length === 4) four.resolve()
      }),
    })
    await workload.start(signal)
    await four.promise
    const stopped = workload.stop(signal)
    const answers: CreateAnswer[] = [{ phase: 'ok', node: 'primary-node' }, { phase: 'fail', error: 'refused' }, { phase: 'info', error: 'timeout' }, { phase: 'ok' }]
    open.forEach((answer, index) => answer(answers[index] as CreateAnswer))
    await stopped
    const told = operations()
    expect(told.map(({ client, id, phase, node, error }) => ({ client, id, phase, node, error }))).toEqual([
      ...[1, 2, 3, 4].map(id => ({ client: `accounts-${id}`, id, phase: 'invoke', node: undefined, error: undefined })),
      { client: 'accounts-1', id: 1, phase: 'ok', node: 'primary-node', error: undefined },
      { client: 'accounts-2', id: 2, phase: 'fail', node: undefined, error: 'refused' },
      { client: 'accounts-3', id: 3, phase: 'info', node: undefined, error: 'timeout' },
      { client: 'accounts-4', id: 4, phase: 'ok', node: undefined, error: undefined },
    ])
    expect(told.map(({ value }) => String(value).replace(/-[0-9a-z]+-(\d+)$/, '-…-$1'))).toEqual([1, 2, 3, 4, 1, 2, 3, 4].map(number => `hw-20261121T031500Z-a-run-…-00000${number}`))
  })

  test('tells when an account that was asked for from now on has been acknowledged', async () => {
    const open: ((answer: CreateAnswer) => void)[] = []
    const workload = workloadWith({ create: () => new Promise(resolve => { open.push(resolve) }) })
    await workload.start(signal)
    await vi.waitFor(() => expect(open).toHaveLength(4))
    let seen = false
    const acknowledged = workload.acknowledgedOnce(signal).then(() => { seen = true })
    // Those that were under way before do not count: a stalled write that ends says nothing of the next one.
    open.splice(0).forEach(answer => answer({ phase: 'ok' }))
    await vi.waitFor(() => expect(open.length).toBeGreaterThan(0))
    expect(seen).toBe(false)
    open.splice(0).forEach(answer => answer({ phase: 'ok' }))
    await acknowledged
    const stopped = workload.stop(signal)
    open.splice(0).forEach(answer => answer({ phase: 'ok' }))
    await stopped
  })

  test('says which of those acknowledged are not listed at the VIP; who was not acknowledged need not be', async () => {
    let listed: string[] = []
    let [made, refused] = ['', '']
    const workload = workloadWith({
      create: async name => {
        if (!name.endsWith('2')) {
          made ||= name
          return { phase: 'ok' }
        }
        refused ||= name
        return { phase: 'fail', error: 'http 400' }
      },
      readers: () => [{ node: 'primary-node', read: () => Promise.reject(new Error('nobody asked for that')) }, { node: 'vip', read: async () => listed }],
    })
    await workload.start(signal)
    await workload.acknowledgedOnce(signal)
    await workload.stop(signal)
    const { acknowledged, missing } = await workload.unlisted({ access: {} as Access, signal })
    expect(missing).toHaveLength(acknowledged)
    expect(missing).toContain(made)
    expect(missing).not.toContain(refused)
    listed = missing.slice(1)
    expect(await workload.unlisted({ access: {} as Access, signal })).toEqual({ acknowledged, missing: [missing[0]] })
  })

  test('reads back through every reader, sorted, and tells where it could not', async () => {
    let asked = ''
    const workload = workloadWith({
      readers: () => [
        { node: 'vip', read: async prefix => [`${asked = prefix}2`, `${prefix}1`] },
        { node: 'secondary-node', read: () => Promise.reject(new Error('not within 20s: secondary-node has replayed 0/530C0E8')) },
      ],
    })
    await workload.readBack({ access: {} as Access, signal })
    expect(asked).toMatch(/^hw-20261121T031500Z-a-run-[0-9a-z]+-$/)
    const [client, f, error] = ['accounts-1', 'read', 'not within 20s: secondary-node has replayed 0/530C0E8']
    expect(operations().map(({ t: _, ...rest }) => rest)).toEqual([
      { type: 'op', id: 1, client, f, node: 'vip', phase: 'invoke', value: null },
      { type: 'op', id: 2, client, f, node: 'secondary-node', phase: 'invoke', value: null },
      { type: 'op', id: 1, client, f, node: 'vip', phase: 'ok', value: [`${asked}1`, `${asked}2`] },
      { type: 'op', id: 2, client, f, node: 'secondary-node', phase: 'info', error },
    ])
  })

  test('what has to be removed is in the journal before the first account is asked for', async () => {
    let known: string[] = []
    const workload = workloadWith({ create: async () => {
      known = new Journal(journalPath).read().accounts
      return { phase: 'ok' }
    } }, 'remove')
    await workload.start(signal)
    await workload.acknowledgedOnce(signal)
    await workload.stop(signal)
    const [first] = operations()
    expect(known).toEqual([String(first?.value).slice(0, -6)])
  })

  test('does not begin when the product does not let it in', async () => {
    const workload = workloadWith({ logIn: () => Promise.reject(new Error('/login: http 401')) })
    await expect(workload.start(signal)).rejects.toThrowErrorMatchingInlineSnapshot(`[Error: /login: http 401]`)
  })
})
