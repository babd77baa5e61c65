// Products that register all the time, as the workload's clients: each is one instance, and takes one licence.
import { createSecureContext } from 'node:tls'
import type { Access } from '../../access.ts'
import { readSecret } from '../../access/secrets.ts'
import type { Target } from '../../target.ts'
import type { CreateAnswer, Maker, Reader } from '../../workload.ts'
import { literal, query, replayed } from './sql.ts'
import { brisk, exchange, type Exchange, type Place } from './web.ts'

/** As `surroundings` of a target have it: the products' door. */
const port = 443
/** Of which each of them uses one. */
export const loadLicence = 'Load License'

/** Where products come in at the VIP, and whose certificates they believe. Throws where none is let in. */
export function productsDoor({ name, vip, surroundings }: Target): Place {
  if (!surroundings) throw new Error(`nothing stands around the target ${name}: no product would be let in`)
  return { host: vip, port, secureContext: createSecureContext({ ca: readSecret(surroundings.licensingCa) }) }
}

export class Registrations implements Maker {
  readonly words = { create: 'register', read: 'read-registrations', clients: 'products' }
  readonly #target: Target
  readonly #place: Place
  readonly #token: string
  /** their names, from the page Product Instances of their account */
  readonly #listed: (prefix: string, signal: AbortSignal) => Promise<string[]>

  constructor({ target, token, listed }: { target: Target; token: string; listed: (prefix: string, signal: AbortSignal) => Promise<string[]> }) {
    this.#target = target
    this.#place = productsDoor(target)
    this.#token = token
    this.#listed = listed
  }

  /** A product shows its token with every registration. */
  async logIn(): Promise<void> { /* there is no session */ }

  async create(name: string): Promise<CreateAnswer> {
    const message = { message: 'register', token: this.#token, name, product_type: 'LOAD', udi: `UDI_PID:LOAD; UDI_SN:${name};`, transport: 'Transport Gateway', licences: { [loadLicence]: 1 } }
    return judgeRegistration(await exchange(this.#place, { method: 'POST', path: '/Transportgateway/services/DeviceRequestHandler', json: message }, brisk))
  }

  readers(access: Access): Reader[] {
    const databases = this.#target.capabilities.sql ? this.#target.nodes.map(({ name: node }) => ({ node, read: (prefix: string, signal: AbortSignal) => this.#readDatabase(access, node, prefix, signal) })) : []
    return [{ node: 'vip', read: this.#listed }, ...databases]
  }

  /** They go with their account. */
  async remove(): Promise<{ removed: number; left: number }> {
    return { removed: 0, left: 0 }
  }

  /** Each name as often as licences are counted for it: not at all where none is. */
  async #readDatabase(access: Access, node: string, prefix: string, signal: AbortSignal): Promise<string[]> {
    await replayed(access, node, signal)
    const names = await query(access.root(node), 'ssm', `select name from instances join usage on instance = id, generate_series(1, quantity) where starts_with(name, '${literal(prefix)}') order by name`, signal)
    return names.split('\n').filter(name => name !== '')
  }
}

/** What the answer says of the registration. */
export function judgeRegistration(outcome: Exchange): CreateAnswer {
  if ('error' in outcome) return { phase: outcome.sent ? 'info' : 'fail', error: outcome.error }
  const { status, server } = outcome.answer
  if (status === 200) return { phase: 'ok', ...(server === undefined ? {} : { node: server }) }
  // 4xx is the product's no; a 5xx may have been said after it was written.
  return { phase: status >= 400 && status < 500 ? 'fail' : 'info', error: `http ${status}` }
}
