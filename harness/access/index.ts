// Opens everything by which a target's cluster is reached; nothing is dialled before it is used.
import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import { AccessError, type Access, type Knock, type NetworkCard, type Power, type Shell } from '../access.ts'
import { dockerContainers, type Containers } from '../engine/power.ts'
import type { SshAccess, Target, TargetNode } from '../target.ts'
import { commandPower } from './power/commands.ts'
import { enginePower } from './power/engine.ts'
import { completionsAtPrompt, plainShell, promptShell, rootShell } from './shell.ts'
import { SshConnection } from './ssh.ts'

/** The service that throws away what it is sent. */
const discardPort = 9

export function openAccess(target: Target, { containers = dockerContainers }: { containers?: (socket: string) => Containers } = {}): Access {
  const connections = new Map<string, SshConnection>()
  const shells = new Map<string, Shell>()

  function node(name: string): TargetNode {
    const found = target.nodes.find(candidate => candidate.name === name)
    if (!found) throw new AccessError('missing', `the target ${target.name} has no node ${name}; it has: ${target.nodes.map(({ name }) => name).join(', ')}`)
    return found
  }

  function connection(name: string, to: SshAccess): SshConnection {
    const key = `${name} ${to.user}`
    const kept = connections.get(key) ?? new SshConnection(name, to)
    connections.set(key, kept)
    return kept
  }

  function shell(key: string, make: () => Shell): Shell {
    const kept = shells.get(key) ?? make()
    shells.set(key, kept)
    return kept
  }

  function surroundings(): NonNullable<Target['surroundings']> {
    if (!target.surroundings) throw new AccessError('missing', `no Cisco Software Central and no products stand around the target ${target.name}`)
    return target.surroundings
  }

  function hangUp(name: string): void {
    for (const [key, kept] of connections) if (key.startsWith(`${name} `)) kept.close()
  }

  return {
    target,
    console(name) {
      const { ssh, console } = node(name)
      const { entry, prompt } = console
      return shell(`console ${name}`, () => (entry === undefined ? plainShell(connection(name, ssh)) : promptShell(connection(name, ssh), { entry, prompt })))
    },
    completions(name, text, { entry, signal }) {
      const { ssh, console } = node(name)
      return completionsAtPrompt(connection(name, ssh), { entry: console.entry ?? entry, prompt: console.prompt, text }, signal)
    },
    root(name) {
      const { root } = node(name)
      if (!root) throw new AccessError('missing', `the target ${target.name} has no root shell on ${name}`)
      return shell(`root ${name}`, () => rootShell(connection(name, root)))
    },
    power(name) {
      const driver = target.power
      node(name)
      if (!driver) throw new AccessError('missing', `the target ${target.name} has no power driver`)
      if (driver.driver === 'commands') return hangingUp(commandPower(driver, name), () => hangUp(name))
      const container = driver.containers[name]
      if (!container) throw new AccessError('missing', `the power driver of the target ${target.name} names no container for ${name}`)
      return hangingUp(enginePower(containers(driver.socket), container), () => hangUp(name))
    },
    client() {
      const { client } = target
      return client && shell('client', () => rootShell(connection('client', client.ssh)))
    },
    central() {
      const { central } = surroundings()
      return shell('central', () => rootShell(connection('software-central', central.ssh)))
    },
    product(name) {
      const found = surroundings().products.find(product => product.name === name)
      if (!found) throw new AccessError('missing', `the target ${target.name} has no product ${name}`)
      return shell(`product ${name}`, () => plainShell(connection(name, found.ssh)))
    },
    sendPacket,
    knock(name, { withinMs, signal }) {
      const { host, port } = node(name).ssh
      return knock(host, port, withinMs, signal)
    },
    close() {
      for (const kept of connections.values()) kept.close()
      return Promise.resolve()
    },
  }
}

/** A node without power, or without its network cards, never says goodbye: its connections are let go of, or the next command would wait for an answer from them. */
function hangingUp(power: Power, hangUp: () => void): Power {
  const { reinstall, freezer, cards } = power
  return {
    status: signal => power.status(signal),
    on: signal => power.on(signal),
    async off(signal) {
      await power.off(signal)
      hangUp()
    },
    ...(freezer === undefined ? {} : { freezer }),
    ...(cards === undefined ? {} : { cards: { ...cards, takeAway: (card: NetworkCard, signal: AbortSignal) => cards.takeAway(card, signal).finally(hangUp) } }),
    ...(reinstall === undefined ? {} : { reinstall: (signal: AbortSignal) => reinstall(signal).finally(hangUp) }),
  }
}

function sendPacket(address: string): Promise<void> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  return new Promise((resolve, reject) => {
    socket.once('error', failed)
    socket.send('haywire', discardPort, address, error => (error ? failed(error) : socket.close(resolve)))

    function failed(error: Error): void {
      socket.close(() => reject(error))
    }
  })
}

function knock(host: string, port: number, withinMs: number, signal: AbortSignal): Promise<Knock> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const settle = (done: () => void) => {
      clearTimeout(limit)
      signal.removeEventListener('abort', stop)
      socket.destroy()
      done()
    }
    const stop = () => settle(() => reject(signal.reason as Error))
    const limit = setTimeout(() => settle(() => resolve('silent')), withinMs)
    signal.addEventListener('abort', stop, { once: true })
    socket.once('connect', () => settle(() => resolve('accepts')))
    socket.once('error', (error: NodeJS.ErrnoException) => settle(() => resolve(['ECONNREFUSED', 'ECONNRESET'].includes(error.code ?? '') ? 'refuses' : 'silent')))
  })
}
