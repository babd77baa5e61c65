// The product's forms, filled in and sent as a person does.
import type { Page } from 'playwright-core'
import { clickThrough } from './click-through.ts'
import { NoPage } from './page.ts'

export interface Sending {
  timeout: number
  signal: AbortSignal
}

/** Fills its fields in and sends it; what the page then answers in red is the error. */
export async function send(page: Page, form: string, fields: Record<string, string>, options: Sending): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`${form} [name=${name}]`)
    if (await field.evaluate(element => element.tagName === 'SELECT')) await field.selectOption(value, options)
    else await field.fill(value, options)
  }
  await clickThrough(page, () => page.click(`${form} button[type=submit]`, options), options)
  await noComplaint(page)
}

export async function complaintsOn(page: Page): Promise<string[]> {
  return page.$$eval('[data-field=error]', elements => elements.map(element => element.textContent.trim()))
}

/** Opens the menu of the row that is about that, and chooses; what the page then answers in red is the error. */
export async function choose(page: Page, row: string, action: string, options: Sending): Promise<void> {
  const found = page.locator(row)
  await found.locator('summary').click(options)
  await clickThrough(page, () => found.getByRole('button', { name: action }).click(options), options)
  await noComplaint(page)
}

/** Rejects with what the page says in red. */
async function noComplaint(page: Page): Promise<void> {
  const complaints = await complaintsOn(page)
  if (complaints.length > 0) throw new NoPage(`the page says: ${complaints.join('; ')}`)
}

/** In an attribute selector, whatever is in it. */
export function attribute(name: string, value: string): string {
  return `[${name}=${JSON.stringify(value)}]`
}
