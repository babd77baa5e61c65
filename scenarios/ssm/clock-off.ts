// The wall clocks of the cluster's services are wrong by 10 minutes, ahead and behind, and jump: nobody who counts seconds may count them by the time of day.
import { clockOffset } from '../../harness/faults/clock-offset.ts'
import { convergence, hostLate, load, readGap, viewsAgree, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it. A time server that is wrong, or a virtual machine that is resumed, sets clocks off by minutes; an operator demands that nothing
// moves, that nobody has to log in anew, and that nothing waits for the other's clock. Ten minutes are a hundred times every timer of the cluster.
export default ssmScenario('ssm/clock-off', {
  title: 'Clocks that jump by 10 minutes, ahead and back, on the active server and on the standby, move nothing and fail nothing',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui', 'reads-see-no-gap', 'no-write-fails',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'load-high-enough',
  ],
  bounds: { readGapMs: readGap, writeStallMs: writeStall, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '6min',
  needs: ['workload', 'recorder', 'root-shell', 'clocks'],
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)

  story.stage('steady')
  await ssm.expectStatus(active, masterOf(standby))
  await ssm.expectPage(normalPage(cluster, active))

  for (const [node, services] of [[active, ['ssm-guard', 'ssm-web']], [standby, ['ssm-guard']]] as const) {
    for (const by of [{ ahead: '10min' }, { behind: '10min' }] as const) {
      story.stage('fault')
      const offsets = []
      for (const service of services) offsets.push(await cluster.inject(clockOffset(node, service, by)))
      story.stage('observe')
      // Longer than T2: whoever were to take over, or to give up, because of it would have done so.
      await ssm.expectVipServedBy(active, { for: '10s' })
      await ssm.expectStatus(active, masterOf(standby))
      await ssm.expectPage(normalPage(cluster, active))
      await ssm.expectAcknowledged(`accounts are acknowledged while the clocks of ${services.join(' and ')} on ${node} are off`, { within: ssm.patience.writing })
      story.stage('heal')
      // Each jumps back, which is a wrong clock once more.
      for (const offset of offsets) await offset.heal()
      story.stage('settle')
      await ssm.expectVipServedBy(active, { for: '10s' })
      await ssm.expectSteady({ within: ssm.patience.rejoin })
      await ssm.expectPage(normalPage(cluster, active), { within: ssm.patience.view })
    }
  }
})
