// What SSM On-Prem shows of its cluster in each state, through console, GUI and wire, as expectations that a scenario can write down.
import type { Cluster, ClusterNode } from '../../cluster.ts'
import type { Duration } from '../../duration.ts'
import type { Evidence } from '../../history.ts'
import { say, shows, type Partially } from '../../matching.ts'
import type { Story } from '../../story.ts'
import type { Load } from '../system.ts'
import type { Account } from './accounts-page.ts'
import { patienceWith, type Patience } from './bounds.ts'
import type { Entered, SsmConsole } from './console.ts'
import { eventLogPath, readEvents } from './event-log-page.ts'
import type { SsmGui } from './gui.ts'
import type { HaPage } from './ha-page.ts'
import type { HaStatus } from './ha-status.ts'
import { parseHaTeardown } from './ha-teardown.ts'
import { health } from './health.ts'
import type { Licensing } from './licensing.ts'
import type { NetworkPage } from './network-page.ts'
import { NoPage } from './page.ts'
import type { Promised } from './promised.ts'
import { query } from './sql.ts'
import { readSystemHealth, type SystemHealth } from './system-health.ts'
import { Visitor, type Session } from './visitor.ts'
import { exchange, patient } from './web.ts'
import { serverAt } from './wire.ts'
import { workspacePath } from './workspace-page.ts'

/** Exit code of pacemaker's commands for what is not there: CRM_EX_NOSUCH, include/crm/common/results.h. */
const noSuchItem = 105

/** Every kind of page that is there without anything done before. */
const paths = ['/', '/high-availability', '/accounts', '/network']
/** Of each kind, one after the other: where one page in four fails, one of these does. */
const rounds = 3
/** Of the events that a page shows, which are 100 on a twin, so many are looked for again. */
const eventsKept = 20

/** Of a page: on that server's own address; at the VIP unless said. */
export interface PromisedPage extends Promised {
  on?: ClusterNode
}

/** As the page words it. */
export type Status = 'Active' | 'Pending' | 'not listed'

/** What the body of an SSM scenario works with. */
export class Ssm {
  readonly cluster: Cluster
  readonly story: Story
  readonly console: SsmConsole
  readonly gui: SsmGui
  readonly workload: Load
  /** accounts at Cisco Software Central, certificates, products and licences */
  readonly licensing: Licensing
  /** tells this run's names from every other's */
  readonly unique: string
  /** how long to wait for what */
  readonly patience: Patience
  readonly #guiOf: (node: ClusterNode) => SsmGui
  readonly #wasActive: () => string | undefined
  readonly #willMake: (account: string) => void
  readonly #willDestroy: (node: string) => void
  readonly #destroyed: (node: string) => void
  /** of the accounts made here, by name */
  readonly #virtualAccounts = new Map<string, string>()
  #visitor: Visitor | undefined

  constructor({ cluster, story, console, gui, guiOf, licensing, workload, unique, wasActive, willMake, willDestroy, destroyed }: { cluster: Cluster; story: Story; console: SsmConsole; gui: SsmGui; guiOf: (node: ClusterNode) => SsmGui; licensing: Licensing; workload: Load; unique: string; wasActive: () => string | undefined; willMake: (account: string) => void; willDestroy: (node: string) => void; destroyed: (node: string) => void }) {
    this.cluster = cluster
    this.patience = patienceWith(cluster.target.bounds)
    this.story = story
    this.console = console
    this.gui = gui
    this.licensing = licensing
    this.workload = workload
    this.unique = unique
    this.#guiOf = guiOf
    this.#wasActive = wasActive
    this.#willMake = willMake
    this.#willDestroy = willDestroy
    this.#destroyed = destroyed
  }

