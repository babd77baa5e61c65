// What a target can do; what it cannot is skipped with its reason.
import type { Scenario } from '../../scenario.ts'
import type { Target } from '../../target.ts'

const has: Record<string, (target: Target) => boolean> = {
  'root-shell': target => target.nodes.every(node => node.root !== undefined),
  nft: target => target.capabilities.nft,
  firewall: target => target.capabilities.nft || target.capabilities.iptables,
  freezer: target => target.power?.driver === 'engine' || target.power?.freezer !== undefined,
  recorder: target => target.capabilities.recorder,
  sql: target => target.capabilities.sql,
  power: target => target.power !== undefined,
  reinstall: target => target.power?.driver === 'engine',
  workload: target => target.workload !== undefined,
  accounts: target => target.workload !== undefined,
  'full-load': target => target.workload !== undefined && target.twin,
  client: target => target.client !== undefined,
  surroundings: target => target.surroundings !== undefined,
}

/** What is lacking, where the capability's own name does not say it. */
const words: Record<string, string> = { accounts: 'workload, which alone allows to create accounts', 'full-load': 'leave to load it as much as it will bear, as a twin gives', reinstall: 'way to install a server anew, as a twin has', firewall: 'firewall to cut networks with (nft, or iptables)', freezer: 'way to freeze a machine', surroundings: 'Cisco Software Central and products around it, as a twin has' }

/** Why the scenario cannot be run there; undefined when it can. */
export function lackingFor(target: Target, { needs }: Pick<Scenario, 'needs'>): string | undefined {
  const lacking = needs.filter(need => !has[need]?.(target))
  return lacking.length === 0 ? undefined : `the target ${target.name} has no ${lacking.map(need => words[need] ?? need).join(' and no ')}`
}

/** Nothing is started around a twin that no scenario asks for. */
export function needsSurroundings(scenarios: Pick<Scenario, 'needs' | 'uses'>[]): boolean {
  return scenarios.some(({ needs, uses = [] }) => [...needs, ...uses].includes('surroundings'))
}
