// What every page of the product has in common: it carries its facts in elements marked `data-field`, and says when it is none.
import type { Page } from 'playwright-core'

/** A page that did not come, or is not the one that was asked for. The message is short: `timeout`, `refused`, `http 503`. */
export class NoPage extends Error {
  override name = 'NoPage'
}

/** The texts of a page's marked elements, as they are in the document. */
export interface SeenPage {
  status: number
  /** where it really came from, after redirects */
  path: string
  fields: [string, string][]
  tabs: string[]
}

/**
 * Reads the document that the page shows; or, given a path, fetches that page as the browser of whoever is logged in does, and reads it
 * without showing it: a twentieth of the work.
 */
export function seen(page: Page, fetched?: { path: string; limitMs: number }): Promise<SeenPage> {
  return page.evaluate(async fetched => {
    let root: Document = document
    let [status, url] = [200, location.href]
    if (fetched) {
      const response = await fetch(fetched.path, { cache: 'no-store', signal: AbortSignal.timeout(fetched.limitMs) })
      root = new DOMParser().parseFromString(await response.text(), 'text/html')
      status = response.status
      url = response.url
    }
    return {
      status,
      path: new URL(url).pathname,
      fields: Array.from(root.querySelectorAll('[data-field]'), (element): [string, string] => [element.getAttribute('data-field') ?? '', element.textContent]),
      tabs: Array.from(root.querySelectorAll('[data-tab]'), element => element.textContent.trim()),
    }
  }, fetched)
}

/** The text of a field, white space as a person sees it. */
export function fieldOf({ fields }: Pick<SeenPage, 'fields'>, name: string): string {
  const field = fields.find(([mark]) => mark === name)
  if (!field) throw new NoPage(`the page has no field ${name}`)
  return field[1].replaceAll(/\s+/g, ' ').trim()
}

/** The part of a field that matters; a field of another form is not guessed at. */
export function partOf(text: string, pattern: RegExp, name: string): string {
  const part = pattern.exec(text)?.[1]
  if (part === undefined) throw new NoPage(`the field ${name} says ${JSON.stringify(text)}`)
  return part
}
