// What every page of the product has in common: it carries its facts in elements marked `data-field`, and says when it is none.
import type { Page } from 'playwright-core'

/** A page that did not come, or is not the one that was asked for. The message is short: `timeout`, `refused`, `http 503`. */
export class NoPage extends Error {
  override name = 'NoPage'
}

/** The texts of all marked elements, by their marks; white space as a person sees it. */
export async function fieldsOf(page: Page): Promise<(name: string) => string> {
  const fields = new Map(await page.$$eval('[data-field]', elements => elements.map((element): [string, string] => [element.getAttribute('data-field') ?? '', element.textContent])))
  return name => {
    const text = fields.get(name)
    if (text === undefined) throw new NoPage(`the page has no field ${name}`)
    return text.replaceAll(/\s+/g, ' ').trim()
  }
}

/** Clicks, and waits for the page that comes of it. */
export async function clickThrough(page: Page, click: () => Promise<void>, options: { timeout: number; signal: AbortSignal }): Promise<void> {
  await Promise.all([page.waitForEvent('domcontentloaded', options), click()])
}

/** The part of a field that matters; a field of another form is not guessed at. */
export function partOf(text: string, pattern: RegExp, name: string): string {
  const part = pattern.exec(text)?.[1]
  if (part === undefined) throw new NoPage(`the field ${name} says ${JSON.stringify(text)}`)
  return part
}
