// The active server is frozen as a whole, longer than T2, and thawed: it wakes up believing that it is active, while the other is.
import { freezeNode } from '../../harness/faults/freeze-node.ts'
import { haStop } from '../../harness/faults/ha-stop.ts'
import { convergence, hostLate, letGo, load, unplannedOutage, viewsAgree, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { degradedPage, masterAlone, masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { guardGivesUp } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'
import { takesOver } from '../../harness/systems/ssm/takes-over.ts'

// The documents are silent on it (SSM-55). Nobody fences the frozen server, so an operator demands that it lets go by itself as soon as it can think again.
export default ssmScenario('ssm/freeze-of-the-active', {
  title: 'When the active server is frozen the standby serves, and the frozen one lets go as soon as it is thawed, and can take over again',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: unplannedOutage, letGoMs: letGo, viewsAgreeMs: viewsAgree, convergenceMs: convergence, writeStallMs: writeOutage, loadPerSecond: load, hostLateMs: hostLate },
  limit: '8min',
  needs: ['workload', 'recorder', 'root-shell', 'freezer'],
  expectedLines: guardGivesUp,
}, async ssm => {
  const { cluster, story } = ssm
  const frozen = await ssm.active()
  const survivor = cluster.otherThan(frozen)

  story.stage('steady')
  await ssm.expectStatus(frozen, masterOf(survivor))
  await ssm.expectPage(normalPage(cluster, frozen))

  story.stage('fault')
  await using freeze = await cluster.inject(freezeNode(frozen))
  story.stage('observe')
  await ssm.expectVipServedBy(survivor, { within: ssm.patience.takeover })
  await ssm.expectAcknowledged('accounts are acknowledged by the survivor, alone', { within: ssm.patience.service })
  await ssm.expectPage(degradedPage(cluster, survivor), { within: ssm.patience.view })
  await ssm.expectStatus(survivor, masterAlone(frozen), { within: ssm.patience.page })

  story.stage('heal')
  await freeze.heal()
  story.stage('settle')
  await ssm.expectVipServedBy(survivor, { for: '5s' })
  await ssm.expectFollows(frozen, survivor)
  await ssm.expectNoGui(frozen)

  await takesOver(ssm, frozen, haStop)
})