  /** Made when first asked for: a rehearsal reads no secrets. */
  #visiting(): Visitor {
    this.#visitor ??= new Visitor(this.cluster.target)
    return this.#visitor
  }

  /** The active server, as the servers' consoles say themselves; rejects when not exactly one says so. */
  async active(): Promise<ClusterNode> {
    const roles = await Promise.all(this.cluster.nodes.map(async node => ({ node, role: (await this.console.haStatus(node, this.story.signal)).status.replication?.role })))
    const masters = roles.filter(({ role }) => role === 'master')
    const [only, ...more] = masters
    if (!only || more.length > 0) throw new Error(`expected exactly one replication master; ${roles.map(({ node, role }) => `${node} says ${role ?? 'that HA is not enabled'}`).join(', ')}`)
    return only.node
  }

  /** Whether the cluster is set to forget failures after a while; pacemaker's own default is that it does not. Rejects when nobody can say. */
  async forgetsFailures(node: ClusterNode): Promise<boolean> {
    const { code, stderr } = await this.cluster.access.root(node.name).run('cibadmin --query --xpath "//rsc_defaults//nvpair[@name=\'failure-timeout\']"', { signal: this.story.signal })
    if (code !== 0 && code !== noSuchItem) throw new Error(`whether ${node} forgets failures cannot be told: cibadmin ended with ${code}: ${stderr.trim()}`)
    return code === 0
  }

  /** Accounts, products and licences on that server's own pages. */
  licensingOn(node: ClusterNode): Licensing {
    return this.licensing.on(this.#guiOf(node))
  }

  /** The server that was active before the run. */
  activeAtFirst(): ClusterNode {
    const name = this.#wasActive()
    if (name === undefined) throw new Error('nobody saw which server was active before the run')
    return this.cluster.node(name)
  }

  /** Makes and activates it by the GUI, on the active server. */
  async createAccount(account: { name: string; virtualAccount: string }): Promise<void> {
    this.#willMake(account.name)
    this.#virtualAccounts.set(account.name, account.virtualAccount)
    await this.story.step(`create and activate ${account.name} on the active server`, () => this.gui.createAccount(account, this.story.signal))
  }

  /** By the GUI, on the active server. */
  async deleteAccount(name: string): Promise<void> {
    await this.story.step(`delete ${name} on the active server`, () => this.gui.deleteAccount(name, this.story.signal))
  }

  /** A console command that is no fault, since nothing undoes it, with the answer to its question; what was printed. */
  async enter(node: ClusterNode, entered: Entered): Promise<string> {
    return this.story.step(saidOf(node, entered), () => this.console.enter(node, entered, this.story.signal))
  }

  /** Takes the server out of its cluster; what is printed is what the document shows. */
  async tearDown(node: ClusterNode, rows: string[]): Promise<void> {
    this.#willDestroy(node.name)
    await this.#expectTeardown(node, 'yes', true, rows)
    this.#destroyed(node.name)
  }

  /** Begins to take the server out of its cluster, and is cut off by what is done meanwhile. */
  async tearDownCutOff<T>(node: ClusterNode, cutOff: () => Promise<T>): Promise<T> {
    this.#willDestroy(node.name)
    const entered = teardown('yes')
    return this.story.step(`${saidOf(node, entered)}, and cut off`, () => this.console.enterCutOff(node, entered, cutOff, this.story.signal))
  }

  /** Asks for the teardown and gives another answer than `yes`: it ends with that. */
  async expectNoTeardown(node: ClusterNode, answer: string, rows: string[]): Promise<void> {
    await this.#expectTeardown(node, answer, false, rows)
  }

  async #expectTeardown(node: ClusterNode, answer: string, destroyed: boolean, rows: string[]): Promise<void> {
    const entered = teardown(answer)
    const transcript = await this.enter(node, entered)
    await this.story.expect(`${saidOf(node, entered)}, prints what the document shows`, {
      check: 'console-as-documented',
      expected: destroyed ? 'the warning, the question, and each step of the teardown in its order' : 'the warning and the question, and nothing else',
      rows,
      look: async () => shows(parseHaTeardown(transcript), { destroyed }),
      evidence: async () => [this.story.keepText(saidOf(node, entered), transcript)],
    })
  }

  /** A newly installed machine in the place of that server. */
  async reinstall(node: ClusterNode): Promise<void> {
    await this.story.step(`a newly installed server in the place of ${node}`, async () => {
      const power = this.cluster.access.power(node.name)
      if (!power.reinstall) throw new Error(`nobody can install ${node} anew`)
      await power.reinstall(this.story.signal)
    })
  }

  /** What TAB offers on the console after that text: just that, in any order. */
  async expectCompletions(node: ClusterNode, text: string, promised: string[], { rows, ...wait }: Promised = {}): Promise<void> {
    await this.story.expect(`TAB after ${text} on ${node}`, {
      check: 'console-as-documented',
      expected: promised.toSorted().join(' '),
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const offered = (await this.console.completions(node, text, signal)).toSorted()
        return { value: offered, satisfied: offered.join(' ') === promised.toSorted().join(' '), observed: offered.join(' ') }
      },
    })
  }

  /** `ha_status` on that node says so; the transcript is kept. */
  async expectStatus(node: ClusterNode, promised: Partially<HaStatus>, { rows, ...wait }: Promised = {}): Promise<HaStatus | undefined> {
    let transcript = ''
    return this.story.expect(`ha_status on ${node}`, {
      check: 'console-as-documented',
      expected: say(promised),
      every: '500ms',
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const seen = await this.console.haStatus(node, signal)
        transcript = seen.transcript
        return shows(seen.status, promised)
      },
      evidence: async () => [this.story.keepText(`ha_status on ${node}`, transcript)],
    })
  }

  /** Console, page and wire all show a healthy cluster, whoever is active. */
  async expectSteady(wait: Promised): Promise<void> {
    await this.#expectHealth('cluster-converges', wait)
  }

  async #expectHealth(check: 'cluster-converges' | 'console-as-documented', { rows, ...wait }: Promised): Promise<void> {
    await this.story.expect('the cluster is steady', {
      check,
      expected: 'one master and its streaming slave on the consoles, nothing under way, Normal on the page, and the VIP served by the master',
      every: '500ms',
      ...(rows ? { rows } : {}),
      ...wait,
      look: signal => health(this.cluster, this.console, this.gui, signal),
    })
  }

  /** Both consoles say who follows whom, the page says Normal, and nothing is under way any more: soon, where a server has to rejoin first. */
  async expectFollows(standby: ClusterNode, active: ClusterNode, { rows }: { rows?: string[] } = {}): Promise<void> {
    const proves = rows ? { rows } : {}
    const pcsd = pcsdOf(this.cluster)
    await this.expectStatus(standby, { ...slaveOf(active), pcsd }, { within: this.patience.rejoin, ...proves })
    await this.expectStatus(active, { ...masterOf(standby), pcsd }, { within: this.patience.rejoin, ...proves })
    await this.expectPage(normalPage(this.cluster, active), { within: this.patience.view, ...proves })
    await this.#expectHealth('console-as-documented', { within: this.patience.rejoin })
  }

  /** Whole again, and for as long as a person takes to see that: a standby may take over a second after it streams (containers/ssm/README.md, promotable again). */
  async expectWhole(active: ClusterNode): Promise<void> {
    await this.expectSteady({ within: '50s' })
    await this.expectVipServedBy(active, { for: '4s' })
  }

  /** An account that is asked for from now on is acknowledged; and whoever serves shows all that were, its predecessor's, too. */
  async expectAcknowledged(title: string, { within, rows }: { within: Duration; rows?: string[] }): Promise<void> {
    const proves = rows ? { rows } : {}
    await this.story.expect(title, {
      check: 'writes-stall-shorter-than-bound',
      expected: 'an account asked for now is acknowledged',
      within,
      ...proves,
      look: async signal => {
        await this.workload.acknowledgedOnce(signal)
        return { value: true, satisfied: true, observed: 'acknowledged' }
      },
    })
    await this.story.expect('the list of accounts at the VIP', {
      check: 'no-acknowledged-account-lost',
      expected: 'every account that was acknowledged until now',
      ...proves,
      look: async signal => {
        const { acknowledged, missing } = await this.workload.unlisted({ access: this.cluster.access, signal })
        return { value: missing, satisfied: acknowledged > 0 && missing.length === 0, observed: missing.length === 0 ? `all ${acknowledged}` : `${missing.length} of ${acknowledged} are not listed, the first is ${missing[0]}` }
      },
    })
    await this.#expectEveryPage()
  }

  /** Whoever acknowledges also shows: page after page, not one in between fails. */
  async #expectEveryPage(): Promise<void> {
    const wanted = Array.from({ length: rounds }, () => paths).flat()
    await this.story.expect(`${wanted.length} pages in a row at the VIP`, {
      check: 'gui-as-documented',
      expected: `${paths.join(', ')}: http 200, each time`,
      look: async signal => {
        const { cookie } = await this.#visiting().loggedIn(patient, signal)
        const seen: string[] = []
        for (const path of wanted) {
          const outcome = await exchange(this.#visiting().place, { method: 'GET', path, cookie }, patient, signal)
          signal.throwIfAborted()
          // Nobody said anything: whether the page would have come a busy host cannot tell.
          if ('error' in outcome && outcome.error === 'timeout') throw new Error(`${path}: timeout`)
          seen.push(`${path}: ${'error' in outcome ? outcome.error : `http ${outcome.answer.status}`}`)
        }
        const other = seen.filter(answer => !answer.endsWith(': http 200'))
        return { value: seen, satisfied: other.length === 0, observed: other.length === 0 ? `${seen.length} times http 200` : `${other.length} of ${seen.length} otherwise: ${other.join('; ')}` }
      },
    })
  }

  /** Somebody logs in beside everybody else, and out again; what is left is a cookie that is good for nothing. */
  async logInAndOut(): Promise<Session> {
    return this.story.step('a person logs in and out', async () => {
      const session = await this.#visiting().logIn(patient, this.story.signal)
      await this.#visiting().logOut(session, this.story.signal)
      return session
    })
  }

  /** Who has logged out stays out, whichever server is asked with the old cookie. */
  async expectLoggedOut({ cookie }: Session): Promise<void> {
    await this.story.expect('a session that was ended', {
      check: 'gui-as-documented',
      expected: 'no page with its cookie, but the way to the log-in',
      look: async signal => {
        const { status, location } = await this.#visiting().ask({ method: 'GET', path: workspacePath, cookie }, [200, 303], patient, signal)
        return { value: status, satisfied: status === 303 && location?.startsWith('/login') === true, observed: `http ${status}${location === undefined ? '' : `, to ${location}`}` }
      },
    })
  }

  /** What the tab Event Logs of High Availability has told so far, newest first. */
  async events(): Promise<string[]> {
    return this.story.step('read the Event Logs', () => this.gui.on(eventLogPath, page => readEvents(page), this.story.signal))
  }

  /** What the Event Logs told before is told still. */
  async expectEvents(before: string[]): Promise<void> {
    // New ones push the oldest off a page that is full.
    const latest = before.slice(0, eventsKept)
    await this.story.expect('Event Logs at the VIP', {
      check: 'gui-as-documented',
      expected: `the ${latest.length} latest events of before, the last of them: ${latest[0] ?? 'there was none'}`,
      within: this.patience.view,
      look: async signal => {
        const events = new Set(await this.gui.on(eventLogPath, page => readEvents(page), signal))
        const missing = latest.filter(event => !events.has(event))
        return { value: missing, satisfied: latest.length > 0 && missing.length === 0, observed: missing.length === 0 ? `${events.size} events` : `${missing.length} of them are missing, ${missing[0]} for one` }
      },
      evidence: () => this.#screenshot('Event Logs'),
    })
  }

  /** The form of a new account is taken on that server's own pages, and what it waits for is there. */
  async expectNewAccount(account: { name: string; virtualAccount: string }, { on, rows }: { on: ClusterNode; rows?: string[] }): Promise<void> {
    await this.story.expect(`a new account${where(on)}`, {
      check: 'accounts-as-documented',
      expected: `${account.name} is made and activated`,
      ...(rows ? { rows } : {}),
      look: async signal => {
        const said = await this.#guiOf(on).createAccount(account, signal).then(() => 'made and activated', (error: unknown) => {
          if (error instanceof NoPage) return error.message
          throw error
        })
        return { value: said, satisfied: said === 'made and activated', observed: said }
      },
      evidence: () => this.#screenshot(`New Account${where(on)}`, this.#guiOf(on)),
    })
  }

  /** That server's database keeps what is written, tried in its log alone: it is asked where no client can, so nobody else could tell. Needs SQL. */
  async expectTakesWrites(node: ClusterNode): Promise<void> {
    await this.story.expect(`the database of ${node} takes writes`, {
      check: 'writes-stall-shorter-than-bound',
      expected: 'a running database that commits',
      look: async signal => {
        const lsn = await query(this.cluster.access.root(node.name), 'postgres', "select pg_logical_emit_message(true, 'haywire', 'is anybody there')", signal)
        return { value: lsn, satisfied: true, observed: `it has written up to ${lsn}` }
      },
    })
  }

  /** What the console printed for a command that has been given. */
  async expectSaid(node: ClusterNode, command: string, transcript: string, promised: RegExp, rows: string[]): Promise<void> {
    await this.story.expect(`${command} on ${node} prints what is expected`, {
      check: 'console-as-documented',
      expected: String(promised),
      rows,
      look: async () => ({ value: transcript, satisfied: promised.test(transcript), observed: JSON.stringify(transcript) }),
      evidence: async () => [this.story.keepText(`${command} on ${node}`, transcript)],
    })
  }

  /** The High Availability Status page at the VIP shows that; a screenshot is kept. */
  async expectPage(promised: Partially<HaPage>, { rows, ...wait }: Promised = {}): Promise<HaPage | undefined> {
    return this.story.expect('High Availability Status at the VIP', {
      check: 'gui-as-documented',
      expected: say(promised),
      every: '500ms',
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => shows(await this.gui.haPage(signal), promised),
      evidence: () => this.#screenshot('High Availability Status'),
    })
  }

  /** Somebody whom the product does not know is let in: a session from before a failover says nothing of that. */
  async expectLogIn({ rows, ...wait }: Promised = {}): Promise<void> {
    await this.story.expect('a person logs in at the VIP', {
      check: 'gui-as-documented',
      expected: 'the admin workspace with its tile High Availability Status, after the log-in page',
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const { title, tiles } = await this.gui.logInAnew(signal)
        // Healthy or not: whoever logs in because something is wrong looks there.
        return { value: title, satisfied: tiles.includes('High Availability Status'), observed: `${title}: ${tiles.join(', ') || 'no tiles'}` }
      },
      evidence: () => this.#screenshot('log-in'),
    })
  }

  /** The admin workspace with its title and tiles. */
  async expectWorkspace(promised: { title: string; tiles: string[] }, { rows, on, ...wait }: PromisedPage = {}): Promise<void> {
    const gui = on ? this.#guiOf(on) : this.gui
    await this.story.expect(`the admin workspace${where(on)}`, {
      check: 'gui-as-documented',
      expected: say(promised),
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => shows(await gui.workspace(signal), promised),
      evidence: () => this.#screenshot(`admin workspace${where(on)}`, gui),
    })
  }

  /** The panel System Health of the admin workspace. */
  async expectSystemHealth(promised: Partially<SystemHealth>, { rows, ...wait }: Promised = {}): Promise<void> {
    await this.story.expect('System Health', {
      check: 'gui-as-documented',
      expected: say(promised),
      every: '500ms',
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => shows(await this.gui.on(workspacePath, page => readSystemHealth(page), signal), promised),
      evidence: () => this.#screenshot('System Health'),
    })
  }

  /** The page Network, tab Network Interface. */
  async expectNetwork(promised: Partially<NetworkPage>, { rows, on, ...wait }: PromisedPage = {}): Promise<void> {
    const gui = on ? this.#guiOf(on) : this.gui
    await this.story.expect(`Network${where(on)}`, {
      check: 'gui-as-documented',
      expected: say(promised),
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => shows(await gui.network(signal), promised),
      evidence: () => this.#screenshot(`Network${where(on)}`, gui),
    })
  }

  /** The web application answers at the VIP, and it is that server's. */
  async expectVipServedBy(node: ClusterNode, wait: Promised): Promise<void> {
    await this.expectVipServedByOneOf([node], wait)
  }

  /** The web application answers at the VIP, and it is one of those servers'. */
  async expectVipServedByOneOf(nodes: ClusterNode[], { rows, ...wait }: Promised): Promise<void> {
    const names = nodes.map(({ name }) => name).join(' or ')
    await this.story.expect(`the VIP is served by ${names}`, {
      check: 'gui-as-documented',
      expected: `https://${this.cluster.vip} answered by ${names}`,
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const answer = await serverAt(this.cluster.vip, this.cluster.target, signal)
        return { value: answer, satisfied: nodes.some(({ name }) => name === answer.server), observed: answer.observed }
      },
    })
  }

  /** Nobody answers at the VIP, and that is what the check promises. */
  async expectVipUnserved(check: 'nothing-stale-promoted' | 'gui-as-documented', { rows, ...wait }: Promised): Promise<void> {
    await this.#expectSilence('nobody serves the VIP', this.cluster.vip, check, rows, wait)
  }

  /** No web application on the node's own address: a standby serves none, healthy or not. */
  async expectNoGui(node: ClusterNode, { rows, ...wait }: Promised = {}): Promise<void> {
    await this.#expectSilence(`${node} serves no GUI on its own address`, node.address('public'), 'standby-serves-no-gui', rows, wait)
  }

  /** The Accounts page lists that account with that status and what it was made with, or does not list it. */
  async expectAccount(name: string, status: Status, { rows, on, ...wait }: PromisedPage = {}): Promise<void> {
    const gui = on ? this.#guiOf(on) : this.gui
    const virtualAccount = this.#virtualAccounts.get(name)
    const asMade = (seen: string, account: Pick<Account, 'requestedBy' | 'virtualAccount'>): string => `${seen}, requested by ${account.requestedBy}, Cisco Virtual Account ${account.virtualAccount}`
    const expected = status === 'not listed' || virtualAccount === undefined ? status : asMade(status, { requestedBy: this.cluster.target.gui.username, virtualAccount })
    await this.story.expect(`Accounts${where(on)} ${status === 'not listed' ? 'does not list' : 'lists'} ${name}`, {
      check: 'accounts-as-documented',
      expected: `${name}: ${expected}`,
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const account = await gui.findAccount(name, signal)
        const seen = account && virtualAccount !== undefined ? asMade(account.status, account) : account?.status ?? 'not listed'
        return { value: account, satisfied: seen === expected, observed: `${name}: ${seen}` }
      },
      evidence: () => this.#screenshot(`Accounts${where(on)}`, gui),
    })
  }

  async #expectSilence(title: string, address: string, check: string, rows: string[] | undefined, wait: Omit<Promised, 'rows'>): Promise<void> {
    await this.story.expect(title, {
      check,
      expected: `no answer at https://${address}`,
      ...(rows ? { rows } : {}),
      ...wait,
      look: async signal => {
        const answer = await serverAt(address, this.cluster.target, signal)
        return { value: answer, satisfied: answer.silent, observed: answer.observed }
      },
    })
  }

  async #screenshot(title: string, gui = this.gui): Promise<Evidence[]> {
    const png = await gui.screenshot()
    return png ? [this.story.keep(title, png, 'image/png', 'png')] : []
  }
}

