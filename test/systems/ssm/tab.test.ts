// Why a page did not come: the product's fault, or the death of the harness's own browser, which says nothing of the product.
import type { KeptBrowser } from '../../../harness/access/browser.ts'
import { expect, test } from 'vitest'
import { Tab } from '../../../harness/systems/ssm/tab.ts'

const signal = new AbortController().signal

/** A browser whose page is there, until it is killed. */
function browser(): { kept: KeptBrowser; kill(): void } {
  let alive = true
  const page = { isClosed: () => !alive }
  const context = { addCookies: async () => undefined, newPage: async () => page, close: async () => undefined, browser: () => ({ isConnected: () => alive }) }
  return { kept: { launched: async () => ({ newContext: async () => context }) } as unknown as KeptBrowser, kill: () => { alive = false } }
}

test('a page that is refused is the product\'s', async () => {
  const tab = new Tab(browser().kept)
  await expect(tab.attempt(async () => { await tab.page(); throw new Error('page.goto: net::ERR_CONNECTION_REFUSED at https://10.1.0.12') }, signal)).rejects.toMatchObject({ name: 'NoPage', message: 'refused' })
})

test('a page that goes with its browser says nothing of the product', async () => {
  const { kept, kill } = browser()
  const tab = new Tab(kept)
  await expect(tab.attempt(async () => { await tab.page(); kill(); throw new Error('page.goto: Target page, context or browser has been closed') }, signal)).rejects.toMatchObject({ name: 'AccessError', kind: 'broken' })
})

test('nor does one whose renderer crashed', async () => {
  const tab = new Tab(browser().kept)
  await expect(tab.attempt(async () => { await tab.page(); throw new Error('page.goto: Page crashed') }, signal)).rejects.toMatchObject({ name: 'AccessError', kind: 'broken' })
})

test('nor does a browser that cannot even open a page', async () => {
  const tab = new Tab({ launched: async () => { throw new Error('browserType.launch: Target page, context or browser has been closed') } } as unknown as KeptBrowser)
  await expect(tab.attempt(() => tab.page(), signal)).rejects.toMatchObject({ name: 'AccessError', kind: 'broken' })
})

test('nor does one that drops what is under way, because the host got or lost an interface', async () => {
  const tab = new Tab(browser().kept)
  await expect(tab.attempt(async () => { await tab.page(); throw new Error('net::ERR_NETWORK_CHANGED') }, signal)).rejects.toMatchObject({ name: 'AccessError', kind: 'host-changed' })
})
