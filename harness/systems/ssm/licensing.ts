// What SSM On-Prem promises of accounts at Cisco Software Central, certificates, products and licences, as expectations that a scenario can write down.
import { quote, type Access } from '../../access.ts'
import type { Look } from '../../eventually.ts'
import type { Evidence } from '../../history.ts'
import { say, shows, type Partially } from '../../matching.ts'
import type { Story } from '../../story.ts'
import type { Load } from '../system.ts'
import type { Target, TargetProduct } from '../../target.ts'
import type { Maker } from '../../workload.ts'
import { apiToolkitPath, createApiClient, type ApiClient } from './api-toolkit-page.ts'
import type { SsmGui } from './gui.ts'
import { newToken, readInstances, readLicences, readTabs, showAccount, smartLicensingPath, type Instance, type Licence } from './licensing-pages.ts'
import type { ProductPage, Surroundings, TransportForm } from './products.ts'
import { NoPage } from './page.ts'
import type { Promised } from './promised.ts'
import { productsDoor, Registrations } from './registrations.ts'
import type { Rest } from './rest.ts'
import { readSecurityPage, securityPath, setHostCommonName, type SecurityPage } from './security-page.ts'
import type { ProductLicensing } from './show-license-all.ts'
import { literal, query, replayed } from './sql.ts'
import { pageLimitMs } from './tab.ts'
import { readSchedules, readSynchronizations, schedule, schedulesPath, synchronizationPath, synchronize, timeOf, type Synchronization } from './synchronization-page.ts'
import { brisk, exchange } from './web.ts'

/** A synchronization that succeeded, and how many there have been of that account. */
export interface Synchronized {
  last: string
  times: number
}

/** Days from a synchronization until the next is due (SSM-07). */
const dueDays = 30
const dayMs = 86_400_000
const minuteMs = 60_000

const check = 'licensing-as-documented'
/** As the twin's products say it. */
const reportSent = /^Report sent, contact (\S+ \S+)$/

/** A registration that was tried: when, by this host's clock, which a twin's products share; and where. */
export interface Attempt {
  began: number
  url: string
}

export class Licensing {
  readonly #target: Target
  readonly #access: Access
  readonly #story: Story
  readonly #gui: SsmGui
  readonly #around: Surroundings
  readonly #rest: Rest
  readonly #alsoMake: (maker: () => Maker, perSecond: number) => Promise<Load>
  #client: Promise<ApiClient> | undefined

  constructor({ target, access, story, gui, around, rest, alsoMake }: { target: Target; access: Access; story: Story; gui: SsmGui; around: Surroundings; rest: Rest; alsoMake: (maker: () => Maker, perSecond: number) => Promise<Load> }) {
    this.#target = target
    this.#access = access
    this.#story = story
    this.#gui = gui
    this.#around = around
    this.#rest = rest
    this.#alsoMake = alsoMake
  }

  /** By the name that products have; throws where the target has none of it. */
  product(name: string): TargetProduct {
    const found = this.#target.surroundings?.products.find(product => product.name === name)
    if (!found) throw new Error(`no product is called ${name}; there are: ${this.#target.surroundings?.products.map(product => product.name).join(', ') ?? 'none'}`)
    return found
  }

  /** The name by which products may reach the VIP. */
  get fqdn(): string {
    const { surroundings } = this.#target
    if (!surroundings) throw new Error(`nothing stands around the target ${this.#target.name}, so nobody knows it by another name`)
    return surroundings.fqdn
  }