function teardown(answer: string): Entered {
  return { command: 'ha_teardown', answer: { question: "Enter 'yes' to continue:", text: answer } }
}

/** For people. */
function saidOf(node: ClusterNode, { command, answer }: Entered): string {
  return `${command} on ${node}${answer === undefined ? '' : `, answered ${JSON.stringify(answer.text)}`}`
}

function where(node: ClusterNode | undefined): string {
  return node ? ` of ${node} on its own address` : ''
}

/** They run, and a boot starts them; on both servers (SSM-08). */
const daemons = { corosync: 'active/enabled', pacemaker: 'active/enabled', pcsd: 'active/enabled' }

/** `ha_status` of the active server while its standby streams (G-SSM-1). */
export function masterOf(standby: ClusterNode): Partially<HaStatus> {
  return {
    cluster: 'running',
    daemons,
    replication: {
      role: 'master',
      peer: { name: standby.name, address: standby.address('public') },
      toStandby: [{ clientAddr: standby.address('heartbeat'), state: 'streaming' }],
    },
  }
}

/** The same once the standby has all that was written (SSM-08: lags of 0). */
export function masterCaughtUp(standby: ClusterNode): Partially<HaStatus> {
  const promised = masterOf(standby)
  return { ...promised, replication: { ...promised.replication, toStandby: [{ clientAddr: standby.address('heartbeat'), state: 'streaming', writeLag: 0, flushLag: 0, replayLag: 0 }] } }
}

