// The active server loses the clients' network in every way a network can be lost, and keeps the heartbeat: the service goes to where clients can reach it.
import { everyCut } from '../../harness/faults/every-cut.ts'
import { convergence, hostLate, load, outOfReach, viewsAgree, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterOf } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it. A server that no client can reach serves nobody, however healthy it is, while its standby is whole and in reach: an operator
// demands a handover, also where one direction still works, for half a link answers nobody. The servers hear each other on the heartbeat network, so nobody has to
// wait for T2, and nothing is lost. There is no way with the link down: we reach the servers by this very network, and nobody could bring it up again.
export default ssmScenario('ssm/public-cuts', {
  title: 'However the active server loses the public network, the service is handed over to the server that clients can reach',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'gives-up-before-takeover', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'vip-announced-after-takeover', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: outOfReach, writeStallMs: writeOutage, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '8min',
  needs: ['workload', 'recorder', 'root-shell', 'firewall'],
  uses: ['network-cards'],
  expectedLines: cardTaken,
}, async ssm => {
  const { cluster, story } = ssm
  let active = await ssm.active()

  for (const [how, cutOf] of Object.entries(everyCut(cluster, ['public']))) {
    const lost = active
    const other = cluster.otherThan(lost)
    story.stage('steady')
    await ssm.expectStatus(lost, masterOf(other))
    await ssm.expectWhole(lost)

    story.stage('fault')
    const cut = await cluster.inject(cutOf(lost))
    story.stage('observe')
    await ssm.expectVipServedBy(other, { within: ssm.patience.takeover })
    await ssm.expectAcknowledged(`accounts are acknowledged by the server in reach (${how})`, { within: ssm.patience.service })
    // What is cut is not the heartbeat.
    await ssm.expectPage({ heartbeat: 'Connected', active: { node: other.name, state: 'Active' }, standby: { node: lost.name } }, { within: ssm.patience.view })

    story.stage('heal')
    await cut.heal()
    story.stage('settle')
    await ssm.expectFollows(lost, other)
    await ssm.expectNoGui(lost)
    active = other
  }
})
