// `haywire run --plan`: every step, fault, node and undo, in the order in which a run would take them.
import { Cluster } from '../../cluster.ts'
import { faultKinds } from '../../faults/index.ts'
import { RehearsedLeases, RehearsedStory } from '../../rehearsal.ts'
import type { Target } from '../../target.ts'
import type { CatalogueEntry } from '../catalogue.ts'
import { systems } from '../systems.ts'
import { lackingFor } from './capabilities.ts'

export async function printPlan(target: Target, scenarios: CatalogueEntry[], say: (line: string) => void): Promise<void> {
  say(`${target.name} (${target.twin ? 'a twin' : 'a real cluster'}): ${target.nodes.map(({ name, addresses }) => `${name} ${addresses.public}`).join(', ')}, VIP ${target.vip}`)
  say(target.workload ? `workload: ${target.workload.perSecond} accounts a second, named ${target.workload.prefix}…; ${target.workload.cleanUp === 'remove' ? 'removed at the end of each scenario' : 'they stay'}` : 'workload: none')
  for (const scenario of scenarios) {
    say(`\n${scenario.id}: ${scenario.title}`)
    if (scenario.destroys) say(scenario.destroys === 'for good' ? 'It leaves no cluster, and nothing undoes that.' : 'It takes the cluster apart, and deploys it anew; one that fails in between leaves none.')
    const lacking = lackingFor(target, scenario)
    if (lacking) say(`skipped: ${lacking}`)
    else await rehearse(target, scenario, say)
  }
  say('\nNothing was touched.')
}

async function rehearse(target: Target, scenario: CatalogueEntry, say: (line: string) => void): Promise<void> {
  const system = systems[target.system]
  if (!system) throw new Error(`no system is called ${target.system}`)
  // Whatever a rehearsal would reach for is a mistake in the scenario: it must be told, not done.
  const unreachable = new Proxy({}, { get: (_, name) => () => { throw new Error(`the rehearsal of ${scenario.id} reached for the cluster (${String(name)})`) } })
  const cluster = new Cluster(target, unreachable as never, new RehearsedLeases(faultKinds, say))
  await scenario.body(system.rehearse({ cluster, story: new RehearsedStory(scenario.id, say) }) as never)
}