/** `ha_status` of the active server while its standby is away: master, no rows (G-SSM-4b). */
export function masterAlone(standby: ClusterNode): Partially<HaStatus> {
  return { cluster: 'running', replication: { role: 'master', peer: { name: standby.name, address: standby.address('public') }, toStandby: [] } }
}

/** As PostgreSQL prints an LSN: https://www.postgresql.org/docs/15/datatype-pg-lsn.html */
export const replayLocation = /^[0-9A-F]+\/[0-9A-F]+$/

/** `ha_status` of the standby (G-SSM-2). */
export function slaveOf(active: ClusterNode): Partially<HaStatus> {
  return { cluster: 'running', daemons, replication: { role: 'slave', peer: { name: active.name, address: active.address('public') }, toStandby: [], replayLocation } }
}

/** What `ha_status` says of pcsd: it runs where HA is stopped as well (G-SSM-4b). */
export function pcsdOf({ nodes }: Pick<Cluster, 'nodes'>): Record<string, string> {
  return Object.fromEntries(nodes.map(({ name }) => [name, 'Online']))
}

/** `ha_status` on a server whose HA is stopped (G-SSM-4). */
export const stopped: Partially<HaStatus> = { cluster: 'stopped', replication: { role: 'down', peer: null, toStandby: [] } }

