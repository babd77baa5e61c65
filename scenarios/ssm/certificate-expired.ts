// The certificate that products are shown expires: no product is let in by it, those registered say why, and a synchronization brings a new one.
import { centralBehaviour } from '../../harness/faults/central-behaviour.ts'
import { hostLate } from '../../harness/systems/ssm/bounds.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

const expired = /certificate verify failed.*certificate has expired/i
/** Long enough to register within. */
const shortLived = { is: 'short-lived', seconds: 20 } as const

export default ssmScenario('ssm/certificate-expired', {
  title: 'A product certificate that has expired lets no product in, and a synchronization mends it without a new registration',
  covers: [],
  promises: ['accounts-as-documented', 'licensing-as-documented', 'licences-add-up', 'every-fault-proven-and-healed'],
  bounds: { hostLateMs: hostLate },
  limit: '6min',
  long: true,
  needs: ['accounts', 'surroundings'],
}, async ssm => {
  const { cluster, story, licensing } = ssm
  const account = `EXPIRED ${ssm.unique}`
  const [registered, late] = [licensing.product('annanr-39'), licensing.product('pi37')]

  story.stage('steady')
  await ssm.createAccount({ name: account, virtualAccount: 'Default' })
  await ssm.expectAccount(account, 'Active')
  const token = await licensing.newToken(account, `products of ${ssm.unique}`)
  await licensing.setHostCommonName(cluster.vip)
  await licensing.synchronize(account)
  const usual = await licensing.expectSynchronized(account, { within: ssm.patience.page })
  for (const product of [registered, late]) await licensing.deregister(product)
  story.stage('fault')
  await using life = await cluster.inject(centralBehaviour(shortLived))
  const asked = performance.now()
  await licensing.synchronize(account)
  const before = await licensing.expectSynchronized(account, { after: usual, within: ssm.patience.page })
  await licensing.register(registered, token)
  if (performance.now() - asked > shortLived.seconds * 1000) throw new Error(`the registration took longer than the ${shortLived.seconds} s for which the certificate held`)
  await licensing.expectProduct(registered, { status: 'REGISTERED' })

  story.stage('observe')
  await licensing.expectReport(registered, expired, { within: '30s' })
  await licensing.expectNotRegistered(late, await licensing.register(late, token), { why: expired })
  // What is in use is in use still: nobody took it back.
  await licensing.expectAddingUp(account, [registered])

  story.stage('heal')
  await life.heal()
  await licensing.synchronize(account)
  await licensing.expectSynchronized(account, { after: before, within: ssm.patience.page })
  story.stage('settle')
  await licensing.expectReport(registered, /^Report sent, contact /)
  await licensing.register(late, token)
  await licensing.expectProduct(late, { status: 'REGISTERED' })
  await licensing.expectAddingUp(account, [registered, late])
  for (const product of [registered, late]) await licensing.deregister(product)
})
