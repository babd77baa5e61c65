// The page API Toolkit: credentials with which a program asks by REST.
import type { Page } from 'playwright-core'
import { send, type Sending } from './form.ts'
import { fieldOf, seen } from './page.ts'

export interface ApiClient {
  id: string
  secret: string
}

export const apiToolkitPath = '/api-toolkit'

/** The secret is shown this once. */
export async function createApiClient(page: Page, options: Sending): Promise<ApiClient> {
  await send(page, 'form[action="/api-toolkit"]', {}, options)
  const shown = await seen(page)
  return { id: fieldOf(shown, 'api.client-id'), secret: fieldOf(shown, 'api.client-secret') }
}