  /** The same on another server's own pages. */
  on(gui: SsmGui): Licensing {
    return new Licensing({ target: this.#target, access: this.#access, story: this.#story, gui, around: this.#around, rest: this.#rest, alsoMake: this.#alsoMake })
  }

  /** Where products register: at the VIP, or by a name for it. */
  registrationUrl(host = this.#target.vip): string {
    return `https://${host}/Transportgateway/services/DeviceRequestHandler`
  }

  // --- certificates ---------------------------------------------------------------------------------------

  async setHostCommonName(name: string): Promise<void> {
    await this.#story.step(`set Host Common Name to ${name}`, () => this.#gui.on(securityPath, (page, options) => setHostCommonName(page, name, options), this.#story.signal))
  }

  /** The form says no, and why. */
  async expectCommonNameRefused(name: string, complaint: RegExp, { rows, ...wait }: Promised = {}): Promise<void> {
    await this.#story.expect(`Host Common Name ${name} is refused`, {
      check,
      expected: String(complaint),
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const said = await this.#gui.on(securityPath, (page, options) => setHostCommonName(page, name, options), signal).then(() => 'accepted', (error: Error) => {
          if (error instanceof NoPage) return error.message
          throw error
        })
        return { value: said, satisfied: complaint.test(said), observed: said }
      },
      evidence: () => this.#screenshot('Security'),
    })
  }

  async expectCertificate(promised: Partially<SecurityPage>, { rows, ...wait }: Promised = {}): Promise<void> {
    await this.#expectPage('Security, Certificates', securityPath, async page => shows(await readSecurityPage(page), promised), say(promised), rows, wait)
  }

  // --- synchronization ------------------------------------------------------------------------------------

  /** Asks for it on the page; it goes on by itself. */
  async synchronize(account: string): Promise<void> {
    await this.#story.step(`synchronize ${account} with Cisco Software Central`, () => this.#gui.on(synchronizationPath, (page, options) => synchronize(page, account, options), this.#story.signal))
  }

  async schedule(account: string, everyDays: number, next: Date): Promise<void> {
    await this.#story.step(`schedule the synchronization of ${account} every ${everyDays} days`, () => this.#gui.on(schedulesPath, (page, options) => schedule(page, { account, everyDays, next }, options), this.#story.signal))
  }

  /** After it has run once: due again that many days after the time that was set. */
  async expectSchedule(account: string, everyDays: number, first: Date, { rows, ...wait }: Promised = {}): Promise<void> {
    const next = Math.floor(first.getTime() / 1000) * 1000 + everyDays * dayMs
    await this.#expectPage('Synchronization, Schedules', schedulesPath, async page => {
      const row = rowOf(await readSchedules(page), account)
      return { value: row, satisfied: row?.frequency === `every ${everyDays} days` && timeOf(row.next) === next, observed: row ? `${row.frequency}, next ${row.next}` : `${account} is not listed` }
    }, `${account}: every ${everyDays} days, next ${new Date(next).toISOString()}`, rows, wait)
  }

  /** One that was cut off is due again soon, and not at its next time only: later than it was, and at most that many minutes from now. */
  async expectDueAgain(account: string, { after, withinMinutes, rows, ...wait }: Promised & { after: Date; withinMinutes: number }): Promise<void> {
    await this.#expectPage('Synchronization, Schedules', schedulesPath, async page => {
      const row = rowOf(await readSchedules(page), account)
      return { value: row, satisfied: row !== undefined && timeOf(row.next) > after.getTime() && timeOf(row.next) <= Date.now() + withinMinutes * minuteMs, observed: row ? `next ${row.next}` : `${account} is not listed` }
    }, `${account}: again after ${after.toISOString()}, at most ${withinMinutes} minutes from now`, rows, wait)
  }

  /** Successful, another one than `after`, due in 30 days; and Cisco Software Central says that it happened at that time. */
  async expectSynchronized(account: string, { after, rows, ...wait }: Promised & { after?: Synchronized | undefined } = {}): Promise<Synchronized | undefined> {
    return this.#story.expect('Synchronization', {
      check,
      expected: `${account}: Synchronization Successful${after ? `, one more than ${after.times}` : ''}, due ${dueDays} days later, and the same time at Cisco Software Central`,
      every: '500ms',
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const row = await this.#gui.on(synchronizationPath, async page => rowOf(await readSynchronizations(page), account), signal)
        if (row?.alert !== 'Synchronization Successful') return unlike(undefined, `${account}: ${row ? `${row.last}, ${row.alert || 'no alert'}` : 'not listed'}`)
        const observed = `${account}: ${row.last}, due ${row.due}, ${row.alert}`
        if (timeOf(row.due) - timeOf(row.last) !== dueDays * dayMs) return unlike(undefined, `${observed}: not ${dueDays} days apart`)
        const central = (await this.#around.centralAccounts(signal)).find(each => each.account === account)
        if (!central || Date.parse(central.synchronized_at) !== timeOf(row.last)) return unlike(undefined, `${observed}; but Cisco Software Central ${central ? `says ${central.synchronized_at}` : 'knows no such account'}`)
        const found = { last: row.last, times: central.synchronizations }
        if (after && found.times <= after.times) return unlike(undefined, `${observed}; Cisco Software Central has seen ${found.times}, no more than before`)
        return { value: found, satisfied: true, observed: `${observed}; Cisco Software Central says the same, and that it was number ${found.times}` }
      },
      evidence: () => this.#screenshot('Synchronization'),
    })
  }

  /** What was reported at the last synchronization: these products, and what they use together. */
  async expectCentralKnows(account: string, products: TargetProduct[], { rows, ...wait }: Promised = {}): Promise<void> {
    const promised = { usage: usageOf(products), instances: products.map(({ name }) => ({ name })) }
    await this.#story.expect('Cisco Software Central knows instances and usage', {
      check,
      expected: say(promised),
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const found = (await this.#around.centralAccounts(signal)).find(each => each.account === account)
        return found ? shows({ usage: found.usage, instances: found.instances }, promised) : unlike(undefined, 'no such account')
      },
    })
  }

  /** What Cisco Software Central sells to that account: told to this server at the next synchronization. */
  purchase(account: string, licence: string, count: number): Promise<void> {
    return this.#story.step(`${account} has purchased ${count} of ${licence}`, async () => { await this.#around.central(`purchased ${[account, licence, String(count)].map(quote).join(' ')}`, this.#story.signal) })
  }

  /** What the page shows of it, whatever that is worth. */
  async expectSynchronization(account: string, promised: Partially<Synchronization>, { rows, ...wait }: Promised = {}): Promise<void> {
    await this.#expectPage('Synchronization', synchronizationPath, async page => showsRow(await readSynchronizations(page), account, promised), `${account}: ${say(promised)}`, rows, wait)
  }

  // --- products -------------------------------------------------------------------------------------------

  /** A token of that account, to register products with. */
  newToken(account: string, description: string): Promise<string> {
    return this.#story.step(`a product instance registration token of ${account}`, () => this.#gui.on(smartLicensingPath, async (page, options) => {
      await showAccount(page, account, 'general', options)
      return newToken(page, description, options)
    }, this.#story.signal))
  }

  /** By the product's console: transport, then token. Whether that is a registration is for an expectation to say. */
  register(product: TargetProduct, token: string, { url = this.registrationUrl() } = {}): Promise<Attempt> {
    return this.#story.step(`register ${product.name} at ${url}`, async () => {
      await this.#around.enter(product, `license smart transport gateway ${url}`, this.#story.signal)
      const began = Date.now()
      await this.#around.enter(product, `license smart register idtoken ${token}`, this.#story.signal, { mayFail: true })
      return { began, url }
    })
  }

  /** Whatever an earlier scenario left of it: it reports in no more, and is registered no more. */
  deregister(product: TargetProduct): Promise<void> {
    return this.#story.step(`${product.name} is registered no more`, async () => {
      await this.#around.enter(product, 'license smart report off', this.#story.signal)
      const { shown } = await this.#around.licensing(product, this.#story.signal)
      if (shown.status === 'REGISTERED') await this.#around.enter(product, 'license smart deregister', this.#story.signal)
    })
  }

  /** By the product's own pages, as the document shows it. */
  async expectRegistrationByPage(product: TargetProduct, token: string, said: { transport?: string; registration: string }, { rows, ...wait }: Promised = {}): Promise<void> {
    const { transport, registration } = said
    await this.#story.expect(`${product.name} is registered on its own page`, {
      check,
      expected: [transport, registration].filter(message => message !== undefined).join(', then '),
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const first = await this.#around.setTransport(product, this.registrationUrl(), signal)
        const second = await this.#around.register(product, token, signal)
        return { value: second, satisfied: (transport === undefined || first === transport) && second === registration, observed: `${first}, then ${second}` }
      },
      evidence: () => this.#productScreenshot(`${product.name}, registration`),
    })
  }

  /** That attempt failed, and the product says why: it could not verify the certificate for the host that it asked, or for that other reason. */
  async expectNotRegistered(product: TargetProduct, attempt: Attempt, { why = notFor(attempt), rows, ...wait }: Promised & { why?: RegExp } = {}): Promise<void> {
    await this.#story.expect(`${product.name} is not registered`, {
      check,
      expected: `UNREGISTERED - REGISTRATION FAILED, since this attempt: ${String(why)}`,
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const { status, failure = '' } = (await this.#around.licensing(product, signal)).shown
        const at = Date.parse(/\((\S+Z)\)$/.exec(failure)?.[1] ?? '')
        return { value: failure, satisfied: status === 'UNREGISTERED - REGISTRATION FAILED' && why.test(failure) && at >= attempt.began, observed: `${status}: ${failure}` }
      },
    })
  }

  /** A command of the product's console. */
  async enter(product: TargetProduct, command: string): Promise<string> {
    return this.#story.step(`${command} on ${product.name}`, () => this.#around.enter(product, command, this.#story.signal))
  }

  /** `show license all` on the product says so; the transcript is kept. */
  async expectProduct(product: TargetProduct, promised: Partially<ProductLicensing>, { rows, ...wait }: Promised = {}): Promise<ProductLicensing | undefined> {
    let transcript = ''
    return this.#story.expect(`show license all on ${product.name}`, {
      check,
      expected: say(promised),
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const seen = await this.#around.licensing(product, signal)
        transcript = seen.transcript
        return shows(seen.shown, promised)
      },
      evidence: async () => [this.#story.keepText(`show license all on ${product.name}`, transcript)],
    })
  }

  /** It reports in by itself, and a report was answered after this call. One that a failover cut off takes 30 s to be given up. */
  async expectReports(product: TargetProduct, { rows, ...wait }: Promised = {}): Promise<void> {
    let began: number | undefined
    await this.#story.expect(`${product.name} reports in by itself`, {
      check,
      expected: 'a report that was answered from now on',
      every: '500ms',
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const { answered, failed, error } = await this.#around.reports(product, signal)
        began ??= answered
        return { value: answered, satisfied: answered > began, observed: `${answered - began} more answered since, ${failed} not answered in all${error === null ? '' : `; the last: ${error}`}` }
      },
    })
  }

  /** The product reports in now, and says that. */
  async expectReport(product: TargetProduct, said: RegExp, { rows, ...wait }: Promised = {}): Promise<void> {
    await this.#story.expect(`a report of ${product.name}`, {
      check,
      expected: String(said),
      every: '500ms',
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const answer = (await this.#around.enter(product, 'license smart report', signal, { mayFail: true })).trim()
        return { value: answer, satisfied: said.test(answer), observed: answer }
      },
    })
  }

  /** The product reports in now: the contact that it is told is later than `after`, and the page Product Instances shows the same. */
  async expectContactRenewed(account: string, product: TargetProduct, { after, rows, ...wait }: Promised & { after: string }): Promise<void> {
    await this.#expectPage(`a contact of ${product.name}`, smartLicensingPath, async page => {
      const said = (await this.#around.enter(product, 'license smart report', this.#story.signal, { mayFail: true })).trim()
      const told = reportSent.exec(said)?.[1]
      await showAccount(page, account, 'instances', { timeout: pageLimitMs, signal: this.#story.signal })
      const shown = rowOf(await readInstances(page), product.name)?.lastContact
      return { value: shown, satisfied: told !== undefined && timeOf(told) > timeOf(after) && shown === told, observed: `the product says: ${said}; the page: ${shown ?? 'not listed'}` }
    }, `Report sent, contact later than ${after}, and that on the page`, rows, wait)
  }

  /** The products' door at the VIP is open, by that server, and sends who comes with a browser on to the VIP. */
  async expectDoor(server: { name: string }, { rows, ...wait }: Promised = {}): Promise<void> {
    const url = `https://${this.#target.vip}/`
    await this.#story.expect('the door of the products at the VIP', {
      check,
      expected: `${url} answered by ${server.name}, and the way to the GUI at the VIP`,
      ...(rows ? { rows } : {}),
      ...wait,
      look: async (signal): Promise<Look<string | undefined>> => {
        const outcome = await exchange(productsDoor(this.#target), { method: 'GET', path: '/' }, brisk, signal)
        if ('error' in outcome) return unlike(outcome.error, `${url}: ${outcome.error}`)
        const { status, location, server: answeredBy } = outcome.answer
        return { value: location, satisfied: answeredBy === server.name && location !== undefined && URL.canParse(location) && new URL(location).hostname === this.#target.vip, observed: `http ${status} by ${answeredBy ?? 'nobody who says so'}, to ${location ?? 'nowhere'}` }
      },
    })
  }

  async expectProductPage(product: TargetProduct, promised: Partially<ProductPage>, { rows, ...wait }: Promised = {}): Promise<void> {
    await this.#story.expect(`the page of ${product.name}`, {
      check,
      expected: say(promised),
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => shows(await this.#around.page(product, signal), promised),
      evidence: () => this.#productScreenshot(product.name),
    })
  }

  async expectTransportForm(product: TargetProduct, promised: TransportForm, { rows, ...wait }: Promised = {}): Promise<void> {
    await this.#story.expect(`the transports that ${product.name} offers`, {
      check,
      expected: say(promised),
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => shows(await this.#around.transportForm(product, signal), promised),
      evidence: () => this.#productScreenshot(`${product.name}, transport`),
    })
  }

  /** Products of the workload's, beside those that have a console: from now on so many a second register with that account. */
  registerAllTheTime(account: string, token: string, perSecond: number): Promise<Load> {
    return this.#story.step(`${perSecond} products a second register with ${account} from now on`, () => this.#alsoMake(() => new Registrations({ target: this.#target, token, listed: (prefix, signal) => this.#listed(account, prefix, signal) }), perSecond))
  }

  /** A product of theirs that asks from now on is let in. */
  async expectRegistering(load: Load, { rows, ...wait }: Promised = {}): Promise<void> {
    await this.#story.expect('products that ask now are registered', {
      check,
      expected: 'a registration asked for now is acknowledged',
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        await load.acknowledgedOnce(signal)
        return { value: true, satisfied: true, observed: 'acknowledged' }
      },
    })
  }

  /** As the page finds them. */
  #listed(account: string, prefix: string, signal: AbortSignal): Promise<string[]> {
    return this.#gui.on(smartLicensingPath, async (page, options) => {
      await showAccount(page, account, 'instances', options, prefix)
      return (await readInstances(page)).map(({ name }) => name)
    }, signal)
  }

  // --- smart licensing ------------------------------------------------------------------------------------

  /** Just these product instances. */
  async expectInstances(account: string, promised: (Partially<Instance> & { name: string })[], { rows, tabs, ...wait }: Promised & { tabs?: string[] } = {}): Promise<Instance[] | undefined> {
    return this.#expectPage('Smart Licensing, Product Instances', smartLicensingPath, async page => {
      await showAccount(page, account, 'instances', { timeout: pageLimitMs, signal: this.#story.signal })
      const [instances, offered] = [await readInstances(page), await readTabs(page)]
      // In whatever order: one that came back keeps its old place.
      const found = shows(byName(instances), byName(promised))
      return tabs && offered.join() !== tabs.join() ? { ...found, satisfied: false, observed: `the tabs ${offered.join(', ')}` } : found
    }, say(promised), rows, wait)
  }

  /** Just these licences in use by so many, on the page Licenses, with their balance and its alert. */
  async expectLicences(account: string, inUse: Record<string, number>, { purchased = {}, rows, ...wait }: Promised & { purchased?: Record<string, number> } = {}): Promise<void> {
    const promised = Object.entries(inUse).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([license, count]): Licence => {
      const bought = purchased[license] ?? 0
      return { license, billing: 'Prepaid', purchased: bought, inUse: count, balance: bought - count, alerts: bought < count ? 'Insufficient Licenses' : '' }
    })
    await this.#expectPage('Smart Licensing, Licenses', smartLicensingPath, async page => {
      await showAccount(page, account, 'licenses', { timeout: pageLimitMs, signal: this.#story.signal })
      return shows(await readLicences(page), promised)
    }, say(promised), rows, wait)
  }

  /** The page, REST and every database say the same, and what is in use is what those products use that are registered. `on`: the servers whose databases run; all of them unless said. */
  async expectAddingUp(account: string, products: TargetProduct[], { rows, on = this.#target.nodes, ...wait }: Promised & { on?: { name: string }[] } = {}): Promise<void> {
    const promised = usageOf(products)
    await this.#story.expect('licences add up, and are the same on page, REST and in the databases', {
      check: 'licences-add-up',
      expected: say(promised),
      every: '500ms',
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const seen = await this.#everywhere(account, on, signal)
        const wrong = seen.filter(({ inUse }) => !shows(sorted(inUse), sorted(promised)).satisfied || Object.keys(inUse).length !== Object.keys(promised).length)
        return { value: seen, satisfied: wrong.length === 0, observed: wrong.length === 0 ? `${seen.map(({ by }) => by).join(', ')}: ${say(promised)}` : wrong.map(({ by, inUse }) => `${by}: ${say(sorted(inUse))}`).join('; ') }
      },
      evidence: () => this.#screenshot('Smart Licensing, Licenses'),
    })
  }

  async expectAlert(account: string, message: string, { rows, ...wait }: Promised = {}): Promise<void> {
    await this.#story.expect(`REST tells the alert ${message}`, {
      check,
      expected: `Major: ${message}`,
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const alerts = await this.#rest.alerts(await this.#apiClient(), account, signal)
        return { value: alerts, satisfied: alerts.some(alert => alert.severity === 'Major' && alert.message === message), observed: alerts.map(alert => `${alert.severity}: ${alert.message}`).join(', ') || 'none' }
      },
    })
  }

  /** One after the other: the page and the credentials for REST are read in the same tab. */
  async #everywhere(account: string, on: { name: string }[], signal: AbortSignal): Promise<{ by: string; inUse: Record<string, number> }[]> {
    const client = await this.#apiClient()
    const byPage = await this.#gui.on(smartLicensingPath, async (page, options) => {
      await showAccount(page, account, 'licenses', options)
      return Object.fromEntries((await readLicences(page)).map(({ license, inUse }) => [license, inUse]))
    }, signal)
    const byRest = Object.fromEntries((await this.#rest.licences(client, account, signal)).map(({ license, inUse }) => [license, inUse]))
    const byDatabase = this.#target.capabilities.sql ? await Promise.all(on.map(async ({ name }) => ({ by: `the database of ${name}`, inUse: await this.#usageIn(name, account, signal) }))) : []
    return [{ by: 'the page', inUse: byPage }, { by: 'REST', inUse: byRest }, ...byDatabase]
  }

  async #usageIn(node: string, account: string, signal: AbortSignal): Promise<Record<string, number>> {
    await replayed(this.#access, node, signal)
    const said = await query(this.#access.root(node), 'ssm', `select licence, sum(quantity) from usage join instances on instances.id = instance join local_accounts on local_accounts.id = account where local_accounts.name = '${literal(account)}' group by licence`, signal)
    return Object.fromEntries(said.split('\n').filter(line => line !== '').map(line => {
      const [licence = '', quantity] = line.split('|')
      return [licence, Number(quantity)]
    }))
  }

  /** Made once for the scenario; what it is for outlives every failover. */
  #apiClient(): Promise<ApiClient> {
    if (!this.#client) {
      const client = this.#gui.on(apiToolkitPath, createApiClient, this.#story.signal)
      this.#client = client
      client.catch(() => { if (this.#client === client) this.#client = undefined })
    }
    return this.#client
  }

  async #expectPage<T>(title: string, path: string, look: (page: Parameters<typeof readTabs>[0]) => Promise<Look<T>>, expected: string, rows: string[] | undefined, wait: Omit<Promised, 'rows'>): Promise<T | undefined> {
    return this.#story.expect(title, {
      check,
      expected,
      every: '500ms',
      ...(rows ? { rows } : {}),
      ...wait,
      look: signal => this.#gui.on(path, page => look(page), signal),
      evidence: () => this.#screenshot(title),
    })
  }

  async #screenshot(title: string): Promise<Evidence[]> {
    return this.#kept(title, await this.#gui.screenshot())
  }

  async #productScreenshot(title: string): Promise<Evidence[]> {
    return this.#kept(title, await this.#around.screenshot())
  }

  #kept(title: string, png: Uint8Array | undefined): Evidence[] {
    return png ? [this.#story.keep(title, png, 'image/png', 'png')] : []
  }
}

/** What these products together use, by licence. */
export function usageOf(products: TargetProduct[]): Record<string, number> {
  const usage: Record<string, number> = {}
  for (const { licences } of products) for (const [licence, count] of Object.entries(licences)) usage[licence] = (usage[licence] ?? 0) + count
  return usage
}

function sorted(usage: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(usage).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function byName<T extends { name: string }>(rows: T[]): T[] {
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function rowOf<T extends { name: string }>(rows: T[], name: string): T | undefined {
  return rows.find(row => row.name === name)
}

function showsRow<T extends { name: string }>(rows: T[], name: string, promised: Partially<T>): Look<T | undefined> {
  const row = rowOf(rows, name)
  return row ? shows(row, promised as never) : unlike(row, `${name} is not listed`)
}

function unlike<T>(value: T, observed: string): Look<T> {
  return { value, satisfied: false, observed }
}

/** As OpenSSL words it. */
function notFor({ url }: Attempt): RegExp {
  return new RegExp(`certificate verify failed.*not valid for '${new URL(url).hostname.replaceAll('.', String.raw`\.`)}'`)
}
