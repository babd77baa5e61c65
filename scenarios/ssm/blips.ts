// All links of the active server, and then of the standby, fail for 5 to 500 ms, ten times in a row: too short for anybody to take over.
import { blips } from '../../harness/faults/blips.ts'
import { convergence, hostLate, load, readGap, viewsAgree, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

/** In ms. All are shorter than what any timer of the cluster waits for (containers/ssm/README.md, Timers). */
const widths = [5, 10, 20, 50, 100, 150, 200, 300, 400, 500]

export default ssmScenario('ssm/blips', {
  title: 'Cuts of all links at once for up to half a second, ten in a row, move nothing and lose nothing',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui', 'reads-see-no-gap',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { readGapMs: readGap, writeStallMs: writeStall, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '5min',
  needs: ['workload', 'recorder', 'root-shell', 'nft'],
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)

  story.stage('steady')
  await ssm.expectStatus(active, masterOf(standby))
  await ssm.expectPage(normalPage(cluster, active))

  for (const node of [active, standby]) {
    story.stage('fault')
    const cuts = await cluster.inject(blips(node, widths))
    story.stage('heal')
    await cuts.heal()
    story.stage('observe')
    await ssm.expectVipServedBy(active, { within: '3s' })
    // Longer than T2: whoever were to take over because of it would have done so.
    await ssm.expectVipServedBy(active, { for: '10s' })
    await ssm.expectStatus(active, masterOf(standby), { within: ssm.patience.rejoin })
    await ssm.expectAcknowledged('accounts are acknowledged', { within: ssm.patience.writing })
  }
  story.stage('settle')
  await ssm.expectSteady({ within: ssm.patience.rejoin })
  await ssm.expectPage(normalPage(cluster, active), { within: ssm.patience.view })
})
