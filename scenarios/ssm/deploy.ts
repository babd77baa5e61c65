// The document's way to a cluster, from a server that has accounts and one that is newly installed: keys, standby, deployment, in that order and no other.
import type { ClusterNode } from '../../harness/cluster.ts'
import { haStop } from '../../harness/faults/ha-stop.ts'
import { powerOff } from '../../harness/faults/power-off.ts'
import { hostLate } from '../../harness/systems/ssm/bounds.ts'
import { deploy, deployedFromTo, generateKeys, installSecondAnew, provision } from '../../harness/systems/ssm/deployment.ts'
import { masterOf, normalPage, notEnabled } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

const commands = ['ha_cluster_start', 'ha_cluster_stop', 'ha_deploy', 'ha_generatekeys', 'ha_provision_standby', 'ha_status', 'ha_teardown']

export default ssmScenario('ssm/deploy', {
  title: 'A cluster is deployed from a stand-alone server and a newly installed one, in the documented order only, and has the accounts of the first',
  destroys: 'for a while',
  covers: ['SSM-01', 'SSM-52'],
  promises: ['console-as-documented', 'gui-as-documented', 'accounts-as-documented', 'every-fault-proven-and-healed', 'nothing-left-behind'],
  bounds: { hostLateMs: hostLate },
  limit: '13min',
  needs: ['accounts', 'reinstall'],
  expectedLines: cardTaken,
}, async ssm => {
  const { cluster, story } = ssm
  const { first, second } = deployedFromTo(ssm)
  const [account, later] = [`KEPT ${ssm.unique}`, `LATER ${ssm.unique}`]

  story.stage('steady')
  await ssm.createAccount({ name: account, virtualAccount: 'TEST123' })
  await ssm.expectAccount(account, 'Active')
  for (const node of [first, second]) await ssm.expectCompletions(node, 'ha_', commands, { rows: ['SSM-01'] })

  story.stage('observe')
  await ssm.tearDown(second, [])
  await ssm.tearDown(first, [])
  await ssm.expectSaid(second, 'ha_provision_standby', await ssm.enter(second, provision('no key')), /^(?:.*: )?Error: this server has been part of an HA cluster and cannot be used in one again/m, ['SSM-52'])
  await ssm.expectStatus(second, notEnabled, { rows: ['SSM-52'] })

  await installSecondAnew(ssm)
  await ssm.expectAccount(account, 'not listed', { on: second, within: ssm.patience.page })

  await ssm.expectSaid(first, 'ha_deploy before ha_generatekeys', await ssm.enter(first, { command: 'ha_deploy' }), /^Error: there are no keys; run ha_generatekeys first/m, ['SSM-01'])
  const key = await generateKeys(ssm, ['SSM-01'])
  await ssm.expectSaid(first, 'ha_deploy before ha_provision_standby', await ssm.enter(first, { command: 'ha_deploy' }), /^Error: secondary-node does not accept the keys of this server; run ha_provision_standby there first/m, ['SSM-01'])
  await ssm.expectSaid(second, 'ha_deploy on the wrong server', await ssm.enter(second, { command: 'ha_deploy' }), /^Error: this is secondary-node; it is done on primary-node/m, ['SSM-01'])
  await ssm.expectSaid(second, 'ha_provision_standby without a key', await ssm.enter(second, provision('no key')), /^(?:.*: )?Error: that is no public key; nothing was changed/m, ['SSM-01'])
  // What was refused has changed nothing.
  await ssm.expectAccount(account, 'Active', { on: first, rows: ['SSM-01'] })
  for (const node of [first, second]) await ssm.expectStatus(node, notEnabled, { rows: ['SSM-01'] })

  await deploy(ssm, key, ['SSM-01'])
  await ssm.expectPage(normalPage(cluster, first), { within: ssm.patience.view, rows: ['SSM-01'] })
  await ssm.expectAccount(account, 'Active', { rows: ['SSM-01'] })

  // What was deployed is a cluster: it takes an account, and its standby takes over with both.
  await ssm.createAccount({ name: later, virtualAccount: 'TEST123' })
  await ssm.expectAccount(later, 'Active')
  // As long as a person takes to see that: by then the standby may take over (containers/ssm/README.md, promotable again).
  await ssm.expectVipServedBy(first, { for: '4s' })
  await handOver(first, second)

  // And it stays one: what a boot starts of it is all that it needs.
  story.stage('fault')
  await using loss = await cluster.inject(powerOff(first))
  story.stage('heal')
  await loss.heal()
  story.stage('settle')
  await ssm.expectFollows(first, second)
  // The same.
  await ssm.expectVipServedBy(second, { for: '4s' })
  await handOver(second, first)

  async function handOver(from: ClusterNode, to: ClusterNode): Promise<void> {
    story.stage('fault')
    await using stopped = await cluster.inject(haStop(from))
    story.stage('observe')
    await ssm.expectVipServedBy(to, { within: ssm.patience.handover })
    for (const name of [account, later]) await ssm.expectAccount(name, 'Active', { within: ssm.patience.page })
    story.stage('heal')
    await stopped.heal()
    story.stage('settle')
    await ssm.expectStatus(to, masterOf(from), { within: ssm.patience.rejoin })
  }
})
