// The product's web pages in a browser, as its administrator sees them at the VIP; whoever serves them at that moment.
import type { Browser, BrowserContext, Page, Response } from 'playwright-core'
import { openBrowser } from '../../access/browser.ts'
import { readSecret } from '../../access/secrets.ts'
import type { Target } from '../../target.ts'
import { accountsPath, activate, fillNewAccount, newAccountPath, readAccounts, type Account } from './accounts-page.ts'
import { haPagePath, readHaPage, type HaPage } from './ha-page.ts'
import { isLoginPage, logIn } from './login-page.ts'
import { NoPage } from './page.ts'
import { readWorkspacePage, workspacePath, type WorkspacePage } from './workspace-page.ts'

/** A person gives up on a page that takes longer, in ms. The pages themselves need some 50. */
const pageLimitMs = 4000

export class SsmGui {
  readonly #target: Target
  #browser: Promise<Browser> | undefined
  #context: BrowserContext | undefined
  #page: Page | undefined
  /** the session outlives the server that began it: it is kept when a connection is given up */
  #cookies: Awaited<ReturnType<BrowserContext['cookies']>> = []

  private constructor(target: Target) {
    this.#target = target
  }

  /** Nothing is opened before the first page is asked for. */
  static open(target: Target): Promise<SsmGui> {
    return Promise.resolve(new SsmGui(target))
  }

  haPage(signal: AbortSignal): Promise<HaPage> {
    return this.#read(haPagePath, readHaPage, signal)
  }

  workspace(signal: AbortSignal): Promise<WorkspacePage> {
    return this.#read(workspacePath, readWorkspacePage, signal)
  }

  /** The account of exactly that name, found by the page's own search; undefined when it is not listed. */
  async findAccount(name: string, signal: AbortSignal): Promise<Account | undefined> {
    const found = await this.#read(accountsPath(name), readAccounts, signal)
    return found.find(account => account.name === name)
  }

  /** Makes an account by the form and activates it by its menu. Rejects with NoPage when the product says no. */
  async createAccount(account: { name: string; virtualAccount: string }, signal: AbortSignal): Promise<void> {
    const options = { timeout: pageLimitMs, signal }
    await this.#read(newAccountPath, page => fillNewAccount(page, account, options), signal)
    await this.#read(accountsPath(account.name), page => activate(page, account.name, options), signal)
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

  async close(): Promise<void> {
    const browser = await this.#browser?.catch(() => undefined)
    await browser?.close()
  }

  async #read<T>(path: string, read: (page: Page) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted()
    try {
      const page = await this.#visit(path, signal)
      return await read(page)
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
      await logIn(page, { username: gui.username, password: readSecret(gui.password) }, { timeout: pageLimitMs, signal })
      this.#cookies = await page.context().cookies()
      await this.#goTo(page, url, signal)
    }
    return page
  }

  async #goTo(page: Page, url: string, signal: AbortSignal): Promise<void> {
    const response: Response | null = await page.goto(url, { timeout: pageLimitMs, waitUntil: 'domcontentloaded', signal })
    const status = response?.status() ?? 0
    if (status >= 400) throw new NoPage(`http ${status}`)
  }

  async #newPage(): Promise<Page> {
    const browser = await this.#launched()
    // Who the server is, is proven elsewhere (probes/vip-https.ts checks its certificate): the browser does not know the twin's CA.
    this.#context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
    await this.#context.addCookies(this.#cookies)
    this.#page = await this.#context.newPage()
    return this.#page
  }

  async #launched(): Promise<Browser> {
    this.#browser ??= openBrowser()
    const launching = this.#browser
    try {
      const browser = await launching
      if (browser.isConnected()) return browser
    } catch (error) {
      this.#browser = undefined
      throw error
    }
    this.#browser = openBrowser()
    return this.#browser
  }

  async #hangUp(): Promise<void> {
    const context = this.#context
    this.#context = undefined
    this.#page = undefined
    await context?.close().catch(() => undefined)
  }
}

/** `timeout`, `refused`, `unreachable`, `reset`, or the browser's first line. */
function wordOf({ name, message }: Error): string {
  if (name === 'TimeoutError') return 'timeout'
  const code = /net::ERR_(\w+)/.exec(message)?.[1] ?? ''
  const words: [RegExp, string][] = [
    [/REFUSED/, 'refused'], [/UNREACHABLE|INTERNET_DISCONNECTED/, 'unreachable'], [/TIMED_OUT/, 'timeout'], [/RESET|CLOSED|EMPTY_RESPONSE|ABORTED/, 'reset'], [/RESPONSE_CODE_FAILURE/, 'http error'],
  ]
  return words.find(([pattern]) => pattern.test(code))?.[1] ?? (code || (message.split('\n')[0] ?? name))
}
