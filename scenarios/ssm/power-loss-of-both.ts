// Both servers lose power at the same moment and come back in every order: whoever was active has all that was acknowledged, and one serves when both are there.
import { powerOff } from '../../harness/faults/power-off.ts'
import type { ClusterNode } from '../../harness/cluster.ts'
import { bothLost, convergence, hostLate, load } from '../../harness/systems/ssm/bounds.ts'
import { masterOf, normalPage, slaveOf } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it (SSM-55). A server that boots alone cannot know what the other did since: it waits for it (two_node implies wait_for_all). So nobody serves until both are back.
export default ssmScenario('ssm/power-loss-of-both', {
  title: 'After both servers lost power, one serves as soon as both are back, in whatever order, and nothing acknowledged is lost',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: bothLost, writeStallMs: bothLost, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '9min',
  needs: ['workload', 'recorder', 'root-shell', 'power'],
  expectedLines: cardTaken,
}, async ssm => {
  const { cluster, story } = ssm
  const orders = {
    'both at once': ([active, standby]: Pair) => [[active, standby]],
    'the active one first': ([active, standby]: Pair) => [[active], [standby]],
    'the standby first': ([active, standby]: Pair) => [[standby], [active]],
  }
  for (const [order, batchesOf] of Object.entries(orders)) {
    story.stage('steady')
    const active = await ssm.active()
    const standby = cluster.otherThan(active)
    await ssm.expectStatus(active, masterOf(standby))
    await ssm.expectWhole(active)

    story.stage('fault')
    const losses = new Map(await Promise.all([active, standby].map(async node => [node, await cluster.inject(powerOff(node))] as const)))
    story.stage('observe')
    await ssm.expectVipUnserved('gui-as-documented', {})

    story.stage('heal')
    const batches = batchesOf([active, standby])
    for (const [number, batch] of batches.entries()) {
      await Promise.all(batch.map(async node => losses.get(node)?.heal()))
      // Longer than T2, a boot and a promotion: alone it stays where it is.
      if (number < batches.length - 1) await ssm.expectVipUnserved('gui-as-documented', { for: '25s' })
    }
    story.stage('settle')
    await ssm.expectSteady({ within: ssm.patience.rejoin })
    const serving = await ssm.active()
    await ssm.expectAcknowledged(`accounts are acknowledged after they came back ${order === 'both at once' ? order : `with ${order}`}`, { within: ssm.patience.service })
    await ssm.expectStatus(cluster.otherThan(serving), slaveOf(serving), { within: ssm.patience.rejoin })
    await ssm.expectPage(normalPage(cluster, serving), { within: ssm.patience.view })
  }
})

type Pair = [active: ClusterNode, standby: ClusterNode]
