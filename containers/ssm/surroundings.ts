// What stands around the cluster: Cisco Software Central, and the four products of the document, with the licences that they take there.

export interface Product {
  name: string
  /** Prime Infrastructure, or Cisco Unified CM */
  kind: 'prime' | 'cucm'
  udi: string
  /** by name, how many it uses (SSM-38, SSM-42) */
  licences: Record<string, number>
  /** last number of its address on the public network */
  public: number
}

export const centralHost = 90
/** The name by which products may reach the VIP. */
export const fqdn = 'ssm-on-prem.test'

const prime = (name: string, licences: Record<string, number>, host: number): Product =>
  ({ name, kind: 'prime', udi: `UDI_PID:PI-SOFTWARE; UDI_SN:${name};`, licences: prefixed('Prime Infrastructure 3.x, ', ' Lic.', licences), public: host })
const cucm = (name: string, licences: Record<string, number>, host: number): Product =>
  ({ name, kind: 'cucm', udi: `UDI_PID:UCM; UDI_SN:${name};`, licences: prefixed('UC Manager ', ' License (12.x)', licences), public: host })

/** In the order in which they register: the first two before the failover, the others after it. */
export const products: readonly Product[] = [
  prime('annanr-39', { BASE: 1, Lifecycle: 34 }, 21),
  cucm('cucmpub', { Enhanced: 3, 'Enhanced Plus': 1, 'Telepresence Room': 1 }, 22),
  prime('pi37', { Assurance: 2, BASE: 1, Lifecycle: 14 }, 23),
  cucm('cucm-pub-30', { Enhanced: 44, Basic: 2, Essential: 4 }, 24),
]

function prefixed(before: string, after: string, licences: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(licences).map(([name, count]) => [`${before}${name}${after}`, count]))
}
