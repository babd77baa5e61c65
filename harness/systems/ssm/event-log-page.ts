// The tab Event Logs of the page High Availability Status.
import type { Page } from 'playwright-core'

export const eventLogPath = '/high-availability?tab=events'

/** Each with its time, as a line; newest first. */
export async function readEvents(page: Page): Promise<string[]> {
  return page.$$eval('tr[data-event]', elements => elements.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent.trim()).join(' ')))
}
