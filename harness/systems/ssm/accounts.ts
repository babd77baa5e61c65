// The product's accounts: made by its own form as a browser would send it, and read back from its pages and its databases.
import type { Access } from '../../access.ts'
import type { Target } from '../../target.ts'
import type { CreateAnswer, Maker, Reader } from '../../workload.ts'
import { literal, query, replayed } from './sql.ts'
import { Visitor, type Session } from './visitor.ts'
import { brisk, exchange, patient, type Exchange } from './web.ts'

export interface ListedAccount {
  name: string
  /** in the address of its actions */
  id: string
}

/** So many accounts are removed at the same time. */
const removers = 4

export class SsmAccounts implements Maker {
  readonly words = { create: 'create', read: 'read', clients: 'accounts' }
  readonly #target: Target
  readonly #visitor: Visitor

  constructor(target: Target) {
    this.#target = target
    this.#visitor = new Visitor(target)
  }

  async logIn(signal: AbortSignal): Promise<void> {
    await this.#visitor.loggedIn(patient, signal)
  }

  async create(name: string): Promise<CreateAnswer> {
    let session: Session
    try {
      session = await this.#visitor.loggedIn(brisk)
    } catch (error) {
      // The form was never sent.
      return { phase: 'fail', error: `log-in: ${(error as Error).message}` }
    }
    const { cookie, csrf } = session
    const outcome = await exchange(this.#visitor.place, { method: 'POST', path: '/accounts', cookie, form: { csrf, name, smart_account: '', virtual_account: '' } }, brisk)
    const answer = judgeCreate(outcome)
    if (answer.phase === 'fail' && /^http 40[13]$/.test(answer.error)) this.#visitor.forget()
    return answer
  }

  readers(access: Access): Reader[] {
    const databases = this.#target.capabilities.sql ? this.#target.nodes.map(({ name }) => ({ node: name, read: (prefix: string, signal: AbortSignal) => this.#readDatabase(access, name, prefix, signal) })) : []
    return [{ node: 'vip', read: (prefix, signal) => this.#readPage(prefix, signal) }, ...databases]
  }

  /** By the page's own menu; what is still listed afterwards is left. */
  async remove(prefix: string, signal: AbortSignal): Promise<{ removed: number; left: number }> {
    const { cookie, csrf } = await this.#visitor.loggedIn(patient, signal)
    const listed = async (): Promise<ListedAccount[]> => accountsOnPage(await this.#listPage(prefix, cookie, signal)).filter(({ name }) => name.startsWith(prefix))
    const found = await listed()
    const waiting = [...found]
    const removeOneByOne = async (): Promise<void> => {
      // 404: somebody else has just removed it, who heals the same run.
      for (let next = waiting.pop(); next; next = waiting.pop()) await this.#visitor.ask({ method: 'POST', path: `/accounts/${next.id}/delete`, cookie, form: { csrf } }, [303, 404], patient, signal)
    }
    await Promise.all(Array.from({ length: removers }, removeOneByOne))
    return { removed: found.length, left: (await listed()).length }
  }

  async #readPage(prefix: string, signal: AbortSignal): Promise<string[]> {
    const { cookie } = await this.#visitor.loggedIn(patient, signal)
    return accountsOnPage(await this.#listPage(prefix, cookie, signal)).map(({ name }) => name)
  }

  async #listPage(search: string, cookie: string, signal: AbortSignal | undefined): Promise<string> {
    const { body } = await this.#visitor.ask({ method: 'GET', path: `/accounts?search=${encodeURIComponent(search)}`, cookie }, [200], patient, signal)
    return body
  }

  async #readDatabase(access: Access, node: string, prefix: string, signal: AbortSignal): Promise<string[]> {
    await replayed(access, node, signal)
    const names = await query(access.root(node), 'ssm', `select name from local_accounts where starts_with(name, '${literal(prefix)}')`, signal)
    return names.split('\n').filter(name => name !== '')
  }
}

/** What the answer to the form says of the account. */
export function judgeCreate(outcome: Exchange): CreateAnswer {
  if ('error' in outcome) return { phase: outcome.sent ? 'info' : 'fail', error: outcome.error }
  const { status, location, server } = outcome.answer
  if (status === 303 && location === '/accounts') return { phase: 'ok', ...(server === undefined ? {} : { node: server }) }
  // 4xx is the product's no. A 5xx may have been said after the account was written, whatever its page says.
  return { phase: status >= 400 && status < 500 ? 'fail' : 'info', error: `http ${status}` }
}

/** The accounts on the list; rejects a page that does not show as many as it says it does. */
export function accountsOnPage(html: string): ListedAccount[] {
  const accounts = [...html.matchAll(/<tr data-account="([^"]*)" data-account-id="(\d+)"/g)].map(([, name = '', id = '']) => ({ name, id }))
  const said = /data-field="records">Showing All (\d+) Records/.exec(html)?.[1]
  if (said === undefined || Number(said) !== accounts.length) throw new Error(`the page lists ${accounts.length} accounts and says ${said ?? 'nothing of how many there are'}`)
  return accounts
}
