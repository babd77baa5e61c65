// While the standby takes over, its database is killed: a failover has to survive a fault of its own.
import { haStop } from '../../harness/faults/ha-stop.ts'
import { killProcess } from '../../harness/faults/kill-process.ts'
import { convergence, failoverInterrupted, hostLate, load, viewsAgree, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterOf } from '../../harness/systems/ssm/expectations.ts'
import { databaseKilled } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

export default ssmScenario('ssm/kill-during-failover', {
  title: 'A failover whose new database is killed in the middle ends all the same, with one server that serves and nothing lost',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: failoverInterrupted, viewsAgreeMs: viewsAgree, convergenceMs: convergence, writeStallMs: writeOutage, loadPerSecond: load, hostLateMs: hostLate },
  limit: '6min',
  needs: ['workload', 'recorder', 'root-shell'],
  expectedLines: databaseKilled,
}, async ssm => {
  const { cluster, story } = ssm
  const first = await ssm.active()
  const second = cluster.otherThan(first)

  story.stage('steady')
  await ssm.expectStatus(first, masterOf(second))
  await ssm.expectWhole(first)

  story.stage('fault')
  const stopping = cluster.inject(haStop(first))
  // It is awaited below; until then nobody hears of it.
  stopping.catch(() => undefined)
  // The active server has let go, with everything shipped; the other is about to promote its database, or has just done so.
  await ssm.expectVipUnserved('gui-as-documented', { within: ssm.patience.handover })
  await using loss = await cluster.inject(killProcess(second, 'postgres'))
  await using failover = await stopping
  story.stage('observe')
  await ssm.expectVipServedBy(second, { within: ssm.patience.service })
  await ssm.expectAcknowledged('accounts are acknowledged by the other server', { within: ssm.patience.service })

  story.stage('heal')
  await loss.heal()
  await failover.heal()
  story.stage('settle')
  await ssm.expectFollows(first, second)
  await ssm.expectNoGui(first)
})
