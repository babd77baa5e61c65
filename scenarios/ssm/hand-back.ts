// The end of a run on a cluster that somebody needs again: the server that was active before the run is made active again.
import { haStop } from '../../harness/faults/ha-stop.ts'
import { plannedOutage } from '../../harness/systems/ssm/bounds.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

// Where nobody has to hand over there is no fault: it promises only what can be judged then, too.
export default ssmScenario('ssm/hand-back', {
  title: 'The server that was active before the run is active again',
  onlyWith: '--hand-back',
  covers: [],
  promises: ['console-as-documented', 'gui-as-documented', 'outage-shorter-than-bound'],
  bounds: { outageMs: plannedOutage },
  limit: '3min',
  needs: [],
}, async ssm => {
  const { cluster, story } = ssm
  const first = ssm.activeAtFirst()
  const active = await ssm.active()
  const other = cluster.otherThan(first)

  if (active !== first) {
    story.stage('fault')
    await using handover = await cluster.inject(haStop(active))
    story.stage('observe')
    await ssm.expectVipServedBy(first, { within: ssm.patience.handover })
    story.stage('heal')
    await handover.heal()
  }

  story.stage('settle')
  await ssm.expectFollows(other, first)
})
