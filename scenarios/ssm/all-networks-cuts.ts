// The active server loses every network at once in every way networks can be lost, and runs on: it lets go of everything, and the other takes over.
import { everyCut } from '../../harness/faults/every-cut.ts'
import { convergence, giveUp, hostLate, load, unplannedOutage, viewsAgree, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterOf } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken, guardGivesUp } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it. However it is cut off, an operator demands what ssm/isolation-of-the-active proves for the silent cut: it holds nothing any more
// after T1, also while it still hears, or is still heard; for nobody can tell it that another took over. T2 is not demanded here: a server that is still heard says
// that it has let go, and then nobody has to wait. There is no way with the links down: by one of them we reach the server.
export default ssmScenario('ssm/all-networks-cuts', {
  title: 'However the active server loses all its networks, half of them included, it lets go within T1 and the other serves',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'gives-up-before-takeover', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'vip-announced-after-takeover', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: unplannedOutage, giveUpMs: giveUp, writeStallMs: writeOutage, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '8min',
  needs: ['workload', 'recorder', 'root-shell', 'firewall'],
  uses: ['network-cards'],
  expectedLines: [...guardGivesUp, ...cardTaken],
}, async ssm => {
  const { cluster, story } = ssm
  let active = await ssm.active()

  for (const [how, cutOf] of Object.entries(everyCut(cluster, ['public', 'heartbeat']))) {
    const lost = active
    const other = cluster.otherThan(lost)
    story.stage('steady')
    await ssm.expectStatus(lost, masterOf(other))
    await ssm.expectWhole(lost)

    story.stage('fault')
    const cut = await cluster.inject(cutOf(lost))
    story.stage('observe')
    await ssm.expectVipServedBy(other, { within: ssm.patience.takeover })
    await ssm.expectAcknowledged(`accounts are acknowledged by the survivor, alone (${how})`, { within: ssm.patience.service })

    story.stage('heal')
    await cut.heal()
    story.stage('settle')
    await ssm.expectFollows(lost, other)
    await ssm.expectNoGui(lost)
    active = other
  }
})
