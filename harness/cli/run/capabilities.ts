// What a target can do; what it cannot is skipped with its reason.
import { checks } from '../../checks/index.ts'
import { canTakeCards } from '../../faults/engine-disconnect.ts'
import type { Scenario } from '../../scenario.ts'
import type { Target } from '../../target.ts'

const has: Record<string, (target: Target) => boolean> = {
  'root-shell': target => target.nodes.every(node => node.root !== undefined),
  nft: target => target.capabilities.nft,
  firewall: target => target.capabilities.nft || target.capabilities.iptables,
  freezer: target => target.power?.driver === 'engine' || target.power?.freezer !== undefined,
  clocks: target => target.clocks !== undefined,
  'network-cards': canTakeCards,
  recorder: target => target.capabilities.recorder,
  sql: target => target.capabilities.sql,
  power: target => target.power !== undefined,
  reinstall: target => target.power?.driver === 'engine',
  workload: target => target.workload !== undefined,
  accounts: target => target.workload !== undefined,
  'full-load': target => target.workload !== undefined && target.twin,
  client: target => target.client !== undefined,
  surroundings: target => target.surroundings !== undefined,
  'database-disk': target => target.databaseDisk !== undefined,
}

/** What is lacking, where the capability's own name does not say it. */
const words: Record<string, string> = { accounts: 'workload, which alone allows to create accounts', 'full-load': 'leave to load it as much as it will bear, as a twin gives', reinstall: 'way to install a server anew, as a twin has', firewall: 'firewall to cut networks with (nft, or iptables)', freezer: 'way to freeze a machine', clocks: 'way to set the clock of its services', 'network-cards': 'way to take a network card out of a machine, as a twin has', surroundings: 'Cisco Software Central and products around it, as a twin has', 'database-disk': 'disk of the database\'s own that may be filled and broken, as a twin has where the host has loop devices' }

/** Why the scenario cannot be run there; undefined when it can. */
export function lackingFor(target: Target, { needs }: Pick<Scenario, 'needs'>): string | undefined {
  const lacking = needs.filter(need => !has[need]?.(target))
  return lacking.length === 0 ? undefined : `the target ${target.name} has no ${lacking.map(need => words[need] ?? need).join(' and no ')}`
}

/** The promises that nobody can judge there, by name, with why; the scenario is run for the others. */
export function unseenOn(target: Target, { promises }: Pick<Scenario, 'promises'>): Map<string, string> {
  return new Map(promises.flatMap(check => {
    const lacking = lackingFor(target, { needs: checks[check]?.needs ?? [] })
    return lacking === undefined ? [] : [[check, lacking] as const]
  }))
}

/** A twin has nothing that no scenario asks for. */
export function askedOfTwin(scenarios: Pick<Scenario, 'needs' | 'uses'>[]): { surroundings: boolean; databaseDisks: boolean } {
  const asked = (capability: string): boolean => scenarios.some(({ needs, uses = [] }) => [...needs, ...uses].includes(capability))
  return { surroundings: asked('surroundings'), databaseDisks: asked('database-disk') }
}
