// The switch fails under both servers: the clients' network alone, then every network. Nobody can serve meanwhile, and nobody is the better one.
import type { Duration } from '../../harness/duration.ts'
import { isolate } from '../../harness/faults/isolate.ts'
import { convergence, hostLate, load, switchAway, viewsAgree } from '../../harness/systems/ssm/bounds.ts'
import { masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { guardGivesUp } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it. An operator demands that the service is there again when the network is: no server holds the outage against itself for good, and
// where the servers hear each other, nobody moves, for the other one is no better off. Outgoing frames alone are cut: nobody hears anybody, and each cut can be proven
// on its own server.
export default ssmScenario('ssm/switch-outage', {
  title: 'When both servers lose the clients\' network, or every network, for a while, one serves as soon as it is back',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: switchAway, writeStallMs: switchAway, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '6min',
  needs: ['workload', 'recorder', 'root-shell', 'firewall'],
  uses: ['sql'],
  expectedLines: guardGivesUp,
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)
  const bothLose = async (from: string[], lasts: Duration, meanwhile?: () => Promise<void>): Promise<void> => {
    story.stage('fault')
    const cuts = await Promise.all(cluster.nodes.map(node => cluster.inject(isolate(node, { from, direction: 'out' }))))
    await story.step(`neither hears anybody on the network ${from.join(' and ')} for ${lasts}`, () => Promise.all(cuts.map(cut => cut.hold(lasts, story.signal))))
    await meanwhile?.()
    story.stage('heal')
    await Promise.all(cuts.map(cut => cut.heal()))
    story.stage('settle')
  }

  story.stage('steady')
  await ssm.expectStatus(active, masterOf(standby))
  await ssm.expectPage(normalPage(cluster, active))
  await ssm.expectVipServedBy(active, { for: '3s' })

  // Longer than a handover to a server in reach takes. It never lets go, and so serves at once.
  await bothLose(['public'], '15s', async () => cluster.target.capabilities.sql ? ssm.expectTakesWrites(active) : undefined)
  await ssm.expectVipServedBy(active, { within: '3s' })
  await ssm.expectAcknowledged('accounts are acknowledged again', { within: ssm.patience.writing })
  await ssm.expectStatus(active, masterOf(standby), { within: ssm.patience.page })
  await ssm.expectWhole(active)

  // Longer than T1 and T2.
  await bothLose(['public', 'heartbeat'], '20s')
  await ssm.expectSteady({ within: ssm.patience.rejoin })
  const serving = await ssm.active()
  await ssm.expectAcknowledged('accounts are acknowledged once more', { within: ssm.patience.service })
  await ssm.expectFollows(cluster.otherThan(serving), serving)
  await ssm.expectNoGui(cluster.otherThan(serving))
})
