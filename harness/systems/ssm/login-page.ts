// The log-in page: what the product shows instead of any other to somebody it does not know.
import type { Page } from 'playwright-core'
import { clickThrough } from './click-through.ts'
import { NoPage } from './page.ts'

export const loginPath = '/login'

export function isLoginPage(page: Page): boolean {
  return new URL(page.url()).pathname === loginPath
}

/** Rejects when the product does not accept them. */
export async function logIn(page: Page, { username, password }: { username: string; password: string }, options: { timeout: number; signal: AbortSignal }): Promise<void> {
  await page.fill('input[name=username]', username, options)
  await page.fill('input[name=password]', password, options)
  await clickThrough(page, () => page.click('button[type=submit]', options), options)
  if (isLoginPage(page)) throw new NoPage(`the product refuses the log-in of ${username}`)
}
