// The admin workspace: the product's name and its tiles.
import type { Page } from 'playwright-core'

export interface WorkspacePage {
  title: string
  /** their labels, those without a page too */
  tiles: string[]
}

export const workspacePath = '/'

export async function readWorkspacePage(page: Page): Promise<WorkspacePage> {
  const [title, tiles] = await Promise.all([page.title(), page.$$eval('[data-tile]', elements => elements.map(element => element.getAttribute('data-tile') ?? ''))])
  return { title, tiles }
}
