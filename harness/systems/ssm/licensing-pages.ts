// Smart Licensing: tokens for products, the product instances, and what they use of each licence.
import type { Page } from 'playwright-core'
import { send, type Sending } from './form.ts'
import { NoPage } from './page.ts'
import { readTable } from './table.ts'
import { asLongAsItTakes } from './tab.ts'

export interface Licence {
  license: string
  billing: string
  purchased: number
  inUse: number
  balance: number
  alerts: string
}

export interface Instance {
  name: string
  productType: string
  /** `2021-Jun-20 18:39:00`, UTC */
  lastContact: string
  alerts: string
}

export const smartLicensingPath = '/smart-licensing'

/** A search finds all; without one, long lists show their latest rows. The sub-tabs are links of the page of an account: which one is chosen first. */
export async function showAccount(page: Page, account: string, view: 'general' | 'licenses' | 'instances', options: Sending, search = ''): Promise<void> {
  const value = await page.locator('form.chooser option').evaluateAll((all, name) => all.find(option => option.textContent.trim() === name)?.getAttribute('value'), account)
  if (!value) throw new NoPage(`Smart Licensing offers no account ${account}`)
  const url = new URL(page.url())
  url.search = new URLSearchParams({ account: value, view, search }).toString()
  await asLongAsItTakes(limitMs => page.goto(url.href, { timeout: limitMs, waitUntil: 'domcontentloaded', signal: options.signal }))
}

/** The tabs of Smart Licensing and of the local virtual account, those without a page too. */
export async function readTabs(page: Page): Promise<string[]> {
  return page.$$eval('nav.tabs > *', elements => elements.map(element => element.textContent.trim()))
}

export async function readLicences(page: Page): Promise<Licence[]> {
  return (await readTable(page, 'data-licence')).map(row => ({
    license: row.License ?? '', billing: row.Billing ?? '', purchased: count(row.Purchased), inUse: count(row['In Use']), balance: count(row.Balance), alerts: row.Alerts ?? '',
  }))
}

/** In the order in which they registered. The name's cell also shows the UDI. */
export async function readInstances(page: Page): Promise<Instance[]> {
  const names = await page.$$eval('tr[data-instance]', rows => rows.map(row => row.getAttribute('data-instance') ?? ''))
  return (await readTable(page, 'data-instance')).map((row, index) => ({ name: names[index] ?? '', productType: row['Product Type'] ?? '', lastContact: row['Last Contact'] ?? '', alerts: row.Alerts ?? '' }))
}

/** Makes a token by the form, and reads it from the list by its description. */
export async function newToken(page: Page, description: string, options: Sending): Promise<string> {
  await send(page, 'form[action="/smart-licensing/tokens"]', { description }, options)
  const token = (await readTable(page, 'data-token')).find(row => row.Description === description)?.Token
  if (!token) throw new NoPage(`the page lists no token ${description} after it was asked for`)
  return token
}

function count(text: string | undefined): number {
  if (text === undefined || !/^-?\d+$/.test(text)) throw new NoPage(`the page shows ${JSON.stringify(text)} where a count belongs`)
  return Number(text)
}
