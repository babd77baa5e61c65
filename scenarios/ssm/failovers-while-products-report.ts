// Two failovers within a minute, the second by a loss of power, while one product reports in all the time and a crowd of others registers: nothing acknowledged is lost, nothing is counted twice.
import { haStop } from '../../harness/faults/ha-stop.ts'
import { powerOff } from '../../harness/faults/power-off.ts'
import { convergence, hostLate, load, unplannedOutage, viewsAgree, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterOf } from '../../harness/systems/ssm/expectations.ts'
import { cardTaken } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

/** Beside the accounts: enough to have some under way at any moment of a handover. */
const registrationsPerSecond = 4

export default ssmScenario('ssm/failovers-while-products-report', {
  title: 'Two failovers within a minute, one planned and one by loss of power, while products report in and register: every licence is counted once',
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui', 'accounts-as-documented', 'licensing-as-documented', 'licences-add-up',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'no-acknowledged-registration-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'no-automatic-failback', 'vip-announced-after-takeover', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  // One bound for both failovers: the planned one is judged as strictly elsewhere.
  bounds: { outageMs: unplannedOutage, writeStallMs: writeOutage, viewsAgreeMs: viewsAgree, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '8min',
  long: true,
  needs: ['workload', 'recorder', 'surroundings', 'power'],
  expectedLines: cardTaken,
}, async ssm => {
  const { cluster, story, licensing } = ssm
  const first = await ssm.active()
  const second = cluster.otherThan(first)
  const [account, crowd] = [`REPORTING ${ssm.unique}`, `REGISTERING ${ssm.unique}`]
  const [reporting, early, late] = [licensing.product('annanr-39'), licensing.product('cucmpub'), licensing.product('cucm-pub-30')]

  story.stage('steady')
  for (const name of [account, crowd]) {
    await ssm.createAccount({ name, virtualAccount: 'Default' })
    await ssm.expectAccount(name, 'Active')
  }
  const token = await licensing.newToken(account, `products of ${ssm.unique}`)
  await licensing.setHostCommonName(cluster.vip)
  await licensing.synchronize(account)
  await licensing.expectSynchronized(account, { within: ssm.patience.page })
  for (const product of [reporting, early, late]) await licensing.deregister(product)
  for (const product of [reporting, early]) {
    await licensing.register(product, token)
    await licensing.expectProduct(product, { status: 'REGISTERED' })
  }
  await licensing.enter(reporting, 'license smart report every 0.5')
  const contacts = await licensing.expectInstances(account, [reporting, early].map(({ name }) => ({ name })))
  const registering = await licensing.registerAllTheTime(crowd, await licensing.newToken(crowd, `crowd of ${ssm.unique}`), registrationsPerSecond)
  await ssm.expectVipServedBy(first, { for: '3s' })
  await licensing.expectRegistering(registering, { within: ssm.patience.writing })

  story.stage('fault')
  // Whether that one comes before or in the gap is chance; the crowd's are spread over all of it.
  const began = performance.now()
  const [failover] = await Promise.all([cluster.inject(haStop(first)), licensing.register(late, token)])
  story.stage('observe')
  await ssm.expectVipServedBy(second, { within: ssm.patience.handover })
  await licensing.expectDoor(second, { within: '5s' })
  await licensing.expectProduct(late, { status: 'REGISTERED' })
  await licensing.expectReports(reporting, { within: ssm.patience.service })
  await licensing.expectAddingUp(account, [reporting, early, late], { on: [second], within: ssm.patience.page })
  // What a lone server is told it keeps: a contact, and that a product has gone.
  await licensing.expectContactRenewed(account, early, { after: contacts?.find(({ name }) => name === early.name)?.lastContact ?? '' })
  await licensing.deregister(early)
  await licensing.expectAddingUp(account, [reporting, late], { on: [second], within: ssm.patience.page })
  await licensing.expectRegistering(registering, { within: ssm.patience.writing })

  story.stage('heal')
  await failover.heal()
  await ssm.expectStatus(second, masterOf(first), { within: ssm.patience.rejoin })
  await ssm.expectWhole(second)
  story.stage('fault')
  if (performance.now() - began > 60_000) throw new Error('the second failover would not come within a minute of the first: host or cluster were too slow')
  const fallback = await cluster.inject(powerOff(second))
  story.stage('observe')
  await ssm.expectVipServedBy(first, { within: ssm.patience.takeover })
  await licensing.expectDoor(first, { within: '5s' })
  await licensing.expectReports(reporting, { within: ssm.patience.service })
  story.stage('heal')
  await fallback.heal()
  story.stage('settle')
  await ssm.expectStatus(first, masterOf(second), { within: ssm.patience.rejoin })
  await licensing.enter(reporting, 'license smart report off')
  await licensing.expectAddingUp(account, [reporting, late], { within: ssm.patience.page })
  await licensing.expectRegistering(registering, { within: ssm.patience.writing })
  for (const product of [reporting, late]) await licensing.deregister(product)
  await licensing.expectInstances(account, [])
})
