// The active server goes away while Cisco Software Central has not answered yet: the other claims nothing of that synchronization, and does it when asked again.
import { centralBehaviour } from '../../harness/faults/central-behaviour.ts'
import { haStop } from '../../harness/faults/ha-stop.ts'
import { hostLate, plannedOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterOf } from '../../harness/systems/ssm/expectations.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

/** From setting it: longer than until the other server is active. */
const dueInMs = 20_000
/** Longer than a stop takes until the web application ends, shorter than the 20 s that the product waits for an answer. */
const slow = { is: 'slow', seconds: 15 } as const

export default ssmScenario('ssm/failover-during-synchronization', {
  title: 'A failover during a synchronization leaves the account as it was, and the other server synchronizes it when asked, and others on schedule',
  covers: ['SSM-18'],
  promises: ['console-as-documented', 'gui-as-documented', 'accounts-as-documented', 'licensing-as-documented', 'outage-shorter-than-bound', 'every-fault-proven-and-healed'],
  bounds: { outageMs: plannedOutage, hostLateMs: hostLate },
  limit: '6min',
  long: true,
  needs: ['accounts', 'surroundings'],
}, async ssm => {
  const { cluster, story, licensing } = ssm
  const first = await ssm.active()
  const second = cluster.otherThan(first)
  const [account, scheduled, due] = [`INTERRUPTED ${ssm.unique}`, `SCHEDULED ${ssm.unique}`, `DUE ${ssm.unique}`]

  story.stage('steady')
  for (const name of [account, scheduled, due]) {
    await ssm.createAccount({ name, virtualAccount: 'TEST123' })
    await ssm.expectAccount(name, 'Active')
  }
  await licensing.synchronize(account)
  const before = await licensing.expectSynchronized(account, { within: ssm.patience.page })

  story.stage('fault')
  await using late = await cluster.inject(centralBehaviour(slow))
  const later = new Date(Date.now() + dueInMs)
  await licensing.schedule(scheduled, 30, later)
  const asked = performance.now()
  const soon = new Date(Date.now() + 1000)
  await licensing.schedule(due, 30, soon)
  await licensing.synchronize(account)
  await licensing.expectSynchronization(account, { last: before?.last ?? '', alert: 'Synchronization In Progress' })
  await licensing.expectSynchronization(due, { alert: 'Synchronization In Progress' }, { within: '5s' })
  await using failover = await cluster.inject(haStop(first))
  if (performance.now() - asked > slow.seconds * 1000) throw new Error(`HA was stopped later than the ${slow.seconds} s after which Cisco Software Central answered: that was no failover during a synchronization`)
  if (Date.now() > later.getTime()) throw new Error(`HA was stopped later than the ${dueInMs / 1000} s after which the schedule was due: the first server may have begun it`)
  story.stage('observe')
  await ssm.expectVipServedBy(second, { within: ssm.patience.handover })
  // For longer than Central takes to answer: nobody is there to hear it.
  await licensing.expectSynchronization(account, { last: before?.last ?? '', alert: 'Synchronization Successful' }, { within: ssm.patience.page })
  await licensing.expectSynchronization(account, { last: before?.last ?? '', alert: 'Synchronization Successful' }, { for: '15s' })
  await licensing.expectDueAgain(due, { after: soon, withinMinutes: 5 })
  // Else it would bring a certificate in the middle of whatever runs then.
  await ssm.deleteAccount(due)
  // Begun by the server that took over, though the schedule was set on the other.
  await licensing.expectSynchronized(scheduled, { within: ssm.patience.service })
  await licensing.expectSchedule(scheduled, 30, later, { within: ssm.patience.page })
  await licensing.synchronize(account)
  await licensing.expectSynchronization(account, { alert: 'Synchronization In Progress' })
  await licensing.expectSynchronized(account, { after: before, within: ssm.patience.service, rows: ['SSM-18'] })

  story.stage('heal')
  await late.heal()
  await failover.heal()
  story.stage('settle')
  await ssm.expectStatus(second, masterOf(first), { within: ssm.patience.rejoin })
  // Deleted while the server that joins was away, which had it.
  await ssm.expectAccount(due, 'not listed')
})
