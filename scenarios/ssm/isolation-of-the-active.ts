// An active server that is cut off from every network, but runs on, lets go of everything before the other takes over.
import { isolate } from '../../harness/faults/isolate.ts'
import { convergence, giveUp, hostLate, load, outageAfterGivingUp, takeOver, viewsAgree, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterOf, normalPage } from '../../harness/systems/ssm/expectations.ts'
import { guardGivesUp } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

export default ssmScenario('ssm/isolation-of-the-active', {
  title: 'An active server cut off from every network gives up before the other takes over, and follows it afterwards',
  covers: ['SSM-55'],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'gives-up-before-takeover', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby', 'views-agree',
    'vip-announced-after-takeover', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: outageAfterGivingUp, writeStallMs: writeOutage, viewsAgreeMs: viewsAgree, convergenceMs: convergence, giveUpMs: giveUp, takeOverMs: takeOver, loadPerSecond: load, hostLateMs: hostLate },
  limit: '8min',
  needs: ['workload', 'recorder', 'root-shell', 'firewall'],
  expectedLines: guardGivesUp,
}, async ssm => {
  const { cluster, story } = ssm
  const first = await ssm.active()
  const second = cluster.otherThan(first)

  story.stage('steady')
  await ssm.expectStatus(first, masterOf(second))
  await ssm.expectPage(normalPage(cluster, first))

  story.stage('fault')
  await story.step('a cut shorter than the token moves nothing', async () => {
    await using blip = await cluster.inject(isolate(first))
    await blip.hold('1500ms', story.signal) // half of the token of 3 s: no membership change can come of it
  })
  story.stage('settle')
  // At once: a server that gave up and came back would need seconds.
  await ssm.expectVipServedBy(first, { within: '3s' })
  await ssm.expectVipServedBy(first, { for: '5s' })
  await ssm.expectStatus(first, masterOf(second), { within: ssm.patience.page })

  story.stage('fault')
  await story.step('a cut longer than T1 and shorter than T2: one of them serves in the end', async () => {
    await using cut = await cluster.inject(isolate(first))
    await cut.hold('6500ms', story.signal) // T1 5 s, T2 8 s
  })
  story.stage('settle')
  await ssm.expectSteady({ within: ssm.patience.rejoin })

  const active = await ssm.active()
  const standby = cluster.otherThan(active)
  await ssm.expectVipServedBy(active, { for: '5s' })
  story.stage('fault')
  await using cut = await cluster.inject(isolate(active))
  story.stage('observe')
  await ssm.expectVipServedBy(standby, { within: ssm.patience.takeover, rows: ['SSM-55'] })
  await ssm.expectAcknowledged('accounts are acknowledged by the survivor, alone', { within: ssm.patience.service })

  story.stage('heal')
  await cut.heal()
  story.stage('settle')
  await ssm.expectFollows(active, standby, { rows: ['SSM-55'] })
  await ssm.expectNoGui(active, { rows: ['SSM-55'] })
})
