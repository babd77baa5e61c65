// The standby is lost, the active server goes on alone and is lost as well; then only the standby comes back. What was acknowledged meanwhile is not in its copy.
import { powerOff } from '../../harness/faults/power-off.ts'
import { hostLate, load, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterAlone, masterOf } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// An operator demands that accounts do not disappear without a word: the older copy refuses to serve until its peer (or an operator's own decision) says otherwise.
export default ssmScenario('ssm/older-copy-alone', {
  title: 'A server that comes back alone with the older copy does not serve it',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui', 'nothing-stale-promoted',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { writeStallMs: writeOutage, loadPerSecond: load, hostLateMs: hostLate },
  limit: '6min',
  needs: ['workload', 'recorder', 'root-shell', 'power'],
  expectedLines: cardTaken,
}, async ssm => {
  const { cluster, story } = ssm
  const newer = await ssm.active()
  const older = cluster.otherThan(newer)

  story.stage('steady')
  await ssm.expectStatus(newer, masterOf(older))
  await ssm.expectVipServedBy(newer, { for: '3s' })

  story.stage('fault')
  await using first = await cluster.inject(powerOff(older))
  story.stage('observe')
  await ssm.expectStatus(newer, masterAlone(older), { within: ssm.patience.page })
  await ssm.expectAcknowledged('accounts are acknowledged without the standby', { within: ssm.patience.writing })
  story.stage('fault')
  await using second = await cluster.inject(powerOff(newer))
  story.stage('heal')
  await first.heal()
  story.stage('observe')
  // Longer than a boot, T2 and a promotion.
  await ssm.expectVipUnserved('nothing-stale-promoted', { for: '40s' })

  story.stage('heal')
  await second.heal()
  story.stage('settle')
  await ssm.expectVipServedBy(newer, { within: ssm.patience.rejoin })
  await ssm.expectFollows(older, newer)
})
