// The product's lists: a row is marked with what it is about, its cells with their columns.
import type { Page } from 'playwright-core'
import { NoPage } from './page.ts'

/** By column, the cell's text as a person sees it. */
export type Row = Record<string, string>

/** The rows of the list whose rows carry that mark, in their order. Throws NoPage where the page shows no list, or not as many rows as it says. */
export async function readTable(page: Page, mark: string): Promise<Row[]> {
  const { rows, count } = await page.evaluate(mark => ({
    rows: Array.from(document.querySelectorAll(`tr[${mark}]`), row =>
      Object.fromEntries(Array.from(row.querySelectorAll('td[data-column]'), cell => [cell.getAttribute('data-column') ?? '', (cell as HTMLElement).innerText.replaceAll(/\s+/g, ' ').trim()]))),
    count: document.querySelector('[data-field=records]')?.textContent.trim() ?? null,
  }), mark)
  const said = /Showing (?:All|the Latest) (\d+) Records/.exec(count ?? '')?.[1]
  if (said === undefined) throw new NoPage(`the page says ${JSON.stringify(count)} where it should say how many records it shows`)
  if (Number(said) !== rows.length) throw new NoPage(`the page shows ${rows.length} rows and says that it shows ${said}`)
  return rows
}
