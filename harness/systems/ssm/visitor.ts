// A visitor of the GUI by single requests, as a browser sends them: logs in by the form, asks for pages, logs out.
import { createSecureContext } from 'node:tls'
import { readSecret } from '../../access/secrets.ts'
import type { Target } from '../../target.ts'
import { exchange, patient, type Patience, type Place, type WebAnswer, type WebRequest } from './web.ts'

/** What the log-in gives: it outlives every server, because it is kept in the database that moves with the VIP. */
export interface Session {
  cookie: string
  csrf: string
}

export class Visitor {
  readonly place: Place
  readonly #gui: Target['gui']
  #session: Promise<Session> | undefined

  constructor({ vip, gui }: Pick<Target, 'vip' | 'gui'>) {
    this.#gui = gui
    this.place = { host: vip, port: Number(new URL(gui.url).port || 443), secureContext: createSecureContext({ ca: gui.ca && readSecret(gui.ca) }) }
  }

  /** One session for everything, and one attempt to get it; a new attempt after one that failed. */
  loggedIn(patience: Patience, signal?: AbortSignal): Promise<Session> {
    if (!this.#session) {
      const session = this.logIn(patience, signal)
      this.#session = session
      session.catch(() => { if (this.#session === session) this.forget() })
    }
    return this.#session
  }

  /** The next one logs in anew. */
  forget(): void {
    this.#session = undefined
  }

  /** A session of its own. Rejects when it is not let in. */
  async logIn(patience: Patience, signal: AbortSignal | undefined): Promise<Session> {
    const { username, password } = this.#gui
    const { cookie } = await this.ask({ method: 'POST', path: '/login', form: { username, password: readSecret(password) } }, [303], patience, signal)
    if (cookie === undefined) throw new Error('the product gave no session')
    const { body } = await this.ask({ method: 'GET', path: '/accounts/new', cookie }, [200], patience, signal)
    const csrf = /name="csrf" value="([^"]*)"/.exec(body)?.[1]
    if (csrf === undefined) throw new Error('the form for a new account carries no token')
    return { cookie, csrf }
  }

  /** Ends that session; the cookie stays what it was, and is good for nothing. */
  async logOut({ cookie, csrf }: Session, signal: AbortSignal): Promise<void> {
    await this.ask({ method: 'POST', path: '/logout', cookie, form: { csrf } }, [303], patient, signal)
  }

  /** Rejects unless the answer has one of these statuses. */
  async ask(wanted: WebRequest, statuses: number[], patience: Patience, signal: AbortSignal | undefined): Promise<WebAnswer> {
    const outcome = await exchange(this.place, wanted, patience, signal)
    signal?.throwIfAborted()
    if ('error' in outcome) throw new Error(`${wanted.path}: ${outcome.error}`)
    if (!statuses.includes(outcome.answer.status)) throw new Error(`${wanted.path}: http ${outcome.answer.status}`)
    return outcome.answer
  }
}
