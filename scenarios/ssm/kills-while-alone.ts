// A server that is alone loses its web application, and then its database: there is nobody to hand over to, so it serves again itself.
import { haStop } from '../../harness/faults/ha-stop.ts'
import { killProcess } from '../../harness/faults/kill-process.ts'
import { convergence, databaseLoss, hostLate, load, writeOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterAlone, masterOf } from '../../harness/systems/ssm/expectations.ts'
import { databaseKilled } from '../../harness/systems/ssm/expected-lines.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// The documents are silent on it (SSM-55). With a standby a failure may be left behind by a handover, and a server that has failed be avoided for a while; an operator demands
// that a server without one is not given up for it.
export default ssmScenario('ssm/kills-while-alone', {
  title: 'When web application or database die on a server that is alone, it serves again within the bound',
  long: true,
  covers: [],
  promises: [
    'console-as-documented', 'gui-as-documented', 'standby-serves-no-gui',
    'one-active-at-a-time', 'no-acknowledged-account-lost', 'outage-shorter-than-bound', 'writes-stall-shorter-than-bound', 'replication-runs-from-active-to-standby',
    'no-automatic-failback', 'cluster-converges', 'every-fault-proven-and-healed', 'nothing-left-behind', 'no-write-refused-in-service', 'load-high-enough',
  ],
  bounds: { outageMs: databaseLoss, writeStallMs: writeOutage, convergenceMs: convergence, loadPerSecond: load, hostLateMs: hostLate },
  limit: '6min',
  needs: ['workload', 'recorder', 'root-shell'],
  expectedLines: databaseKilled,
}, async ssm => {
  const { cluster, story } = ssm
  const active = await ssm.active()
  const standby = cluster.otherThan(active)

  story.stage('steady')
  await ssm.expectStatus(active, masterOf(standby))
  await ssm.expectVipServedBy(active, { for: '3s' })
  story.stage('fault')
  await using stopped = await cluster.inject(haStop(standby))
  await ssm.expectStatus(active, masterAlone(standby), { within: ssm.patience.handover })
  await ssm.expectAcknowledged('accounts are acknowledged without the standby', { within: ssm.patience.writing })

  for (const [what, process] of Object.entries({ 'the web application': 'ssm-web', 'the database': 'postgres' })) {
    story.stage('fault')
    await using loss = await cluster.inject(killProcess(active, process))
    story.stage('observe')
    // Longer than it takes until its monitor looks: before, it may still be answered.
    await story.step(`${what} is left to the cluster for 8s`, () => loss.hold('8s', story.signal))
    await ssm.expectVipServedBy(active, { within: ssm.patience.takeover })
    await ssm.expectAcknowledged(`accounts are acknowledged after ${what} had died`, { within: ssm.patience.service })
    story.stage('heal')
    await loss.heal()
  }

  story.stage('heal')
  await stopped.heal()
  story.stage('settle')
  await ssm.expectFollows(standby, active)
  await ssm.expectNoGui(standby)
})
