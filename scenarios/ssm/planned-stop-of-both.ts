// Maintenance of both servers: HA is stopped on the standby, then on the active server, and started in the same order. Between the two stops accounts are acknowledged that only one copy has.
import { haStop } from '../../harness/faults/ha-stop.ts'
import { hostLate, load, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { degradedPage, masterAlone, masterOf, stopped } from '../../harness/systems/ssm/expectations.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// With two nodes each stop has the quorum at stake. An operator demands that the first one stops nothing but the standby, that the second one does stop the service although nobody takes it over,
// and that the server that was stopped first waits for the other when it is started alone: its copy is the older one.
export default ssmScenario('ssm/planned-stop-of-both', {
  title: 'Both servers are stopped in order, and the one that was stopped first waits for the other',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui', 'nothing-stale-promoted',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { writeStallMs: writeOutage, loadPerSecond: load, hostLateMs: hostLate },
  limit: '6min',
  needs: ['workload', 'recorder'],
}, async ssm => {
  const { cluster, story } = ssm
  const newer = await ssm.active()
  const older = cluster.otherThan(newer)

  story.stage('steady')
  await ssm.expectStatus(newer, masterOf(older))
  await ssm.expectVipServedBy(newer, { for: '3s' })

  story.stage('fault')
  await using first = await cluster.inject(haStop(older))
  story.stage('observe')
  await ssm.expectStatus(older, stopped)
  await ssm.expectPage(degradedPage(cluster, newer), { within: ssm.patience.view })
  await ssm.expectStatus(newer, masterAlone(older), { within: ssm.patience.page })
  await ssm.expectAcknowledged('accounts are acknowledged without the standby', { within: ssm.patience.writing })
  story.stage('fault')
  await using second = await cluster.inject(haStop(newer))
  story.stage('observe')
  await ssm.expectStatus(newer, stopped)
  await ssm.expectNoGui(newer)

  story.stage('heal')
  await first.heal()
  story.stage('observe')
  // Longer than T2 and a promotion.
  await ssm.expectVipUnserved('nothing-stale-promoted', { for: '20s' })

  story.stage('heal')
  await second.heal()
  story.stage('settle')
  await ssm.expectVipServedBy(newer, { within: ssm.patience.rejoin })
  await ssm.expectFollows(older, newer)
})
