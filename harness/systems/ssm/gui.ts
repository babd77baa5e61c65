// The product's web pages in a browser, as its administrator sees them at the VIP; whoever serves them at that moment.
import type { BrowserContext, Page, Request, Response } from 'playwright-core'
import type { KeptBrowser } from '../../access/browser.ts'
import { readSecret } from '../../access/secrets.ts'
import type { Target } from '../../target.ts'
import { accountsPath, activate, fillNewAccount, newAccountPath, readAccounts, type Account } from './accounts-page.ts'
import { haPagePath, readHaPage, type HaPage } from './ha-page.ts'
import { isLoginPage, loginPath, logIn } from './login-page.ts'
import { networkPagePath, readNetworkPage, type NetworkPage } from './network-page.ts'
import { NoPage, seen, type SeenPage } from './page.ts'
import { readWorkspacePage, workspacePath, type WorkspacePage } from './workspace-page.ts'

/** A person gives up on a page that takes longer, in ms. The pages themselves need some 50. */
const pageLimitMs = 4000
/** What is written may have to wait for a standby that has gone: bounds.ts says for how long at most, with slack, in ms. */
const writeLimitMs = 25_000
/** Passwords are slow to check on purpose, and a busy server checks them one after the other, in ms. */
const logInLimitMs = 10_000
/** A page of the product's origin without anything to show, and without rules on what it may fetch. */
const plainPath = '/health'

export class SsmGui {
  readonly #target: Target
  readonly #browser: KeptBrowser
  #context: BrowserContext | undefined
  #page: Page | undefined
  /** the session outlives the server that began it: it is kept when a connection is given up */
  #cookies: Awaited<ReturnType<BrowserContext['cookies']>> = []

  /** Nothing is opened before the first page is asked for. */
  constructor(target: Target, browser: KeptBrowser) {
    this.#target = target
    this.#browser = browser
  }

  haPage(signal: AbortSignal): Promise<HaPage> {
    return this.#read(haPagePath, async page => readHaPage(await seen(page)), signal)
  }

  /** The same facts for little work, again and again: the page is fetched, but not shown. */
  glanceAtHaPage(signal: AbortSignal): Promise<HaPage> {
    return this.#attempt(async () => {
      const page = this.#page ?? await this.#newPage()
      if (new URL(page.url()).pathname !== plainPath) await this.#goTo(page, new URL(plainPath, this.#target.gui.url).href, signal)
      const found = await asLongAsItTakes(limitMs => fetched(page, limitMs))
      if (found.path === loginPath) return readHaPage(await seen(await this.#visit(haPagePath, signal)))
      if (found.status >= 400) throw new NoPage(`http ${found.status}`)
      return readHaPage(found)
    }, signal)
  }

  workspace(signal: AbortSignal): Promise<WorkspacePage> {
    return this.#read(workspacePath, readWorkspacePage, signal)
  }

  network(signal: AbortSignal): Promise<NetworkPage> {
    return this.#read(networkPagePath, async page => readNetworkPage(await seen(page)), signal)
  }

  /** The account of exactly that name, found by the page's own search; undefined when it is not listed. */
  async findAccount(name: string, signal: AbortSignal): Promise<Account | undefined> {
    const found = await this.#read(accountsPath(name), readAccounts, signal)
    return found.find(account => account.name === name)
  }

  /** Makes an account by the form and activates it by its menu. Rejects with NoPage when the product says no. */
  async createAccount(account: { name: string; virtualAccount: string }, signal: AbortSignal): Promise<void> {
    const options = { timeout: writeLimitMs, signal }
    await told('the form of a new account', this.#read(newAccountPath, page => fillNewAccount(page, account, options), signal))
    await told('the menu that activates it', this.#read(accountsPath(account.name), page => activate(page, account.name, options), signal))
  }

  /** The page as it is shown now; undefined when none is. */
  async screenshot(): Promise<Uint8Array | undefined> {
    try {
      return await this.#page?.screenshot({ fullPage: true, timeout: pageLimitMs })
    } catch {
      // A page that cannot be painted is no evidence; the expectation tells what was seen.
      return undefined
    }
  }

  /** Its pages; the browser is its owner's. */
  async close(): Promise<void> {
    await this.#hangUp()
  }

  #read<T>(path: string, read: (page: Page) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#attempt(async () => read(await this.#visit(path, signal)), signal)
  }

  async #attempt<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      // The kept connections may lead to a server that has gone without a word: the next visit dials anew.
      if (!(error instanceof NoPage)) await this.#hangUp()
      signal.throwIfAborted()
      throw error instanceof NoPage ? error : new NoPage(wordOf(error as Error), { cause: error })
    }
  }

  async #visit(path: string, signal: AbortSignal): Promise<Page> {
    const page = this.#page ?? await this.#newPage()
    const { gui } = this.#target
    const url = new URL(path, gui.url).href
    await this.#goTo(page, url, signal)
    if (isLoginPage(page)) {
      await logIn(page, { username: gui.username, password: readSecret(gui.password) }, { timeout: logInLimitMs, signal })
      this.#cookies = await page.context().cookies()
      await this.#goTo(page, url, signal)
    }
    return page
  }

  async #goTo(page: Page, url: string, signal: AbortSignal): Promise<void> {
    const response: Response | null = await asLongAsItTakes(limitMs => page.goto(url, { timeout: limitMs, waitUntil: 'domcontentloaded', signal }))
    const status = response?.status() ?? 0
    if (status >= 400) throw new NoPage(`http ${status}`)
  }

  async #newPage(): Promise<Page> {
    const browser = await this.#browser.launched()
    // Who the server is, is proven elsewhere (probes/vip-https.ts checks its certificate): the browser does not know the twin's CA.
    this.#context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
    await this.#context.addCookies(this.#cookies)
    this.#page = await this.#context.newPage()
    return this.#page
  }

  async #hangUp(): Promise<void> {
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
async function asLongAsItTakes<T>(ask: (limitMs: number) => Promise<T>): Promise<T> {
  const limit = performance.now() + pageLimitMs
  for (;;) {
    try {
      return await ask(Math.max(1, limit - performance.now()))
    } catch (error) {
      if (!/net::ERR_NETWORK_CHANGED|interrupted by another navigation/.test((error as Error).message) || performance.now() >= limit) throw error
    }
  }
}

/** A page that did not come, with what was being done on it. */
async function told<T>(what: string, done: Promise<T>): Promise<T> {
  return done.catch((error: unknown) => { throw error instanceof NoPage ? new NoPage(`${what}: ${error.message}`, { cause: error }) : error })
}

/** Inside the browser a failed fetch does not say why; the browser's own event does. */
async function fetched(page: Page, limitMs: number): Promise<SeenPage> {
  let failure = ''
  const note = (request: Request): void => { failure = request.failure()?.errorText ?? '' }
  page.once('requestfailed', note)
  try {
    return await seen(page, { path: haPagePath, limitMs })
  } catch (cause) {
    throw new Error(failure || (cause as Error).message, { cause })
  } finally {
    page.off('requestfailed', note)
  }
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
