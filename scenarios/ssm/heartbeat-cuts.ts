// The heartbeat network is lost in every way a network can be lost: silently, refused, half, with the link, with the network card. They differ for whoever sends; for a client they must not.
import type { NodeLike } from '../../harness/cluster.ts'
import { everyCut } from '../../harness/faults/every-cut.ts'
import { linkDown } from '../../harness/faults/link-down.ts'
import { convergence, hostLate, load, readGap, viewsAgree, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { cutOffPage, masterAlone, masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

export default ssmScenario('ssm/heartbeat-cuts', {
  title: 'However the heartbeat network is lost, the active server goes on serving, and the standby catches up when it is back',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui', 'reads-see-no-gap',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { readGapMs: readGap, writeStallMs: writeStall, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '10min',
  needs: ['workload', 'recorder', 'root-shell', 'firewall'],
  uses: ['network-cards'],
  expectedLines: [
    { program: 'postgres', pattern: '^FATAL:  no pg_hba.conf entry for replication connection from host ', why: 'while its heartbeat link is down, the standby begins a connection from its public address; once the link is up, that goes over it after all, and the active server refuses it, as it should' },
  ],
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)
  const cuts = { ...everyCut(cluster, ['heartbeat']), 'link down': (node: NodeLike) => linkDown(node, 'heartbeat') }

  for (const [how, cutOf] of Object.entries(cuts)) {
    story.stage('steady')
    await ssm.expectStatus(active, masterOf(standby))
    await ssm.expectPage(normalPage(cluster, active), { within: ssm.patience.view })
    await ssm.expectWhole(active)

    story.stage('fault')
    const cut = await cluster.inject(cutOf(standby))
    story.stage('observe')
    await ssm.expectPage(cutOffPage(active, standby), { within: ssm.patience.view })
    await ssm.expectStatus(active, masterAlone(standby), { within: ssm.patience.page })
    await ssm.expectAcknowledged(`accounts are acknowledged without the standby (${how})`, { within: ssm.patience.writing })

    story.stage('heal')
    await cut.heal()
    story.stage('settle')
    await ssm.expectFollows(standby, active)
  }
})