/** `ha_status` on a server without a cluster (G-SSM-8). */
export const notEnabled: Partially<HaStatus> = { cluster: 'not-enabled', replication: null }

/** The page of a healthy cluster (G-SSM-9). */
export function normalPage(cluster: Cluster, active: ClusterNode): Partially<HaPage> {
  const standby = cluster.otherThan(active)
  return {
    cluster: 'Normal',
    message: 'The status of the high availability cluster is normal.',
    heartbeat: 'Connected',
    line: 'joined',
    vip: cluster.vip,
    active: { ...tile(active), role: 'Active Server', state: 'Active' },
    standby: { ...tile(standby), role: 'Standby Server', state: 'Standby' },
  }
}

/** The page while one server is away (G-SSM-9). */
export function degradedPage(cluster: Cluster, active: ClusterNode): Partially<HaPage> {
  const standby = cluster.otherThan(active)
  return {
    cluster: 'Degraded',
    message: 'The cluster is degraded One of the cluster nodes is offline',
    heartbeat: 'Disconnected',
    line: 'broken',
    vip: cluster.vip,
    active: { ...tile(active), role: 'Active Server', state: 'Active' },
    standby: { ...tile(standby), role: 'Standby Server', state: 'Degraded' },
  }
}

/** The page while the servers hear each other, but not over the heartbeat network. */
export function cutOffPage(active: ClusterNode, standby: ClusterNode): Partially<HaPage> {
  return { cluster: 'Degraded', heartbeat: 'Disconnected', active: { node: active.name, state: 'Active' }, standby: { node: standby.name, state: 'Degraded' } }
}

function tile(node: ClusterNode): { node: string; publicAddress: string; heartbeatAddress: string } {
  return { node: node.name, publicAddress: node.address('public'), heartbeatAddress: node.address('heartbeat') }
}
