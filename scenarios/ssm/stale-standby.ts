// The heartbeat network is cut while clients reach both servers; then the active one dies while the standby is behind: nothing stale is promoted.
import { isolate } from '../../harness/faults/isolate.ts'
import { powerOff } from '../../harness/faults/power-off.ts'
import { convergence, hostLate, load, patience, viewsAgree, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { cutOffPage, masterAlone, masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

export default ssmScenario('ssm/stale-standby', {
  title: 'A standby that fell behind while the heartbeat network was cut is not promoted when the active server dies',
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui', 'nothing-stale-promoted',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { writeStallMs: writeStall, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '8min',
  needs: ['workload', 'recorder', 'root-shell', 'firewall', 'power'],
  expectedLines: cardTaken,
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)

  story.stage('steady')
  await ssm.expectStatus(active, masterOf(standby))
  await ssm.expectPage(normalPage(cluster, active))
  await ssm.expectVipServedBy(active, { for: '5s' })

  story.stage('fault')
  await using cut = await cluster.inject(isolate(standby, { from: ['heartbeat'] }))
  story.stage('observe')
  await ssm.expectPage(cutOffPage(active, standby), { within: patience.view })
  await ssm.expectStatus(active, masterAlone(standby), { within: patience.page })
  await ssm.expectVipServedBy(active, {})
  await ssm.expectAcknowledged('accounts are acknowledged again, without the standby', { within: patience.writing })

  story.stage('fault')
  await using loss = await cluster.inject(powerOff(active))
  story.stage('observe')
  // As long as a takeover is allowed to last (unplannedOutage): a standby that were to take over would have done so by then.
  await ssm.expectVipUnserved('nothing-stale-promoted', { for: '20s' })

  story.stage('heal')
  await loss.heal()
  await ssm.expectVipServedBy(active, { within: patience.rejoin })
  await cut.heal()
  story.stage('settle')
  await ssm.expectAcknowledged('accounts are acknowledged once more', { within: patience.rejoin })
  await ssm.expectFollows(standby, active)
  await ssm.expectNoGui(standby, { for: '5s' })
})
