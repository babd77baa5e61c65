// The active server loses power: the other serves within the bound, and the lost one comes back as its standby.
import { haStop } from '../../harness/faults/ha-stop.ts'
import { powerOff } from '../../harness/faults/power-off.ts'
import { convergence, hostLate, load, unplannedOutage, viewsAgree, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { degradedPage, masterAlone, masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'
import { takesOver } from '../../harness/systems/ssm/takes-over.ts'

// The document is silent on unplanned losses (SSM-55): an operator demands the same end as after a planned stop.
export default ssmScenario('ssm/power-loss-of-the-active', {
  title: 'When the active server loses power the standby serves, and the lost server returns as a standby that can take over',
  covers: ['SSM-55'],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'vip-announced-after-takeover', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: unplannedOutage, viewsAgreeMs: viewsAgree, convergenceMs: convergence, writeStallMs: writeOutage, loadPerSecond: load, hostLateMs: hostLate },
  limit: '8min',
  needs: ['workload', 'recorder', 'power'],
  expectedLines: cardTaken,
}, async ssm => {
  const { cluster, story } = ssm
  const lost = await ssm.active()
  const survivor = cluster.otherThan(lost)

  story.stage('steady')
  await ssm.expectStatus(lost, masterOf(survivor))
  await ssm.expectPage(normalPage(cluster, lost))

  story.stage('fault')
  await using loss = await cluster.inject(powerOff(lost))
  story.stage('observe')
  await ssm.expectVipServedBy(survivor, { within: ssm.patience.takeover, rows: ['SSM-55'] })
  await ssm.expectAcknowledged('accounts are acknowledged by the survivor, alone', { within: ssm.patience.service, rows: ['SSM-55'] })
  await ssm.expectPage(degradedPage(cluster, survivor), { within: ssm.patience.view, rows: ['SSM-55'] })
  await ssm.expectStatus(survivor, { ...masterAlone(lost), pcsd: { [lost.name]: 'Offline', [survivor.name]: 'Online' } }, { within: ssm.patience.page, rows: ['SSM-55'] })

  story.stage('heal')
  await loss.heal()
  story.stage('settle')
  await ssm.expectFollows(lost, survivor, { rows: ['SSM-55'] })
  await ssm.expectNoGui(lost, { rows: ['SSM-55'] })

  await takesOver(ssm, lost, haStop)
})
