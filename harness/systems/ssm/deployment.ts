// How two stand-alone servers become a cluster: keys on the first, their public half to a newly installed second, and the deployment from the first. No document shows what the three commands print.
import type { ClusterNode } from '../../cluster.ts'
import type { Entered } from './console.ts'
import { masterOf, notEnabled, slaveOf, type Ssm } from './expectations.ts'
import type { Promised } from './promised.ts'

/** The keys are made on the first one, whichever server is active. */
export function deployedFromTo({ cluster }: Ssm): { first: ClusterNode; second: ClusterNode } {
  return { first: cluster.node('primary-node'), second: cluster.node('secondary-node') }
}

export function provision(key: string): Entered {
  return { command: 'ha_provision_standby', answer: { question: 'has printed on primary-node:', text: key } }
}

/** A newly installed server in the place of the second: one that was torn down cannot be used in a cluster again. */
export async function installSecondAnew(ssm: Ssm): Promise<void> {
  const { second } = deployedFromTo(ssm)
  await ssm.reinstall(second)
  await ssm.expectStatus(second, notEnabled, { within: ssm.patience.rejoin })
}

/** Makes the keys; the public one. */
export async function generateKeys(ssm: Ssm, rows: string[]): Promise<string> {
  const publicKey = /^(?:ecdsa|ssh)-\S+ \S+(?: \S+)?$/m
  const { first } = deployedFromTo(ssm)
  const keys = await ssm.enter(first, { command: 'ha_generatekeys' })
  await ssm.expectSaid(first, 'ha_generatekeys', keys, publicKey, rows)
  return publicKey.exec(keys)?.[0] ?? ''
}

/** The rest, up to a first server that serves and a second that follows it. */
export async function deploy(ssm: Ssm, key: string, rows: string[]): Promise<void> {
  const { first, second } = deployedFromTo(ssm)
  await ssm.expectSaid(second, 'ha_provision_standby', await ssm.enter(second, provision(key)), /This server is ready to become the standby\./, rows)
  const deployed = /Deploying HA cluster\.\.\.[^]*Starting Cluster \(corosync\)\.\.\.[^]*Starting Cluster \(pacemaker\)\.\.\.[^]*HA cluster has been deployed\.[^]*$/
  await ssm.expectSaid(first, 'ha_deploy', await ssm.enter(first, { command: 'ha_deploy' }), deployed, rows)
  ssm.story.stage('settle')
  const rejoined: Promised = { within: ssm.patience.rejoin, rows }
  await ssm.expectVipServedBy(first, { within: ssm.patience.takeover, rows })
  await ssm.expectStatus(first, masterOf(second), rejoined)
  await ssm.expectStatus(second, { ...slaveOf(first), daemons: masterOf(second).daemons }, rejoined)
}
