// A part of the active server dies, hangs or fails. The documents are silent on that (SSM-55): an operator demands that one server serves again within the bound, and that nothing acknowledged is lost.
import type { ClusterNode } from '../../cluster.ts'
import type { Duration } from '../../duration.ts'
import type { Fault } from '../../fault.ts'
import type { ExpectedLine } from '../../logs.ts'
import type { Bound } from '../../scenario.ts'
import { atLeast, convergence, hostLate, load, viewsAgree, writeOutage } from './bounds.ts'
import { masterOf, normalPage } from './expectations.ts'
import { ssmScenario, type SsmScenario } from './scenario.ts'
import { takesOver } from './takes-over.ts'

/** By name: the unit's control group has what they have started as well, the database for one. */
export const pacemakerDaemons = ['pacemakerd', 'pacemaker-based', 'pacemaker-fenced', 'pacemaker-execd', 'pacemaker-attrd', 'pacemaker-schedulerd', 'pacemaker-controld']

export interface ComponentFailure {
  title: string
  fault: (active: ClusterNode) => Fault
  /** how long it is left alone: whatever the cluster does about it, it has done by then */
  lasts: Duration
  outage: Bound
  /** how long writes may stand still, where that is not as long as after any outage */
  stall?: Bound
  /** what the fault takes beside a root shell */
  needs?: string[]
  /** how long the cluster may take to be whole after the heal, where that is not as long as after a boot */
  converges?: Bound
  /** the cluster is whole again by then, before anybody heals: what died is started by the product itself */
  mends?: true
  /** what failed is forgotten once it runs again: else one failure more, however long after, bans the server */
  forgets?: true
  /** until the other takes over, what fails keeps this write and refuses that one */
  refuses?: true
  /** A second time on the same server, which is made active again by this: what was learnt the first time must not be held against it. */
  twiceBy?: (node: ClusterNode) => Fault
  /** what is logged because of it */
  expectedLines?: ExpectedLine[]
  /** the console tells whether the database streams, the page whether the other server is a member as well: both may be right */
  viewsMayDiffer?: true
}

export function componentFailure(id: `ssm/${string}`, { title, fault, lasts, outage, stall = writeOutage, needs = [], converges = convergence, mends, forgets, refuses, twiceBy, expectedLines, viewsMayDiffer }: ComponentFailure): SsmScenario {
  return ssmScenario(id, {
    title,
    long: true,
    covers: [],
    promises: [
      'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
      'one-active-at-a-time', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', ...(viewsMayDiffer ? [] : ['views-agree']),
      'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', ...(refuses ? [] : ['no-write-refused-in-service']), 'load-high-enough',
    ],
    bounds: { outageMs: outage, viewsAgreeMs: viewsAgree, convergenceMs: converges, writeStallMs: stall, loadPerSecond: load, hostLateMs: hostLate },
    limit: twiceBy || forgets ? '8min' : '5min',
    needs: ['workload', 'recorder', 'root-shell', ...needs],
    ...(expectedLines ? { expectedLines } : {}),
  }, async ssm => {
    const { cluster, story } = ssm
    const first = await ssm.active()
    const second = cluster.otherThan(first)
    await failAndHeal()
    if (!twiceBy) return
    const standby = cluster.otherThan(await ssm.active())
    if (standby === first) await takesOver(ssm, first, twiceBy)
    await failAndHeal()

    async function failAndHeal(): Promise<void> {
      story.stage('steady')
      await ssm.expectStatus(first, masterOf(second))
      await ssm.expectPage(normalPage(cluster, first), { within: ssm.patience.view })
      await ssm.expectVipServedBy(first, { for: '3s' })

      story.stage('fault')
      await using loss = await cluster.inject(fault(first))
      story.stage('observe')
      const left = atLeast(lasts, cluster.target.bounds.outageMs ?? 0)
      await story.step(`the cluster is left to itself for ${left}`, () => loss.hold(left, story.signal))
      // Whether it is mended in place or moved is the product's affair.
      await ssm.expectVipServedByOneOf([first, second], { within: '3s' })
      await ssm.expectAcknowledged('accounts are acknowledged while it lasts', { within: ssm.patience.service })

      if (mends) await ssm.expectSteady({ within: ssm.patience.rejoin })

      story.stage('heal')
      await loss.heal()
      story.stage('settle')
      await ssm.expectSteady({ within: converges === convergence ? ssm.patience.rejoin : ssm.patience.mended })
      const active = await ssm.active()
      const standby = cluster.otherThan(active)
      // What hung has to find the others again, and those may start anew what they had.
      await ssm.expectFollows(standby, active)
      await ssm.expectNoGui(standby)
      if (!forgets) return
      // The twin promises it (containers/ssm/README.md, failures forgotten); a real cluster may be set to keep them.
      if (cluster.target.twin || await ssm.forgetsFailures(active)) await ssm.expectStatus(active, { failedActions: [] }, { within: ssm.patience.mended })
      else await story.step('whether failures are forgotten is not judged: this cluster is set to keep them', async () => undefined)
    }
  })
}
