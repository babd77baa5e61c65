// Cisco Software Central is slow, refuses, is away, or signs certificates that soon expire: what every appliance that depends on a service elsewhere has to live with.
import type { Fault, FaultContext, FaultKind, Proof } from '../fault.ts'

/** `slow`: so many seconds until it answers; `away`: its port is closed; `short-lived`: what it signs holds for so many seconds. */
export type Behaviour = { is: 'slow' | 'short-lived'; seconds: number } | { is: 'refuse' | 'away' }

/** What a fault's node is called when it is none of the cluster's. */
const softwareCentral = 'software-central'

const commandLimitMs = 10_000

export function centralBehaviour(behaviour: Behaviour): Fault<Behaviour> {
  return { kind: 'central-behaviour', node: softwareCentral, parameters: behaviour, title: `Cisco Software Central ${said(behaviour)}` }
}

export const centralBehaviourKind: FaultKind<Behaviour> = {
  name: 'central-behaviour',
  what: 'Cisco Software Central answers late, refuses, is away (its port is closed), or signs certificates that soon expire. Only the one that stands around a twin.',
  needs: ['surroundings'],

  async inject(behaviour, _node, context) {
    await ask(ordersFor(behaviour).begin, context)
  },

  prove: (behaviour, _node, context) => provenBy(ordersFor(behaviour), 'begun', context),
  inForce: (behaviour, _node, context) => provenBy(ordersFor(behaviour), 'begun', context),

  async heal(behaviour, _node, context) {
    await ask(ordersFor(behaviour).end, context)
  },

  proveHealed: (behaviour, _node, context) => provenBy(ordersFor(behaviour), 'ended', context),

  undo: behaviour => `\`${ordersFor(behaviour).end}\` in a root shell of ${softwareCentral}`,
}

/** Commands, and what is to be seen after each of them: what Central does, where one request tells; else what it says of itself. */
interface Orders {
  begin: string
  end: string
  look: string
  begun: string
  ended: string
}

/** Its own program asks it as anybody would; 400 is its answer to a synchronization that is none. curl says 7 for a refused connection. */
const asked = "curl -sk --max-time 5 -o /dev/null -w '%{http_code} %{exitcode}' -d '{}' https://127.0.0.1/api/synchronize || true"

function ordersFor(behaviour: Behaviour): Orders {
  switch (behaviour.is) {
    case 'short-lived': return { begin: `central certificates ${behaviour.seconds}`, end: 'central certificates default', look: 'central certificates', begun: String(behaviour.seconds), ended: 'default' }
    case 'slow': return { begin: `central behave slow ${behaviour.seconds}`, end: normal, look: 'central behaviour', begun: JSON.stringify({ behaviour: 'slow', seconds: behaviour.seconds }), ended: JSON.stringify({ behaviour: 'normal' }) }
    case 'refuse': return { begin: 'central behave refuse', end: normal, look: asked, begun: '403 0', ended: '400 0' }
    case 'away': return { begin: 'central behave away', end: normal, look: asked, begun: '000 7', ended: '400 0' }
  }
}

const normal = 'central behave normal'

function said(behaviour: Behaviour): string {
  switch (behaviour.is) {
    case 'slow': return `answers after ${behaviour.seconds} s`
    case 'short-lived': return `signs certificates that hold for ${behaviour.seconds} s`
    case 'refuse': return 'refuses'
    case 'away': return 'is away'
  }
}

async function provenBy(orders: Orders, state: 'begun' | 'ended', context: FaultContext): Promise<Proof> {
  const told = await ask(orders.look, context)
  const found = told.startsWith('{') ? JSON.stringify(JSON.parse(told)) : told
  const says = `${orders.look.startsWith('curl') ? 'Cisco Software Central answers a request with' : 'Cisco Software Central says'} ${found}`
  return found === orders[state] ? { proven: true, evidence: says } : { proven: false, why: `${says}, not ${orders[state]}` }
}

async function ask(command: string, { access, signal }: Pick<FaultContext, 'access' | 'signal'>): Promise<string> {
  const { code, stdout, stderr } = await access.central().run(command, { signal, timeoutMs: commandLimitMs })
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr.trim()}`)
  return stdout.trim()
}
