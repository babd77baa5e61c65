// The standby loses power, twice: clients notice nothing but a pause in writing, and nothing that was acknowledged is lost.
import { powerOff } from '../../harness/faults/power-off.ts'
import { convergence, hostLate, load, readGap, viewsAgree, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { degradedPage, masterAlone, masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

export default ssmScenario('ssm/power-loss-of-the-standby', {
  title: 'When the standby loses power, and loses it again, reads see no gap, writes pause and none fails',
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'reads-see-no-gap', 'writes-stall-shorter-than-bound', 'no-write-fails', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'load-high-enough',
  ],
  bounds: { readGapMs: readGap, writeStallMs: writeStall, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '10min',
  needs: ['workload', 'recorder', 'power'],
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)

  // Twice: what was learnt of the first loss must not be held against the second.
  for (const time of ['the first time', 'the second time']) {
    story.stage('steady')
    await ssm.expectStatus(active, masterOf(standby))
    await ssm.expectPage(normalPage(cluster, active), { within: ssm.patience.view })
    await ssm.expectVipServedBy(active, { for: '3s' })

    story.stage('fault')
    await using loss = await cluster.inject(powerOff(standby))
    story.stage('observe')
    await ssm.expectPage(degradedPage(cluster, active), { within: ssm.patience.view })
    await ssm.expectStatus(active, masterAlone(standby), { within: ssm.patience.page })
    await ssm.expectAcknowledged(`accounts are acknowledged again, ${time}`, { within: ssm.patience.writing })

    story.stage('heal')
    await loss.heal()
    story.stage('settle')
    await ssm.expectFollows(standby, active)
    await ssm.expectNoGui(standby)
  }
})
