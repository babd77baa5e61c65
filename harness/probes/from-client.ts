// The VIP as a client machine sees it: its own connections, and who claims the VIP on its wire. Nothing is installed or kept there.
import { setTimeout as pause } from 'node:timers/promises'
import type { Access, StreamHandle } from '../access.ts'
import { readSecret } from '../access/secrets.ts'
import { sinceStart } from '../clock.ts'
import { best, offsetFrom, sharedClock, type ClockOffset } from './clock-offset.ts'
import type { Looking } from './looks.ts'
import { runFromStdin, scriptOnNode } from './on-node.ts'
import { portOf } from './from-here.ts'
import { rounded, type Sample } from './samples.ts'

/** A watcher that ended is started again after that long, in ms. What it did not see meanwhile is missing from the history. */
const againMs = 1000
/** How often the other clock is asked, and how many of the last answers count, in ms. */
const askClockMs = 2000
const clockAnswers = 15

/** What a watcher writes, line by line. */
type Line = { ns: number } & ({ clock: string } | Omit<Sample, 't'>)

/** Watches until told to stop; nothing happens where the target has no client. */
export function watchFromClient(access: Access, looking: Looking): void {
  const { target } = access
  if (!target.client) return
  const { vip, client } = target
  const nodes = Object.fromEntries(target.nodes.flatMap(({ name, addresses }) => (addresses.public ? [[addresses.public, name]] : [])))
  const ca = target.gui.ca ? readSecret(target.gui.ca) : ''
  void keepWatching(access, 'vip-watch.py', { vip, port: portOf(target), ca }, looking)
  // ARP is of IPv4; an owner of an IPv6 address announces itself otherwise.
  if (!vip.includes(':')) void keepWatching(access, 'arp-watch.py', { vip, own: client.address, nodes }, looking)
}

async function keepWatching(access: Access, script: string, options: object, looking: Looking): Promise<void> {
  const { signal } = looking
  while (!signal.aborted) {
    await watch(access, script, options, looking).catch(() => undefined)
    await pause(againMs, undefined, { signal }).catch(() => undefined)
  }
}

async function watch(access: Access, script: string, options: object, { clock, emit, signal }: Looking): Promise<void> {
  const questions = new Map<string, bigint>()
  const estimates: ClockOffset[] = []
  let offset = access.target.twin ? sharedClock : undefined
  const ask = (): void => {
    const id = String(questions.size)
    questions.set(id, process.hrtime.bigint())
    handle.write(`clock ${id}\n`)
  }
  const onLine = (text: string): void => {
    if (!text.startsWith('{')) return
    const line = JSON.parse(text) as Line
    const theirs = BigInt(line.ns)
    if ('clock' in line) {
      estimates.push(offsetFrom({ asked: questions.get(line.clock) ?? 0n, theirs, answered: process.hrtime.bigint() }))
      offset = best(estimates.slice(-clockAnswers))
    } else if (offset) {
      const { ns: _, ...sample } = line
      const t = sinceStart(clock, theirs - offset.offsetNs)
      emit({ t, from: 'client', ...withError(sample, offset) })
    }
  }
  const handle = await startScript(access, script, options, { onLine, signal })
  const asking = access.target.twin ? undefined : setInterval(ask, askClockMs)
  if (asking) ask()
  await handle.ended
  clearInterval(asking)
}

/** The client's host samples tell how sure the times of all its samples are. */
function withError(sample: Omit<Sample, 't'>, { errorNs }: ClockOffset): Omit<Sample, 't'> {
  return sample.probe === 'host' && errorNs > 0n ? { ...sample, value: { ...(sample.value as object), clockErrorMs: rounded(Number(errorNs) / 1e6) } } : sample
}

async function startScript(access: Access, name: string, options: object, { onLine, signal }: { onLine: (line: string) => void; signal: AbortSignal }): Promise<StreamHandle> {
  const client = access.client()
  if (!client) throw new Error('the target has no client')
  const script = scriptOnNode(name)
  const handle = await client.stream(runFromStdin(script, name, options), { onLine, signal })
  handle.write(script)
  return handle
}
