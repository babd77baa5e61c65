// The page Accounts: the list, a new account by its form, and the menu that activates one.
import type { Page } from 'playwright-core'
import { attribute, choose, send, type Sending } from './form.ts'

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

/** Rejects with NoPage when the product says no. */
export async function fillNewAccount(page: Page, { name, virtualAccount }: { name: string; virtualAccount: string }, options: Sending): Promise<void> {
  await send(page, 'main form', { name, virtual_account: virtualAccount }, options)
}

/** On the list, by the row's own menu. */
export async function remove(page: Page, name: string, options: Sending): Promise<void> {
  await choose(page, `tr${attribute('data-account', name)}`, 'Delete', options)
}

/** On the list, by the row's own menu. */
export async function activate(page: Page, name: string, options: Sending): Promise<void> {
  await choose(page, `tr${attribute('data-account', name)}`, 'Activate', options)
}
