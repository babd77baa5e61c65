// A planned handover between two servers whose services disagree on the time of day by 20 minutes: it is none of the clock's business who may be active.
import { clockOffset } from '../../harness/faults/clock-offset.ts'
import { haStop } from '../../harness/faults/ha-stop.ts'
import { convergence, hostLate, load, plannedOutage, viewsAgree, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { degradedPage, masterAlone, masterOf, normalPage, stopped } from '../../harness/systems/ssm/expectations.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it. An operator who hands over because a server's clock is wrong demands the handover of every other day: within its bound, with
// nothing lost. The server that takes over is behind, so that whatever the other one dated, sessions included, lies in its future.
export default ssmScenario('ssm/handover-with-clocks-off', {
  title: 'HA stop hands the service over in its usual time while the clocks of the two servers disagree by 20 minutes',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'vip-announced-after-takeover', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: plannedOutage, writeStallMs: writeStall, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '5min',
  needs: ['workload', 'recorder', 'root-shell', 'clocks'],
}, async ssm => {
  const { cluster, story } = ssm
  const first = await ssm.active()
  const second = cluster.otherThan(first)

  story.stage('steady')
  await ssm.expectStatus(first, masterOf(second))
  await ssm.expectPage(normalPage(cluster, first))

  story.stage('fault')
  await using guardAhead = await cluster.inject(clockOffset(first, 'ssm-guard', { ahead: '10min' }))
  await using webAhead = await cluster.inject(clockOffset(first, 'ssm-web', { ahead: '10min' }))
  await using guardBehind = await cluster.inject(clockOffset(second, 'ssm-guard', { behind: '10min' }))
  await ssm.expectVipServedBy(first, { for: '4s' })
  await using handover = await cluster.inject(haStop(first))
  story.stage('observe')
  await ssm.expectVipServedBy(second, { within: ssm.patience.handover })
  await ssm.expectPage(degradedPage(cluster, second), { within: ssm.patience.view })
  await ssm.expectStatus(first, stopped)
  await ssm.expectStatus(second, masterAlone(first), { within: ssm.patience.handover })
  await ssm.expectAcknowledged('accounts are acknowledged by the server whose clock is behind', { within: ssm.patience.service })

  story.stage('heal')
  await handover.heal()
  story.stage('settle')
  await ssm.expectFollows(first, second)
  story.stage('heal')
  for (const offset of [guardBehind, webAhead, guardAhead]) await offset.heal()
  story.stage('settle')
  await ssm.expectVipServedBy(second, { for: '10s' })
  await ssm.expectSteady({ within: ssm.patience.rejoin })
})
