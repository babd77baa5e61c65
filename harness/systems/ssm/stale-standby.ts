// A standby falls behind while it is cut off; then the active server dies, and the standby's copy lacks what was acknowledged meanwhile.
import type { ClusterNode } from '../../cluster.ts'
import type { Fault } from '../../fault.ts'
import { convergence, hostLate, load, viewsAgree, writeStall } from './bounds.ts'
import { cutOffPage, masterAlone, masterOf, normalPage } from './expectations.ts'
import { cardTaken } from './expected-lines.ts'
import { ssmScenario, type SsmScenario } from './scenario.ts'

export interface StaleStandby {
  title: string
  long?: true
  cutOff: (standby: ClusterNode) => Fault
  lose: (active: ClusterNode) => Fault
  /** It has its networks back while the active server is dead: nobody but the standby itself can know then that it is behind. */
  backAlone?: true
}

export function staleStandby(id: `ssm/${string}`, { title, long, cutOff, lose, backAlone }: StaleStandby): SsmScenario {
  return ssmScenario(id, {
    title,
    ...(long ? { long } : {}),
    covers: [],
    promises: [
      'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui', 'nothing-stale-promoted',
      'one-active-at-a-time', 'no-acknowledged-account-lost', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
      'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
    ],
    bounds: { writeStallMs: writeStall, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
    limit: '8min',
    needs: ['workload', 'recorder', 'root-shell', 'firewall', 'power'],
    expectedLines: cardTaken,
  }, async ssm => {
    const { cluster, story } = ssm
    const active = await ssm.active()
    const standby = cluster.otherThan(active)

    story.stage('steady')
    await ssm.expectStatus(active, masterOf(standby))
    await ssm.expectPage(normalPage(cluster, active))
    await ssm.expectVipServedBy(active, { for: '5s' })

    story.stage('fault')
    await using cut = await cluster.inject(cutOff(standby))
    story.stage('observe')
    await ssm.expectPage(cutOffPage(active, standby), { within: ssm.patience.view })
    await ssm.expectStatus(active, masterAlone(standby), { within: ssm.patience.page })
    await ssm.expectVipServedBy(active, {})
    await ssm.expectAcknowledged('accounts are acknowledged again, without the standby', { within: ssm.patience.writing })

    story.stage('fault')
    await using loss = await cluster.inject(lose(active))
    if (backAlone) {
      story.stage('heal')
      await cut.heal()
    }
    story.stage('observe')
    // As long as a takeover is allowed to last (unplannedOutage): a standby that were to take over would have done so by then.
    await ssm.expectVipUnserved('nothing-stale-promoted', { for: '20s' })

    story.stage('heal')
    await loss.heal()
    await ssm.expectVipServedBy(active, { within: ssm.patience.rejoin })
    if (!backAlone) await cut.heal()
    story.stage('settle')
    await ssm.expectAcknowledged('accounts are acknowledged once more', { within: ssm.patience.rejoin })
    await ssm.expectFollows(standby, active)
    await ssm.expectNoGui(standby, { for: '5s' })
  })
}
