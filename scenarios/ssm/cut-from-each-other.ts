// The servers lose each other, and nothing else: both reach the gateway and every client, and each might think that the other has died.
import { isolate } from '../../harness/faults/isolate.ts'
import { convergence, hostLate, load, readGap, viewsAgree, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { cutOffPage, masterAlone, masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it. Without a third opinion this is how two servers both become active, with two histories that nobody can join again: an operator
// demands that the one that serves goes on, and that the other does not even try.
export default ssmScenario('ssm/cut-from-each-other', {
  title: 'Servers that are cut off from each other alone do not both become active: the active one goes on, and clients notice nothing but a pause in writing',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui', 'reads-see-no-gap',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { readGapMs: readGap, writeStallMs: writeStall, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '5min',
  needs: ['workload', 'recorder', 'root-shell', 'firewall'],
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)

  story.stage('steady')
  await ssm.expectStatus(active, masterOf(standby))
  await ssm.expectPage(normalPage(cluster, active))
  await ssm.expectVipServedBy(active, { for: '3s' })

  story.stage('fault')
  await using cut = await cluster.inject(isolate(active, { peers: [standby] }))
  story.stage('observe')
  await ssm.expectPage(cutOffPage(active, standby), { within: ssm.patience.view })
  await ssm.expectStatus(active, masterAlone(standby), { within: ssm.patience.page })
  await ssm.expectAcknowledged('accounts are acknowledged without the standby', { within: ssm.patience.writing })
  // As long as a takeover is allowed to last (unplannedOutage), from here on.
  await ssm.expectVipServedBy(active, { for: '20s' })
  await ssm.expectNoGui(standby)

  story.stage('heal')
  await cut.heal()
  story.stage('settle')
  await ssm.expectFollows(standby, active)
})
