// The page Accounts: the list, a new account by its form, and the menu that activates one.
import type { Page } from 'playwright-core'
import { clickThrough, NoPage } from './page.ts'

export interface Account {
  name: string
  requestedBy: string
  smartAccount: string
  virtualAccount: string
  status: string
}

export const accountsPath = (search: string): string => `/accounts?search=${encodeURIComponent(search)}`
export const newAccountPath = '/accounts/new'

export async function readAccounts(page: Page): Promise<Account[]> {
  return page.$$eval('tr[data-account]', elements => elements.map(row => {
    const cell = (column: string): string => row.querySelector(`td[data-column="${column}"]`)?.textContent.trim() ?? ''
    return {
      name: row.getAttribute('data-account') ?? '', requestedBy: cell('Requested By'), smartAccount: cell('Cisco Smart Account'),
      virtualAccount: cell('Cisco Virtual Account'), status: cell('Account Status'),
    }
  }))
}

/** Fills the form in and sends it as a person does; what the page answers in red is the error. */
export async function fillNewAccount(page: Page, { name, virtualAccount }: { name: string; virtualAccount: string }, options: { timeout: number; signal: AbortSignal }): Promise<void> {
  await page.fill('input[name=name]', name, options)
  await page.fill('input[name=virtual_account]', virtualAccount, options)
  await clickThrough(page, () => page.click('main form button[type=submit]', options), options)
  const complaint = await page.$$eval('[data-field=error]', elements => elements.map(element => element.textContent.trim()))
  if (complaint.length > 0) throw new NoPage(`the page says: ${complaint.join('; ')}`)
}

/** On the list, by the row's own menu. */
export async function activate(page: Page, name: string, options: { timeout: number; signal: AbortSignal }): Promise<void> {
  const row = page.locator('tr[data-account]').filter({ has: page.locator('td[data-column=Account]', { hasText: new RegExp(`^${escaped(name)}$`) }) })
  await row.locator('summary').click(options)
  await clickThrough(page, () => row.getByRole('button', { name: 'Activate' }).click(options), options)
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
