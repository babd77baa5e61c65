// Networks for a twin that overlap nothing on this host: neither its interfaces nor other container networks.
import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

/** Private addresses (RFC 1918) that few defaults use, in the order in which they are tried, in steps of one /24. */
const pools = [{ from: '10.77.0.0', to: '10.92.255.0' }, { from: '172.28.0.0', to: '172.31.255.0' }, { from: '192.168.128.0', to: '192.168.247.0' }]

/** `a.b.c.0/24`, as many as asked for, that overlap none of those taken (CIDR). Throws when there are not enough. */
export function freeSubnets(count: number, taken: string[]): string[] {
  const ranges = taken.filter(subnet => !subnet.includes(':')).map(rangeOf)
  const free: string[] = []
  for (const pool of pools) {
    for (let address = numberOf(pool.from); address <= numberOf(pool.to) && free.length < count; address += 256) {
      if (!ranges.some(({ from, to }) => from <= address + 255 && address <= to)) free.push(`${textOf(address)}/24`)
    }
  }
  if (free.length < count) throw new Error(`no ${count} free subnets are left in ${pools.map(({ from, to }) => `${from} – ${to}`).join(', ')}`)
  return free
}

/** What this host's interfaces and routes lead to. The default route leads everywhere, and means nothing here. */
export function hostSubnets(): string[] {
  const own = Object.values(networkInterfaces()).flatMap(addresses => (addresses ?? []).flatMap(({ family, cidr }) => (family === 'IPv4' && cidr ? [cidr] : [])))
  return [...own, ...routesOf(routingTable())]
}

/** The destinations in the text of /proc/net/route, where addresses are hexadecimal with their last byte first. */
export function routesOf(table: string): string[] {
  return table.split('\n').slice(1).flatMap(line => {
    const [, destination, , , , , , mask] = line.split('\t')
    if (!destination || !mask || /^0+$/.test(mask)) return []
    const bits = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length
    const bytes = destination.match(/../g) ?? []
    return [`${bytes.reverse().map(byte => Number.parseInt(byte, 16)).join('.')}/${bits}`]
  })
}

function routingTable(): string {
  try {
    return readFileSync('/proc/net/route', 'utf8')
  } catch {
    return ''
  }
}

/** An address of a /24: `hostOf('10.77.3.0/24', 12)` is `10.77.3.12`. */
export function hostOf(subnet: string, host: number): string {
  return subnet.replace(/\.0\/24$/, `.${host}`)
}

function rangeOf(subnet: string): { from: number; to: number } {
  const [address = '', bits = '32'] = subnet.split('/')
  const size = 2 ** (32 - Number(bits))
  const from = Math.floor(numberOf(address) / size) * size
  return { from, to: from + size - 1 }
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
}
