// Networks for a twin that overlap nothing on this host: neither its interfaces nor other container networks.
import { networkInterfaces } from 'node:os'

/** From here on, in steps of one /24, subnets are tried: private addresses (RFC 1918) that few defaults use. */
const first = [10, 77, 0] as const
const candidates = 16 * 256

/** `a.b.c.0/24`, as many as asked for, that overlap none of those taken (CIDR). Throws when there are not enough. */
export function freeSubnets(count: number, taken: string[]): string[] {
  const ranges = taken.filter(subnet => !subnet.includes(':')).map(rangeOf)
  const free: string[] = []
  for (let n = 0; n < candidates && free.length < count; n += 1) {
    const subnet = `${first[0]}.${first[1] + Math.floor(n / 256)}.${n % 256}.0/24`
    const range = rangeOf(subnet)
    if (!ranges.some(other => range.from <= other.to && other.from <= range.to)) free.push(subnet)
  }
  if (free.length < count) throw new Error(`no ${count} free subnets are left between 10.77.0.0 and 10.92.255.0; remove networks that are not used any more`)
  return free
}

/** The subnets of this host's own interfaces. */
export function hostSubnets(): string[] {
  return Object.values(networkInterfaces()).flatMap(addresses => (addresses ?? []).flatMap(({ family, cidr }) => (family === 'IPv4' && cidr ? [cidr] : [])))
}

/** An address of a /24: `hostOf('10.77.3.0/24', 12)` is `10.77.3.12`. */
export function hostOf(subnet: string, host: number): string {
  return subnet.replace(/\.0\/24$/, `.${host}`)
}

function rangeOf(subnet: string): { from: number; to: number } {
  const [address = '', bits = '32'] = subnet.split('/')
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(bits))
  const from = Math.floor(number / size) * size
  return { from, to: from + size - 1 }
}
