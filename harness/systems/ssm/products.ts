// Products and Cisco Software Central, as their own administrators reach them: consoles over SSH, a page in a browser.
import type { Page } from 'playwright-core'
import { AccessError, type Access } from '../../access.ts'
import type { KeptBrowser } from '../../access/browser.ts'
import type { TargetProduct } from '../../target.ts'
import { clickThrough } from './click-through.ts'
import { complaintsOn } from './form.ts'
import { fieldOf, NoPage, seen } from './page.ts'
import { parseShowLicenseAll, type ProductLicensing } from './show-license-all.ts'
import { Tab } from './tab.ts'

/** A registration is tried for 30 s by the product itself, and the attempt that is under way then may take 30 s more, in ms. */
const commandLimitMs = 70_000

/** What a product's page shows of its licensing. */
export interface ProductPage {
  productName: string
  registration: string
  authorization: string
  smartAccount: string
  virtualAccount: string
  instanceName: string
  transport: string
  licensingMode: string
  exportControlled: string
  /** absent while it is covered */
  notice: string | undefined
}

/** The transport form: what it offers, as it words it. */
export interface TransportForm {
  choices: string[]
  proxyFields: string[]
  checkbox: string
}

/** What Central knows of an account. */
export interface CentralAccount {
  account: string
  synchronizations: number
  synchronized_at: string
  usage: Record<string, number>
  instances: { name: string }[]
  common_name: string | null
}

export class Surroundings {
  readonly #access: Access
  readonly #tab: Tab

  constructor(access: Access, browser: KeptBrowser) {
    this.#access = access
    this.#tab = new Tab(browser)
  }

  /** A command of the product's console; what was printed. Rejects with an AccessError when it failed, unless that is what is asked for. */
  async enter(product: TargetProduct, command: string, signal: AbortSignal, { mayFail = false } = {}): Promise<string> {
    const { code, stdout, stderr } = await this.#access.product(product.name).run(command, { signal, timeoutMs: commandLimitMs }).catch((cause: unknown) => {
      // What did not come back names the command, and that may be the token.
      if (cause instanceof AccessError) throw new AccessError(cause.kind, withoutToken(cause.message))
      throw cause
    })
    if (code !== 0 && !mayFail) throw new AccessError('broken', `${withoutToken(command)} on ${product.name} ended with ${code}: ${(stdout + stderr).trim()}`)
    return stdout + stderr
  }

  async licensing(product: TargetProduct, signal: AbortSignal): Promise<{ shown: ProductLicensing; transcript: string }> {
    const transcript = await this.enter(product, 'show license all', signal)
    return { shown: parseShowLicenseAll(transcript), transcript }
  }

  /** How its reports went since it registered: it counts them itself. */
  async reports(product: TargetProduct, signal: AbortSignal): Promise<{ answered: number; failed: number; error: string | null }> {
    const { sent, failed, last } = JSON.parse(await this.enter(product, 'show license reports', signal)) as { sent: number; failed: number; last: { error: string | null } | null }
    return { answered: sent, failed, error: last?.error ?? null }
  }

  page(product: TargetProduct, signal: AbortSignal): Promise<ProductPage> {
    return this.#on(product, '/', async page => {
      const shown = await seen(page)
      const field = (name: string): string => fieldOf(shown, name)
      return {
        productName: field('product-name'), registration: field('registration-status'), authorization: field('authorization-status'), smartAccount: field('smart-account'),
        virtualAccount: field('virtual-account'), instanceName: field('instance-name'), transport: field('transport'), licensingMode: field('licensing-mode'),
        exportControlled: field('export-controlled'), notice: shown.fields.find(([name]) => name === 'notice')?.[1].trim(),
      }
    }, signal)
  }

  transportForm(product: TargetProduct, signal: AbortSignal): Promise<TransportForm> {
    return this.#on(product, '/transport', async page => {
      const labels = (selector: string): Promise<string[]> => page.$$eval(selector, inputs => inputs.map(input => (input as HTMLInputElement).labels?.[0]?.innerText.replaceAll(/\s+/g, ' ').trim() ?? ''))
      const [choices, [checkbox = ''], proxyFields] = await Promise.all([labels('input[name=transport]'), labels('input[name=private]'), page.$$eval('[name^=proxy_]', inputs => inputs.map(input => input.getAttribute('name') ?? ''))])
      return { choices, proxyFields, checkbox }
    }, signal)
  }

  /** By the product's own form; its message. */
  setTransport(product: TargetProduct, url: string, signal: AbortSignal): Promise<string> {
    return this.#on(product, '/transport', async page => {
      await page.check('input[name=transport][value=gateway]')
      await page.fill('input[name=url]', url)
      return this.#sent(page, signal)
    }, signal)
  }

  /** By the product's own form; its message. */
  register(product: TargetProduct, token: string, signal: AbortSignal): Promise<string> {
    return this.#on(product, '/register', async page => {
      await page.fill('textarea[name=token]', token)
      return this.#sent(page, signal)
    }, signal)
  }

  screenshot(): Promise<Uint8Array | undefined> {
    return this.#tab.screenshot()
  }

  async centralAccounts(signal: AbortSignal): Promise<CentralAccount[]> {
    return (JSON.parse(await this.central('accounts', signal)) as { accounts: CentralAccount[] }).accounts
  }

  /** A command of Cisco Software Central's. */
  async central(command: string, signal: AbortSignal): Promise<string> {
    const { code, stdout, stderr } = await this.#access.central().run(`central ${command}`, { signal })
    if (code !== 0) throw new AccessError('broken', `central ${command}: ${stderr.trim()}`)
    return stdout
  }

  async close(): Promise<void> {
    await this.#tab.close()
  }

  async #sent(page: Page, signal: AbortSignal): Promise<string> {
    await clickThrough(page, () => page.click('main form button[type=submit]'), { timeout: commandLimitMs, signal })
    const complaints = await complaintsOn(page)
    if (complaints.length > 0) throw new NoPage(`the page says: ${complaints.join('; ')}`)
    return fieldOf(await seen(page), 'message')
  }

  #on<T>({ url }: TargetProduct, path: string, read: (page: Page) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#tab.attempt(async () => {
      const page = await this.#tab.page()
      await this.#tab.goTo(page, new URL(path, url).href, signal)
      return read(page)
    }, signal)
  }
}

function withoutToken(text: string): string {
  return text.replaceAll(/idtoken \S+/g, 'idtoken …')
}
