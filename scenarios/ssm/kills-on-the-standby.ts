// The cluster software of the standby dies, one part after the other: reads go on, and the cluster is whole again by itself.
import { killProcess } from '../../harness/faults/kill-process.ts'
import { convergence, hostLate, load, readGap, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { pacemakerDaemons } from '../../harness/systems/ssm/component-failure.ts'
import { masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { guardGivesUp } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it (SSM-55). A standby whose cluster software is gone looks like one for as long as nobody needs it, and then nobody takes over: an operator
// demands that it comes back without being asked, as on the active server.
export default ssmScenario('ssm/kills-on-the-standby', {
  title: 'When corosync, pacemaker or the guard dies on the standby reads see no gap, and it is a standby again by itself',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'reads-see-no-gap', 'writes-stall-shorter-than-bound', 'no-write-fails', 'replication-runs-from-active-to-standby',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'load-high-enough',
  ],
  bounds: { readGapMs: readGap, writeStallMs: writeStall, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '8min',
  needs: ['workload', 'recorder', 'root-shell'],
  expectedLines: guardGivesUp,
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)

  for (const [what, processes] of Object.entries({ corosync: ['corosync'], pacemaker: pacemakerDaemons, 'the guard': ['ssm-guard'] })) {
    story.stage('steady')
    await ssm.expectStatus(active, masterOf(standby))
    await ssm.expectPage(normalPage(cluster, active), { within: ssm.patience.view })
    await ssm.expectVipServedBy(active, { for: '3s' })

    story.stage('fault')
    await using loss = await cluster.inject(killProcess(standby, ...processes))
    story.stage('observe')
    await ssm.expectAcknowledged(`accounts are acknowledged without ${what} of the standby`, { within: ssm.patience.writing })
    // Longer than it takes until a death is seen; and before anybody heals it the standby is one again.
    await ssm.expectVipServedBy(active, { for: '5s' })
    await ssm.expectSteady({ within: ssm.patience.rejoin })

    story.stage('heal')
    await loss.heal()
    story.stage('settle')
    await ssm.expectFollows(standby, active)
    await ssm.expectNoGui(standby)
  }
})
