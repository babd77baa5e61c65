// One tab of a browser: pages that come or do not come in the time that a person waits, on connections that are given up when one did not.
import type { BrowserContext, Page, Response } from 'playwright-core'
import { AccessError } from '../../access.ts'
import type { KeptBrowser } from '../../access/browser.ts'
import { NoPage } from './page.ts'

/** A person gives up on a page that takes longer, in ms. The pages themselves need some 50. */
export const pageLimitMs = 4000

/** What pages show that lets somebody in: tokens of products, and credentials of programs. */
const secretPlaces = ['td[data-column=Token]', 'textarea[name=token]', '[data-field="api.client-secret"]']

export class Tab {
  readonly #browser: KeptBrowser
  #context: BrowserContext | undefined
  #page: Page | undefined
  /** a session outlives the server that began it: it is kept when a connection is given up */
  #cookies: Awaited<ReturnType<BrowserContext['cookies']>> = []

  /** Nothing is opened before the first page is asked for. */
  constructor(browser: KeptBrowser) {
    this.#browser = browser
  }

  /** Opened when it is first asked for. */
  async page(): Promise<Page> {
    return this.#page ?? await this.#newPage()
  }

  /** Keeps the cookies of its page for when it has to be opened anew. */
  async keepCookies(): Promise<void> {
    this.#cookies = await this.#page?.context().cookies() ?? []
  }

  /** The next page is opened by somebody whom the product does not know. */
  async forget(): Promise<void> {
    await this.close()
    this.#cookies = []
  }

  /** Rejects with NoPage for whatever kept a page from coming; with an AccessError of kind `broken` when that was the browser's own death, `host-changed` when it was this host's doing. */
  async attempt<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      const died = !(error instanceof NoPage) && this.#died(error as Error)
      // The kept connections may lead to a server that has gone without a word: the next visit dials anew.
      if (!(error instanceof NoPage)) await this.close()
      signal.throwIfAborted()
      // Another witness was asked on the way, and could not be: that says nothing of the page.
      if (error instanceof AccessError) throw error
      if (died) throw new AccessError('broken', 'the browser died while it was to show a page', { cause: error })
      if (dropped(error)) throw new AccessError('host-changed', 'this host got or lost a network interface, and Chromium drops what is under way then: that says nothing of the page', { cause: error })
      throw error instanceof NoPage ? error : new NoPage(wordOf(error as Error), { cause: error })
    }
  }

  /** Rejects with NoPage for a page that says that it is none. */
  async goTo(page: Page, url: string, signal: AbortSignal): Promise<void> {
    const response: Response | null = await asLongAsItTakes(limitMs => page.goto(url, { timeout: limitMs, waitUntil: 'domcontentloaded', signal }))
    const status = response?.status() ?? 0
    if (status >= 400) throw new NoPage(`http ${status}`)
  }

  /** The page as it is shown now; undefined when none is. */
  async screenshot(): Promise<Uint8Array | undefined> {
    try {
      const page = this.#page
      return await page?.screenshot({ fullPage: true, timeout: pageLimitMs, mask: secretPlaces.map(place => page.locator(place)) })
    } catch {
      // A page that cannot be painted is no evidence; the expectation tells what was seen.
      return undefined
    }
  }

  /** Whether the browser, or the part of it that has the page, is gone, and not by our doing. */
  #died({ message }: Error): boolean {
    return this.#page?.isClosed() === true || this.#context?.browser()?.isConnected() === false || /Target crashed|Page crashed/.test(message)
  }

  async #newPage(): Promise<Page> {
    try {
      return await this.#openPage()
    } catch (cause) {
      throw cause instanceof AccessError ? cause : new AccessError('broken', 'the browser could not open a page', { cause })
    }
  }

  async #openPage(): Promise<Page> {
    const browser = await this.#browser.launched()
    // Who the server is, is proven elsewhere (probes/vip-https.ts checks its certificate): the browser does not know the twin's CA.
    this.#context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
    await this.#context.addCookies(this.#cookies)
    this.#page = await this.#context.newPage()
    return this.#page
  }

  async close(): Promise<void> {
    const context = this.#context
    this.#context = undefined
    this.#page = undefined
    await context?.close().catch(() => undefined)
  }
}

/**
 * Chromium drops its requests whenever this host gets or loses an interface, as with each start of a container, and loads by itself what
 * it had to drop. That is no answer of the server's, so it is asked again while there is time.
 */
export async function asLongAsItTakes<T>(ask: (limitMs: number) => Promise<T>): Promise<T> {
  const limit = performance.now() + pageLimitMs
  for (;;) {
    try {
      return await ask(Math.max(1, limit - performance.now()))
    } catch (error) {
      if (!dropped(error) && !/interrupted by another navigation/.test((error as Error).message) || performance.now() >= limit) throw error
    }
  }
}

/** Whether the browser says that this host's interfaces changed. */
export function dropped(error: unknown): boolean {
  return /net::ERR_NETWORK_CHANGED/.test((error as Error).message)
}

/** `timeout`, `refused`, `unreachable`, `reset`, or the browser's first line. */
function wordOf({ name, message }: Error): string {
  if (name === 'TimeoutError' || /TimeoutError|net::ERR_ABORTED/.test(message)) return 'timeout'
  const code = /net::ERR_(\w+)/.exec(message)?.[1] ?? ''
  const words: [RegExp, string][] = [
    [/REFUSED/, 'refused'], [/UNREACHABLE|INTERNET_DISCONNECTED/, 'unreachable'], [/TIMED_OUT/, 'timeout'], [/RESET|CLOSED|EMPTY_RESPONSE|ABORTED/, 'reset'], [/RESPONSE_CODE_FAILURE/, 'http error'],
  ]
  return words.find(([pattern]) => pattern.test(code))?.[1] ?? (code || (message.split('\n')[0] ?? name))
}
