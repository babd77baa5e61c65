// A form that the browser drops is not sent again; the page that comes of it is asked for again.
import { expect, test, vi } from 'vitest'
import type { Page, Request } from 'playwright-core'
import { clickThrough } from '../../../harness/systems/ssm/click-through.ts'

const signal = new AbortController().signal
const changed = 'net::ERR_NETWORK_CHANGED'

interface Sent { method: string; status?: number; failure?: string; from?: Request }

function request({ method, status = 200, failure, from }: Sent): Request {
  return {
    method: () => method, url: () => 'https://10.1.0.12/accounts', isNavigationRequest: () => true, redirectedFrom: () => from ?? null,
    response: async () => ({ status: () => status }), failure: () => (failure === undefined ? null : { errorText: failure }),
  } as unknown as Request
}

/** A page on which a click brings these requests, one after the other. */
function pageWith(brought: Request[]): { page: Page; click(): Promise<void>; visited: string[] } {
  const clicked = Promise.withResolvers<void>()
  const visited: string[] = []
  const page = {
    evaluate: async () => undefined,
    waitForFunction: async () => undefined,
    goto: async (url: string) => { visited.push(url) },
    waitForEvent: async (name: string, { predicate }: { predicate(request: Request): boolean | Promise<boolean> }) => {
      await clicked.promise
      for (const each of brought) if ((each.failure() !== null) === (name === 'requestfailed') && await predicate(each)) return each
      return new Promise(() => undefined)
    },
  }
  return { page: page as unknown as Page, click: async () => clicked.resolve(), visited }
}

const options = { timeout: 1000, signal }
const form = request({ method: 'POST', status: 303 })

test('the page that a form leads to is waited for', async () => {
  const { page, click, visited } = pageWith([request({ method: 'GET' }), form, request({ method: 'GET', from: form })])
  await clickThrough(page, click, options)
  expect(visited).toEqual([])
})

test('a form that is answered by a page is done', async () => {
  const { page, click } = pageWith([request({ method: 'POST', status: 422 })])
  await expect(clickThrough(page, click, options)).resolves.toBeUndefined()
})

test('a page that the browser dropped is asked for again, the form is not sent again', async () => {
  const { page, click, visited } = pageWith([form, request({ method: 'GET', failure: changed, from: form })])
  await clickThrough(page, click, options)
  expect(visited).toEqual(['https://10.1.0.12/accounts'])
})

test('one that had waited for longer than a page may take is another matter', async () => {
  vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(4001)
  const { page, click } = pageWith([request({ method: 'POST', failure: changed })])
  await expect(clickThrough(page, click, options)).rejects.toMatchObject({ name: 'AccessError', kind: 'broken' })
  vi.restoreAllMocks()
})

test.each([
  ['a form that the browser dropped', request({ method: 'POST', failure: changed }), changed],
  ['a form that the server cut off', request({ method: 'POST', failure: 'net::ERR_CONNECTION_RESET' }), 'net::ERR_CONNECTION_RESET'],
  ['a page that the server cut off', request({ method: 'GET', failure: 'net::ERR_CONNECTION_RESET', from: form }), 'net::ERR_CONNECTION_RESET'],
])('%s is told, and nothing is sent again', async (_, lost, word) => {
  const { page, click, visited } = pageWith([lost])
  await expect(clickThrough(page, click, options)).rejects.toThrow(word)
  expect(visited).toEqual([])
})
