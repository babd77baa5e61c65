// The active server loses power while clients ask for as many accounts as it will bear: the standby is behind by whatever is under way, and has to have what was acknowledged.
import { powerOff } from '../../harness/faults/power-off.ts'
import { convergence, fullLoad, hostLate, unplannedOutage, viewsAgree, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterOf } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

export default ssmScenario('ssm/failover-under-full-load', {
  title: 'When the active server loses power under full load the standby serves within the same bound, and has every acknowledged account',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'vip-announced-after-takeover', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: unplannedOutage, viewsAgreeMs: viewsAgree, convergenceMs: convergence, writeStallMs: writeOutage, loadPerSecond: fullLoad, hostLateMs: hostLate },
  limit: '6min',
  needs: ['workload', 'full-load', 'recorder', 'power'],
  expectedLines: cardTaken,
}, async ssm => {
  const { cluster, story } = ssm
  const lost = await ssm.active()
  const survivor = cluster.otherThan(lost)

  story.stage('steady')
  await ssm.expectStatus(lost, masterOf(survivor))
  await ssm.expectVipServedBy(lost, { for: '10s' })

  story.stage('fault')
  await using loss = await cluster.inject(powerOff(lost))
  story.stage('observe')
  await ssm.expectVipServedBy(survivor, { within: ssm.patience.takeover })
  await ssm.expectAcknowledged('accounts are acknowledged by the survivor, alone', { within: ssm.patience.service })

  story.stage('heal')
  await loss.heal()
  story.stage('settle')
  await ssm.expectFollows(lost, survivor)
  await ssm.expectNoGui(lost)
})
