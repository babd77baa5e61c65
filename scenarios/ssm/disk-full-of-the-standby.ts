// The disk under the standby's database fills up: it is told everything, keeps nothing, and may not keep the active server from going on.
import { diskFull } from '../../harness/faults/disk-full.ts'
import { convergenceOfTheFailed, hostLate, load, readGap, viewsAgree, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { masterOf, normalPage, slaveOf } from '../../harness/systems/ssm/expectations.ts'
import { diskIsFull } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it (SSM-55): an operator demands what holds for a standby that is lost.
export default ssmScenario('ssm/disk-full-of-the-standby', {
  title: 'When the disk under the standby\'s database is full reads see no gap, writes pause and none fails',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'reads-see-no-gap', 'writes-stall-shorter-than-bound', 'no-write-fails', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'load-high-enough',
  ],
  bounds: { readGapMs: readGap, writeStallMs: writeStall, viewsAgreeMs: viewsAgree, convergenceMs: convergenceOfTheFailed, loadPerSecond: load, hostLateMs: hostLate },
  limit: '5min',
  needs: ['workload', 'recorder', 'root-shell', 'database-disk'],
  expectedLines: diskIsFull,
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)

  story.stage('steady')
  await ssm.expectStatus(active, masterOf(standby))
  await ssm.expectPage(normalPage(cluster, active))

  story.stage('fault')
  await using full = await cluster.inject(diskFull(standby))
  story.stage('observe')
  await story.step('the cluster is left to itself for 40s', () => full.hold('40s', story.signal))
  await ssm.expectVipServedBy(active, {})
  await ssm.expectAcknowledged('accounts are acknowledged while it lasts', { within: ssm.patience.writing })

  story.stage('heal')
  await full.heal()
  story.stage('settle')
  await ssm.expectSteady({ within: ssm.patience.mended })
  await ssm.expectStatus(standby, slaveOf(active), { within: ssm.patience.rejoin })
  await ssm.expectPage(normalPage(cluster, active), { within: ssm.patience.view })
  await ssm.expectNoGui(standby)
})
