// An account synchronizes with Cisco Software Central by hand and on schedule, whichever server is active; while Central refuses or is away nothing is claimed, and nothing else stops.
import { centralBehaviour } from '../../harness/faults/central-behaviour.ts'
import { haStop } from '../../harness/faults/ha-stop.ts'
import { convergence, hostLate, plannedOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterOf } from '../../harness/systems/ssm/expectations.ts'
import type { Synchronized } from '../../harness/systems/ssm/licensing.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

const failed = 'Synchronization Failed'

export default ssmScenario('ssm/synchronization', {
  title: 'Accounts synchronize with Cisco Software Central before and after a failover, and only then say that they did',
  covers: ['SSM-07', 'SSM-18', 'SSM-32'],
  promises: ['cluster-converges', 'console-as-documented', 'gui-as-documented', 'accounts-as-documented', 'licensing-as-documented', 'outage-shorter-than-bound', 'every-fault-proven-and-healed'],
  bounds: { outageMs: plannedOutage, convergenceMs: convergence, hostLateMs: hostLate },
  limit: '8min',
  long: true,
  needs: ['accounts', 'surroundings'],
}, async ssm => {
  const { cluster, story, licensing } = ssm
  const first = await ssm.active()
  const second = cluster.otherThan(first)
  const account = `SYNCHRONIZED ${ssm.unique}`

  story.stage('steady')
  await ssm.createAccount({ name: account, virtualAccount: 'TEST123' })
  await ssm.expectAccount(account, 'Active')
  await licensing.expectSynchronization(account, { last: '--', due: '--', alert: '' }, { rows: ['SSM-07'] })
  await licensing.synchronize(account)
  const byHand = await licensing.expectSynchronized(account, { within: ssm.patience.page, rows: ['SSM-07'] })
  const next = new Date(Date.now() + 3000)
  await licensing.schedule(account, 30, next)
  const onSchedule = await licensing.expectSynchronized(account, { after: byHand, within: ssm.patience.page, rows: ['SSM-07'] })
  await licensing.expectSchedule(account, 30, next, { within: ssm.patience.page, rows: ['SSM-07'] })

  // Nobody at Cisco answers while the other server takes over: it takes over all the same.
  story.stage('fault')
  await using away = await cluster.inject(centralBehaviour({ is: 'away' }))
  const failover = await cluster.inject(haStop(first))
  story.stage('observe')
  await ssm.expectVipServedBy(second, { within: ssm.patience.handover })
  await licensing.expectSchedule(account, 30, next, { within: ssm.patience.page })
  await licensing.expectSynchronization(account, { last: onSchedule?.last ?? '', alert: 'Synchronization Successful' }, { within: ssm.patience.page, rows: ['SSM-18'] })
  await expectNothingClaimed(onSchedule)
  story.stage('heal')
  await away.heal()
  await licensing.synchronize(account)
  const afterwards = await licensing.expectSynchronized(account, { after: onSchedule, within: ssm.patience.page, rows: ['SSM-18'] })

  story.stage('fault')
  await using refusal = await cluster.inject(centralBehaviour({ is: 'refuse' }))
  story.stage('observe')
  await expectNothingClaimed(afterwards)
  await ssm.expectVipServedBy(second, {})
  story.stage('heal')
  await refusal.heal()
  await licensing.synchronize(account)
  const last = await licensing.expectSynchronized(account, { after: afterwards, within: ssm.patience.page })

  story.stage('heal')
  await failover.heal()
  story.stage('settle')
  await ssm.expectStatus(second, masterOf(first), { within: ssm.patience.rejoin })
  await ssm.expectWhole(second)
  story.stage('fault')
  await using fallback = await cluster.inject(haStop(second))
  story.stage('observe')
  await ssm.expectVipServedBy(first, { within: ssm.patience.handover })
  await licensing.expectSchedule(account, 30, next, { within: ssm.patience.page })
  story.stage('heal')
  await fallback.heal()
  story.stage('settle')
  await ssm.expectStatus(first, masterOf(second), { within: ssm.patience.rejoin })
  await licensing.expectSynchronization(account, { last: last?.last ?? '', alert: 'Synchronization Successful' }, { within: ssm.patience.page, rows: ['SSM-32'] })
  await licensing.synchronize(account)
  await licensing.expectSynchronized(account, { after: last, within: ssm.patience.page, rows: ['SSM-32'] })

  /** What Cisco Software Central does not grant did not happen: the time stays, and the alert says so. */
  async function expectNothingClaimed(before: Synchronized | undefined): Promise<void> {
    await licensing.synchronize(account)
    await licensing.expectSynchronization(account, { last: before?.last ?? '', alert: failed }, { within: ssm.patience.page })
    await licensing.expectAlert(account, failed)
  }
})
