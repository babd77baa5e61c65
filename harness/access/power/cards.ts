// Network cards of a container: the engine takes one away with its network; the new one that it gives back is made what the old one was.
import { quote, type NetworkCard, type NetworkCards } from '../../access.ts'
import type { Containers } from '../../engine/power.ts'
import { putBackRoutes, readRoutes, showRoutes } from '../../routes.ts'

export function engineCards(containers: Containers, name: string): NetworkCards {
  async function inside(script: string): Promise<string> {
    const { code, output } = await containers.execute(name, ['sh', '-c', script])
    const text = output.replaceAll('\r', '')
    if (code !== 0) throw new Error(`${name}: ${text.trim() || `ended with ${code}`}`)
    return text
  }

  /** The card that has the address; none is an empty name. */
  async function deviceWith(address: string): Promise<string> {
    return (await inside(`ip -o -4 addr | sed -n 's/^[0-9]*: \\([^ @]*\\) .* inet ${address.replaceAll('.', '\\.')}\\/.*/\\1/p' | head -n 1`)).trim()
  }

  async function lookAt(device: string): Promise<Pick<NetworkCard, 'mac' | 'routes' | 'defaults' | 'hosts'>> {
    const [mac, routes, defaults, hosts] = [await inside(`cat /sys/class/net/${device}/address`), await inside(showRoutes(device)), await inside('ip route show default'), await inside('cat /etc/hosts')]
    return { mac: mac.trim(), routes: readRoutes(routes), defaults: readRoutes(defaults), hosts }
  }

  async function connected({ network }: NetworkCard): Promise<boolean> {
    return (await containers.networks(name)).some(each => each.network === network)
  }

  async function running(): Promise<boolean> {
    return (await containers.state(name)).running
  }

  return {
    async find(address) {
      const found = (await containers.networks(name)).find(each => each.address === address)
      const device = await deviceWith(address)
      if (!found || device === '') throw new Error(`${name} has no network card with the address ${address}`)
      return { network: found.network, device, address, ...(await lookAt(device)) }
    },

    async gone(card) {
      if (await connected(card)) return false
      return !(await running()) || (await inside(`grep -lx ${card.mac} /sys/class/net/*/address; ip -o addr | grep -F ' ${card.address}/'; exit 0`)).trim() === ''
    },

    async lacking(card) {
      if (!(await connected(card))) return `${name} is not connected to ${card.network}`
      // The cards of a machine that is off are made at its next start.
      if (!(await running())) return undefined
      const device = await deviceWith(card.address)
      if (device !== card.device) return device === '' ? `no network card of ${name} has the address ${card.address}` : `the network card with the address ${card.address} is ${device}, and was ${card.device}`
      const now = await lookAt(device)
      if (now.mac !== card.mac) return `${device} has the hardware address ${now.mac}, and had ${card.mac}`
      const missing = card.routes.filter(route => !now.routes.includes(route))
      if (missing.length > 0) return `${device} lacks the route ${missing.join(' and ')}`
      if (now.defaults.join() !== card.defaults.join()) return `the way out is ${now.defaults.join(' and ') || 'none'}, and was ${card.defaults.join(' and ') || 'none'}`
      return now.hosts === card.hosts ? undefined : '/etc/hosts is not as it was'
    },

    async takeAway(card) {
      await containers.disconnect(name, card.network)
      // An engine looks for the name that it gave: one that was put back under its old name it leaves in the machine.
      if (await running()) await inside(`ip link delete dev ${card.device} 2>/dev/null; [ ! -e /sys/class/net/${card.device} ]`)
    },

    async putBack(card) {
      if (!(await connected(card))) await containers.connect(name, card.network, card.address)
      if (!(await running())) return
      const device = await deviceWith(card.address)
      if (device === '') throw new Error(`${name} is connected to ${card.network}, but has no network card with the address ${card.address}`)
      // A number for each card that it ever made: the engine calls the new one by the next.
      if (device !== card.device) await inside(`ip link set dev ${device} down && ip link set dev ${device} name ${card.device} && ip link set dev ${card.device} up`)
      // Written over, not replaced: an engine keeps it mounted.
      await inside(`${putBackRoutes(card.device, card.routes)}\nprintf %s ${quote(card.hosts)} > /etc/hosts`)
    },
  }
}
