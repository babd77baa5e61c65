// The active server is torn down first, against the document's order: the other takes over meanwhile. Then that one loses power in the middle of its own teardown.
import { powerOff } from '../../harness/faults/power-off.ts'
import type { ClusterNode } from '../../harness/cluster.ts'
import { hostLate } from '../../harness/systems/ssm/bounds.ts'
import { deploy, generateKeys, installSecondAnew } from '../../harness/systems/ssm/deployment.ts'
import { degradedPage, masterAlone, normalPage, notEnabled } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The document tears down the standby first and in peace. An operator who does otherwise demands the same: one server serves, each keeps what it had, and a teardown that was cut off is given again.
export default ssmScenario('ssm/failover-during-teardown', {
  title: 'A failover during a teardown, and a power loss during the next, lose nothing and leave no server half in a cluster',
  destroys: 'for a while',
  covers: [],
  promises: ['console-as-documented', 'gui-as-documented', 'accounts-as-documented', 'every-fault-proven-and-healed'],
  bounds: { hostLateMs: hostLate },
  limit: '6min',
  long: true,
  needs: ['accounts', 'reinstall', 'power'],
  expectedLines: cardTaken,
}, async ssm => {
  const { cluster, story } = ssm
  const first = await ssm.active()
  const second = cluster.otherThan(first)
  const [before, between] = [`KNOWN TO BOTH ${ssm.unique}`, `KNOWN TO ONE ${ssm.unique}`]

  story.stage('steady')
  await ssm.createAccount({ name: before, virtualAccount: 'TEST123' })
  await ssm.expectAccount(before, 'Active')

  story.stage('observe')
  await Promise.all([ssm.tearDown(first, []), ssm.expectVipServedBy(second, { within: ssm.patience.handover })])
  await ssm.expectVipServedBy(second, { for: '10s' })
  await ssm.expectStatus(second, masterAlone(first), { within: ssm.patience.handover })
  await ssm.expectPage(degradedPage(cluster, second), { within: ssm.patience.view })
  await ssm.expectAccount(before, 'Active')
  await expectAlone(first)
  await ssm.expectAccount(before, 'Active', { on: first })
  await ssm.createAccount({ name: between, virtualAccount: 'TEST123' })
  await ssm.expectAccount(between, 'Active')
  await ssm.expectAccount(between, 'not listed', { on: first })

  story.stage('fault')
  const loss = await ssm.tearDownCutOff(second, async () => {
    // Its pacemaker has begun to stop what it holds: most of the teardown is still to come.
    await ssm.expectVipUnserved('gui-as-documented', { within: ssm.patience.handover })
    return cluster.inject(powerOff(second))
  })
  story.stage('heal')
  await loss.heal()
  story.stage('settle')
  await ssm.tearDown(second, [])
  await expectAlone(second)
  for (const account of [before, between]) await ssm.expectAccount(account, 'Active', { on: second })
  await expectAlone(first)
  await ssm.expectVipUnserved('gui-as-documented', { for: '20s' })

  // Whatever both went through, they make a cluster again.
  await installSecondAnew(ssm)
  await deploy(ssm, await generateKeys(ssm, []), [])
  await ssm.expectAccount(before, 'Active')
  await ssm.expectPage(normalPage(cluster, await ssm.active()), { within: ssm.patience.view })

  async function expectAlone(node: ClusterNode): Promise<void> {
    await ssm.expectStatus(node, notEnabled)
    await ssm.expectNetwork({ state: 'Connected', link: 'Edit Interface' }, { on: node, within: ssm.patience.page })
  }
})
