// PostgreSQL of the standby hangs: it takes what it is sent into its buffers, confirms nothing, and looks alive.
import { pauseProcess } from '../../harness/faults/pause-process.ts'
import { convergence, hostLate, load, readGap, viewsAgree, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { databaseKilled } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it (SSM-55): an operator demands what holds for a standby that is lost, and that the cluster mends it without being asked, for nobody looks
// at a standby until it is needed.
export default ssmScenario('ssm/hang-of-the-standbys-database', {
  title: 'When PostgreSQL hangs on the standby reads see no gap, writes pause, and the cluster makes it run again by itself',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'reads-see-no-gap', 'writes-stall-shorter-than-bound', 'no-write-fails', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'load-high-enough',
  ],
  bounds: { readGapMs: readGap, writeStallMs: writeStall, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '6min',
  needs: ['workload', 'recorder', 'root-shell'],
  // A stop that hangs is followed by a kill.
  expectedLines: databaseKilled,
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)

  story.stage('steady')
  await ssm.expectStatus(active, masterOf(standby))
  await ssm.expectPage(normalPage(cluster, active))
  await ssm.expectVipServedBy(active, { for: '3s' })

  story.stage('fault')
  await using hang = await cluster.inject(pauseProcess(standby, 'postgres'))
  story.stage('observe')
  await ssm.expectAcknowledged('accounts are acknowledged without the standby', { within: ssm.patience.writing })
  await ssm.expectVipServedBy(active, {})
  // Before anybody heals it: within its monitor's interval and time-out, a stop that hangs, and a start.
  await ssm.expectSteady({ within: ssm.patience.mended })

  story.stage('heal')
  await hang.heal()
  story.stage('settle')
  await ssm.expectFollows(standby, active)
  await ssm.expectNoGui(standby)
})
