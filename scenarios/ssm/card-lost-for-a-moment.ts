// The active server's network card goes, with its addresses, and comes back sooner than anybody hands over: somebody has to see that the VIP is not there.
import { engineDisconnect } from '../../harness/faults/engine-disconnect.ts'
import { convergence, hostLate, load, outOfReach, viewsAgree, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it (SSM-55). Addresses that others manage (a network manager, a hypervisor) come back with the card, the VIP does not: an operator demands that it is
// put back, or that the other server serves.
export default ssmScenario('ssm/card-lost-for-a-moment', {
  title: 'When the VIP is lost with its card, which comes back at once, one server serves again within the bound',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'load-high-enough',
  ],
  bounds: { outageMs: outOfReach, writeStallMs: writeOutage, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '5min',
  needs: ['workload', 'recorder', 'root-shell', 'network-cards'],
  expectedLines: cardTaken,
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)

  story.stage('steady')
  await ssm.expectStatus(active, masterOf(standby))
  await ssm.expectPage(normalPage(cluster, active))
  await ssm.expectVipServedBy(active, { for: '3s' })

  story.stage('fault')
  await using loss = await cluster.inject(engineDisconnect(active, ['public']))
  await story.step('the card is away for 500ms', () => loss.hold('500ms', story.signal))
  story.stage('heal')
  await loss.heal()
  story.stage('observe')
  await ssm.expectVipServedByOneOf([active, standby], { within: ssm.patience.takeover })
  await ssm.expectAcknowledged('accounts are acknowledged again', { within: ssm.patience.service })
  story.stage('settle')
  await ssm.expectSteady({ within: ssm.patience.mended })
  const serving = await ssm.active()
  await ssm.expectFollows(cluster.otherThan(serving), serving)
  await ssm.expectNoGui(cluster.otherThan(serving))
})
