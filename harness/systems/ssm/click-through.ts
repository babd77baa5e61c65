// A form is sent by a click, and the page that comes of it is waited for: that one, and no other that the browser loads meanwhile.
import type { Page, Request } from 'playwright-core'
import { AccessError } from '../../access.ts'
import { sayMs } from '../../duration.ts'
import { asLongAsItTakes, dropped, pageLimitMs } from './tab.ts'

/**
 * Clicks on what sends a form, and waits for the answer to that very form and for the page that comes of it. A page that the browser loads by itself meanwhile,
 * because this host got or lost an interface, is neither. The page that came of a form is asked for again when the browser dropped it; a form is not, for it might
 * do twice what it does. Rejects with the browser's word when either was cut off; with an AccessError of kind `broken` when a form had waited for longer than a page may
 * take before it was dropped: that it was not answered may be the product's doing.
 */
export async function clickThrough(page: Page, click: () => Promise<void>, options: { timeout: number; signal: AbortSignal }): Promise<void> {
  await page.evaluate(() => { document.documentElement.dataset.left = 'yes' })
  const came = page.waitForEvent('requestfinished', { predicate: async request => comesOfForm(request) && !(await leadsOn(request)), ...options }).then(() => undefined)
  const cutOff = page.waitForEvent('requestfailed', { predicate: comesOfForm, ...options })
  // The one that comes second ends with its limit, and nobody waits for it.
  for (const wait of [came, cutOff]) wait.catch(() => undefined)
  const sentAt = performance.now()
  const [lost] = await Promise.all([Promise.race([came, cutOff]), click()])
  if (lost) {
    const error = new Error(lost.failure()?.errorText ?? 'the form was not answered')
    const waitedMs = performance.now() - sentAt
    if (dropped(error) && waitedMs > pageLimitMs) throw new AccessError('broken', `what a form brings had not come after ${sayMs(waitedMs)}, and was dropped then, because this host got or lost a network interface`, { cause: error })
    if (lost.method() === 'POST' || !dropped(error)) throw error
    await asLongAsItTakes(limitMs => page.goto(lost.url(), { timeout: limitMs, waitUntil: 'domcontentloaded', signal: options.signal }))
  }
  await page.waitForFunction(() => document.readyState !== 'loading' && document.documentElement.dataset.left === undefined, undefined, options)
}

/** A form on its way, or the page that its answer led to. */
function comesOfForm(request: Request): boolean {
  const from = request.redirectedFrom()
  return from ? comesOfForm(from) : request.isNavigationRequest() && request.method() === 'POST'
}

/** RFC 9110, 15.4: those that a browser follows by itself. */
const redirects = [301, 302, 303, 307, 308]

/** Whether its answer sends the browser to another page. */
async function leadsOn(request: Request): Promise<boolean> {
  return redirects.includes((await request.response())?.status() ?? 0)
}
