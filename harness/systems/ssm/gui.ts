// The product's web pages in a browser, as its administrator sees them at the VIP; whoever serves them at that moment.
import type { Page, Request } from 'playwright-core'
import type { KeptBrowser } from '../../access/browser.ts'
import { readSecret } from '../../access/secrets.ts'
import type { Target } from '../../target.ts'
import { accountsPath, activate, fillNewAccount, newAccountPath, readAccounts, remove, type Account } from './accounts-page.ts'
import { haPagePath, readHaPage, type HaPage } from './ha-page.ts'
import { isLoginPage, loginPath, logIn } from './login-page.ts'
import { networkPagePath, readNetworkPage, type NetworkPage } from './network-page.ts'
import type { Sending } from './form.ts'
import { NoPage, seen, type SeenPage } from './page.ts'
import { asLongAsItTakes, Tab } from './tab.ts'
import { readWorkspacePage, workspacePath, type WorkspacePage } from './workspace-page.ts'

/** What is written may have to wait for a standby that has gone: bounds.ts says for how long at most, with slack, in ms. */
const writeLimitMs = 25_000
/** Passwords are slow to check on purpose, and a busy server checks them one after the other, in ms. */
const logInLimitMs = 10_000
/** A page of the product's origin without anything to show, and without rules on what it may fetch. */
const plainPath = '/health'

export class SsmGui {
  readonly #target: Target
  readonly #tab: Tab

  constructor(target: Target, browser: KeptBrowser) {
    this.#target = target
    this.#tab = new Tab(browser)
  }

  haPage(signal: AbortSignal): Promise<HaPage> {
    return this.#read(haPagePath, async page => readHaPage(await seen(page)), signal)
  }

  /** The same facts for little work, again and again: the page is fetched, but not shown. */
  glanceAtHaPage(signal: AbortSignal): Promise<HaPage> {
    return this.#tab.attempt(async () => {
      const page = await this.#tab.page()
      if (new URL(page.url()).pathname !== plainPath) await this.#tab.goTo(page, new URL(plainPath, this.#target.gui.url).href, signal)
      const found = await asLongAsItTakes(limitMs => fetched(page, limitMs))
      if (found.path === loginPath) return readHaPage(await seen(await this.#visit(haPagePath, signal)))
      if (found.status >= 400) throw new NoPage(`http ${found.status}`)
      return readHaPage(found)
    }, signal)
  }

  /** As somebody who was never there: by the log-in page, to the admin workspace. Rejects with NoPage when nobody asks who it is. */
  logInAnew(signal: AbortSignal): Promise<WorkspacePage> {
    return this.#tab.attempt(async () => {
      await this.#tab.forget()
      const page = await this.#tab.page()
      await this.#tab.goTo(page, new URL(workspacePath, this.#target.gui.url).href, signal)
      if (!isLoginPage(page)) throw new NoPage('the product shows its pages to somebody who has not logged in')
      return readWorkspacePage(await this.#visit(workspacePath, signal))
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
    await told('the form of a new account', this.on(newAccountPath, (page, options) => fillNewAccount(page, account, options), signal))
    await told('the menu that activates it', this.on(accountsPath(account.name), (page, options) => activate(page, account.name, options), signal))
  }

  /** Rejects with NoPage when the product says no. */
  async deleteAccount(name: string, signal: AbortSignal): Promise<void> {
    await this.on(accountsPath(name), (page, options) => remove(page, name, options), signal)
  }

  /** Reads that page, or does something on it as a person does, in the time that what is written may take. Rejects with NoPage when the product says no. */
  on<T>(path: string, act: (page: Page, options: Sending) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#read(path, page => act(page, { timeout: writeLimitMs, signal }), signal)
  }

  /** The page as it is shown now; undefined when none is. */
  screenshot(): Promise<Uint8Array | undefined> {
    return this.#tab.screenshot()
  }

  /** Its pages; the browser is its owner's. */
  async close(): Promise<void> {
    await this.#tab.close()
  }

  #read<T>(path: string, read: (page: Page) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#tab.attempt(async () => read(await this.#visit(path, signal)), signal)
  }

  async #visit(path: string, signal: AbortSignal): Promise<Page> {
    const page = await this.#tab.page()
    const { gui } = this.#target
    const url = new URL(path, gui.url).href
    await this.#tab.goTo(page, url, signal)
    if (isLoginPage(page)) {
      await logIn(page, { username: gui.username, password: readSecret(gui.password) }, { timeout: logInLimitMs, signal })
      await this.#tab.keepCookies()
      await this.#tab.goTo(page, url, signal)
    }
    return page
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
