// REST, as a program asks the product: a token for its client, then licences and alerts of an account.
// Paths, bodies and names of fields: centreon/centreon-plugins, src/apps/cisco/ssms/restapi (custom/api.pm, mode/licenses.pm).
import { createSecureContext } from 'node:tls'
import { readSecret } from '../../access/secrets.ts'
import type { Target } from '../../target.ts'
import type { ApiClient } from './api-toolkit-page.ts'
import { exchange, patient, type Place, type WebRequest } from './web.ts'

export interface RestLicence {
  license: string
  status: string
  quantity: number
  inUse: number
  available: number
}

export class Rest {
  readonly #place: Place

  constructor({ gui, vip }: Target) {
    this.#place = { host: vip, port: Number(new URL(gui.url).port || 443), secureContext: createSecureContext({ ca: gui.ca && readSecret(gui.ca) }) }
  }

  async licences(client: ApiClient, account: string, signal: AbortSignal): Promise<RestLicence[]> {
    const { licenses } = await this.#ask<{ licenses: RestLicence[] }>({ path: `/api/v1/accounts/${encodeURIComponent(account)}/licenses`, bearer: await this.#token(client, signal), json: { limit: -1 } }, signal)
    return licenses
  }

  async alerts(client: ApiClient, account: string, signal: AbortSignal): Promise<{ severity: string; message: string }[]> {
    const { alerts } = await this.#ask<{ alerts: { severity: string; message: string }[] }>({ path: `/api/v1/accounts/${encodeURIComponent(account)}/alerts`, bearer: await this.#token(client, signal), json: {} }, signal)
    return alerts
  }

  async #token({ id, secret }: ApiClient, signal: AbortSignal): Promise<string> {
    const { access_token: token } = await this.#ask<{ access_token: string }>({ path: '/backend/oauth/token', json: { grant_type: 'client_credentials', client_id: id, client_secret: secret } }, signal)
    return token
  }

  async #ask<T>(wanted: Omit<WebRequest, 'method'>, signal: AbortSignal): Promise<T> {
    const outcome = await exchange(this.#place, { method: 'POST', ...wanted }, patient, signal)
    signal.throwIfAborted()
    if ('error' in outcome) throw new Error(`${wanted.path}: ${outcome.error}`)
    const { status, body } = outcome.answer
    if (status !== 200) throw new Error(`${wanted.path}: http ${status}: ${body.slice(0, 200)}`)
    return JSON.parse(body) as T
  }
}
