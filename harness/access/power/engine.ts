// Power of a container that stands for a machine: off is silence on every link first, then every process at once; the disk stays.
import { setTimeout as pause } from 'node:timers/promises'
import type { Freezer, Power } from '../../access.ts'
import type { Containers } from '../../engine/power.ts'
import { identityOf } from '../../process-identity.ts'
import { engineCards } from './cards.ts'

/** A kernel that kills a container's processes needs some 80 ms; one that needs longer than this has a process that cannot die. */
const deathLimitMs = 10_000

/** What each twin's machine has for it. */
const reinstallCommand = '/usr/lib/haywire/reinstall'

const eachLink = 'for link in /sys/class/net/*; do name=${link##*/}; [ "$name" = lo ] && continue;'
// A closed connection would tell the peers at once; a machine without power just falls silent.
const silence = `${eachLink} ip link set dev "$name" down || exit 1; done`
const anyLinkDown = `${eachLink} [ $(($(cat "$link/flags") & 1)) = 0 ] && exit 1; done; exit 0`
// Whose processes stand still has a kernel that goes on: the host's. Without this it would still answer for the VIP, as no frozen machine does.
const muteTable = 'netdev haywire_frozen'
const mute = `set -e; nft add table ${muteTable}; ${eachLink} for hook in ingress egress; do nft "add chain ${muteTable} ${'$'}{hook}_$name { type filter hook $hook device \\"$name\\" priority -600; policy drop; }"; done; done`
const unmute = `nft delete table ${muteTable} 2>/dev/null; exit 0`

export function enginePower(containers: Containers, name: string): Power {
  async function status(): Promise<'on' | 'off'> {
    const { running, pid } = await containers.state(name)
    return running && identityOf(pid) !== undefined ? 'on' : 'off'
  }

  async function off(signal: AbortSignal): Promise<void> {
    const { running, frozen, pid } = await containers.state(name)
    if (!running) return
    signal.throwIfAborted()
    // Nothing can be run in a frozen container, not even what takes its links down.
    if (frozen) await containers.thaw(name)
    const silenced = await containers.execute(name, ['sh', '-c', silence])
    // Once the links are down only the end of it all leads back to a machine that can be switched on again.
    const noted = containers.kill(name)
    await Promise.race([noted, untilGone(pid)])
    noted.catch(() => undefined)
    if (identityOf(pid) !== undefined) throw new Error(`${name}: its first process ${pid} is still there after SIGKILL`)
    if (silenced.code !== 0) throw new Error(`${name}: it was killed, but not silent before: ${silenced.output.trim()}`)
  }

  async function on(): Promise<void> {
    const { running, pid } = await containers.state(name)
    if (running && identityOf(pid) !== undefined) {
      // Half switched off (the links are down, the processes live): whoever did that died in between. Finish it first.
      if ((await containers.execute(name, ['sh', '-c', anyLinkDown])).code === 0) return
      await containers.kill(name)
    }
    await containers.stopped(name)
    await containers.start(name)
  }

  async function reinstall(signal: AbortSignal): Promise<void> {
    const { code, output } = await containers.execute(name, [reinstallCommand])
    if (code !== 0) throw new Error(`${name} could not be installed anew: ${output.trim()}`)
    signal.throwIfAborted()
    await off(signal)
    await on()
  }

  const freezer: Freezer = {
    frozen: async () => (await containers.state(name)).frozen,
    async freeze() {
      const { code, output } = await containers.execute(name, ['sh', '-c', mute])
      if (code !== 0) throw new Error(`${name} cannot be frozen, because it cannot be silenced: ${output.trim()}`)
      await containers.freeze(name)
    },
    async thaw() {
      if ((await containers.state(name)).frozen) await containers.thaw(name)
      await containers.execute(name, ['sh', '-c', unmute])
    },
  }

  return { status, off, on, reinstall, freezer, cards: engineCards(containers, name) }
}

async function untilGone(pid: number): Promise<void> {
  const limit = performance.now() + deathLimitMs
  while (identityOf(pid) !== undefined && performance.now() < limit) await pause(2)
}
