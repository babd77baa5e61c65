// A server that came back is worth nothing unless it can take over: the active one is stopped in good order, and it has to serve.
import type { ClusterNode } from '../../cluster.ts'
import type { Fault } from '../../fault.ts'
import type { Ssm } from './expectations.ts'

export async function takesOver(ssm: Ssm, standby: ClusterNode, stop: (node: ClusterNode) => Fault): Promise<void> {
  const { cluster, story } = ssm
  const active = cluster.otherThan(standby)
  await ssm.expectWhole(active)
  story.stage('fault')
  await using handover = await cluster.inject(stop(active))
  story.stage('observe')
  await ssm.expectVipServedBy(standby, { within: ssm.patience.handover })
  await ssm.expectAcknowledged('accounts are acknowledged by the server that had come back', { within: ssm.patience.service })
  story.stage('heal')
  await handover.heal()
  story.stage('settle')
  await ssm.expectFollows(active, standby)
  await ssm.expectNoGui(active)
}
