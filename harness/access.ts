// How nodes are reached, as real ones would be: SSH for console and shell, a power driver, packets of our own.
import type { Target } from './target.ts'

export interface CommandResult {
  /** null when the command was ended by a signal, or ran in a console that shows no exit codes */
  code: number | null
  stdout: string
  stderr: string
  /** ms */
  tookMs: number
}

export interface RunOptions {
  stdin?: string
  /** what is typed, as a line, when that is asked */
  answer?: { question: string; text: string }
  /** ms; the call rejects with an AccessError of kind `timeout` */
  timeoutMs?: number
  signal?: AbortSignal
}

/** Where a command is run: a shell of root, or the product's own console, over SSH. */
export interface Shell {
  run(command: string, options?: RunOptions): Promise<CommandResult>
  /** A long-lived command: lines of stdout as they come, and a way to feed and end it. */
  stream(command: string, options: { onLine: (line: string) => void; signal: AbortSignal }): Promise<StreamHandle>
}

export interface StreamHandle {
  write(text: string): void
  /** settles when the command ended */
  ended: Promise<{ code: number | null; error?: Error }>
}

export type PowerState = 'on' | 'off'

export interface Power {
  status(signal: AbortSignal): Promise<PowerState>
  on(signal: AbortSignal): Promise<void>
  /** Silence on every link first, then everything at once; the disk stays. */
  off(signal: AbortSignal): Promise<void>
  /** Puts a newly installed machine in its place, with the same addresses and nothing of what was there. Absent where nobody can. */
  reinstall?(signal: AbortSignal): Promise<void>
  /** Stops the machine as it is, and lets it go on. Absent where nobody can. */
  freezer?: Freezer
  /** Absent where nobody can take one away. */
  cards?: NetworkCards
}

/** A network card as it was in the machine. */
export interface NetworkCard {
  /** what whoever has the machine calls the network that it leads to */
  network: string
  device: string
  mac: string
  /** on that network, by which it is known there */
  address: string
  /** through it, that nobody puts back with the card: as `ip route` shows them */
  routes: string[]
  /** the machine's default routes, through whichever card: a container engine moves them to the cards that are left */
  defaults: string[]
  /** what the machine's /etc/hosts said: a container engine writes there too */
  hosts: string
}

/** Takes network cards out of a machine, and puts them back; none of it passes through the machine's own networks. */
export interface NetworkCards {
  /** the card with that address; rejects where there is none */
  find(address: string, signal: AbortSignal): Promise<NetworkCard>
  /** why it is not as it was; undefined when it is */
  lacking(card: NetworkCard, signal: AbortSignal): Promise<string | undefined>
  /** whether there is neither the card nor anything with its address */
  gone(card: NetworkCard, signal: AbortSignal): Promise<boolean>
  takeAway(card: NetworkCard, signal: AbortSignal): Promise<void>
  /** also where it is there, or half there */
  putBack(card: NetworkCard, signal: AbortSignal): Promise<void>
}

export interface Freezer {
  frozen(signal: AbortSignal): Promise<boolean>
  freeze(signal: AbortSignal): Promise<void>
  thaw(signal: AbortSignal): Promise<void>
}

export type Knock = 'accepts' | 'refuses' | 'silent'

/** Everything by which one cluster is reached. Made from a target by `harness/access`. */
export interface Access {
  readonly target: Target
  /** the product's console as its administrator */
  console(node: string): Shell
  /** What the console offers when TAB is pressed after that text; `entry` is the command by which it is entered from a login. */
  completions(node: string, text: string, options: { entry: string; signal: AbortSignal }): Promise<string[]>
  /** a root shell; throws an AccessError of kind `missing` where the target has none */
  root(node: string): Shell
  power(node: string): Power
  /** a root shell on Cisco Software Central; throws an AccessError of kind `missing` where nobody stands around the cluster */
  central(): Shell
  /** the console of that product */
  product(name: string): Shell
  /** the client machine, if the target has one */
  client(): Shell | undefined
  /** one UDP datagram from the harness's host to that address, port 9 (discard): the packet of our own that a cut must count */
  sendPacket(address: string): Promise<void>
  /** how the node's SSH port answers a TCP connection; `silent`: not at all within that time */
  knock(node: string, options: { withinMs: number; signal: AbortSignal }): Promise<Knock>
  close(): Promise<void>
}

/** `unreachable`, `refused-login`, `changed-host-key`: the environment is unfit; `timeout`, `broken`: it hung or broke in mid-run; `host-changed`: a network interface of this host came or went, and what was under way was dropped for that; `missing`: the target has no such access. */
export class AccessError extends Error {
  override name = 'AccessError'
  readonly kind: 'unreachable' | 'refused-login' | 'changed-host-key' | 'timeout' | 'broken' | 'host-changed' | 'missing'

  constructor(kind: AccessError['kind'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** In single quotes for `sh`, whatever is in it. */
export function quote(text: string): string {
  return `'${text.replaceAll(`'`, `'\\''`)}'`
}
