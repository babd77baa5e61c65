// The document's way back to servers without a cluster: the second server is torn down, then the first; each is left with what it had, on its own address.
import type { ClusterNode } from '../../harness/cluster.ts'
import { powerOff } from '../../harness/faults/power-off.ts'
import { hostLate } from '../../harness/systems/ssm/bounds.ts'
import { degradedPage, masterAlone, masterOf, normalPage, notEnabled, slaveOf } from '../../harness/systems/ssm/expectations.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

const title = 'Smart Software Manager On-Prem'
const product = 'annanr-39'
const tilesWithoutHa = ['Access Management', 'Security', 'Accounts', 'Settings', 'API Toolkit', 'Support Center', 'Synchronization', 'Network', 'Users']

export default ssmScenario('ssm/teardown', {
  title: 'A teardown leaves each server stand-alone with its accounts, and does not touch the other',
  destroys: 'for good',
  covers: ['SSM-47', 'SSM-48', 'SSM-49', 'SSM-50', 'SSM-51', 'SSM-53', 'SSM-54'],
  promises: ['console-as-documented', 'gui-as-documented', 'accounts-as-documented', 'licensing-as-documented'],
  bounds: { hostLateMs: hostLate },
  limit: '9min',
  needs: ['accounts'],
  uses: ['surroundings', 'power'],
}, async ssm => {
  const { cluster, story } = ssm
  const first = await ssm.active()
  const second = cluster.otherThan(first)
  const [before, between] = [`BEFORE ${ssm.unique}`, `BETWEEN ${ssm.unique}`]

  story.stage('steady')
  await ssm.createAccount({ name: before, virtualAccount: 'TEST123' })
  await ssm.expectAccount(before, 'Active')
  if (cluster.target.surroundings) await ssm.licensing.deregister(ssm.licensing.product(product))

  story.stage('observe')
  for (const answer of ['no', 'YES', '']) await ssm.expectNoTeardown(second, answer, ['SSM-48'])
  await ssm.expectStatus(second, slaveOf(first), { rows: ['SSM-48'] })
  await ssm.expectStatus(first, masterOf(second), { rows: ['SSM-48'] })
  await ssm.expectPage(normalPage(cluster, first), { rows: ['SSM-48'] })

  // The other server goes on serving all the while.
  await Promise.all([ssm.tearDown(second, ['SSM-47']), ssm.expectVipServedBy(first, { for: '15s', rows: ['SSM-50'] })])
  await ssm.expectVipServedBy(first, { for: '5s', rows: ['SSM-50'] })
  await expectAlone(second, ['SSM-47', 'SSM-49'])
  await ssm.expectAccount(before, 'Active', { on: second, rows: ['SSM-47'] })
  await ssm.expectStatus(first, masterAlone(second), { within: ssm.patience.handover, rows: ['SSM-50'] })
  await ssm.expectPage(degradedPage(cluster, first), { within: ssm.patience.view, rows: ['SSM-50'] })

  // What one server is told from here on the other does not hear of.
  await ssm.createAccount({ name: between, virtualAccount: 'TEST123' })
  await ssm.expectAccount(between, 'Active', { rows: ['SSM-50'] })
  await ssm.expectAccount(between, 'not listed', { on: second, rows: ['SSM-50'] })
  // Nobody is left whom a commit could wait for.
  await ssm.expectNewAccount({ name: `ALONE ${ssm.unique}`, virtualAccount: 'TEST123' }, { on: second, rows: ['SSM-47'] })

  await ssm.tearDown(first, ['SSM-51'])
  // Longer than T2 and a promotion: a cluster that only seemed to be destroyed would have taken over.
  await ssm.expectVipUnserved('gui-as-documented', { for: '20s', rows: ['SSM-54'] })
  await expectAlone(first, ['SSM-51'])
  await ssm.expectAccount(before, 'Active', { on: first, rows: ['SSM-51'] })
  await ssm.expectAccount(between, 'Active', { on: first, rows: ['SSM-51'] })
  await ssm.expectNewAccount({ name: `ALONE TOO ${ssm.unique}`, virtualAccount: 'TEST123' }, { on: first, rows: ['SSM-51'] })
  await expectAlone(second, ['SSM-50'])
  await ssm.expectAccount(before, 'Active', { on: second, rows: ['SSM-50'] })
  if (cluster.target.surroundings) await expectLicensingAlone()
  if (cluster.target.power) await expectAloneAfterABoot(second)

  /** From now on products know the first server by its own address: the same rules as for the VIP before. */
  async function expectLicensingAlone(): Promise<void> {
    const licensing = ssm.licensingOn(first)
    const annanr39 = licensing.product(product)
    const own = first.address('public')
    const url = licensing.registrationUrl(own)
    const token = await licensing.newToken(before, `products of ${ssm.unique}`)
    await licensing.setHostCommonName(own)
    await licensing.expectCertificate({ hostCommonName: own, synchronizationAsked: true }, { rows: ['SSM-53'] })
    await licensing.expectNotRegistered(annanr39, await licensing.register(annanr39, token, { url }), { why: /certificate verify failed/, rows: ['SSM-53'] })
    await licensing.synchronize(before)
    await licensing.expectSynchronized(before, { within: ssm.patience.page, rows: ['SSM-53'] })
    await licensing.expectCertificate({ hostCommonName: own, certificateCommonName: own, synchronizationAsked: false }, { rows: ['SSM-53'] })
    await licensing.register(annanr39, token, { url })
    await licensing.expectProduct(annanr39, { status: 'REGISTERED', instanceName: product, transport: 'Transport Gateway' }, { rows: ['SSM-53'] })
    await licensing.expectInstances(before, [{ name: product, productType: 'SDNMGMT' }], { rows: ['SSM-53'] })
  }

  /** Stand-alone is for good. */
  async function expectAloneAfterABoot(node: ClusterNode): Promise<void> {
    story.stage('fault')
    await using loss = await cluster.inject(powerOff(node))
    story.stage('heal')
    await loss.heal()
    story.stage('settle')
    await ssm.expectAccount(before, 'Active', { on: node, within: ssm.patience.service })
    await expectAlone(node, ['SSM-49'])
  }

  async function expectAlone(node: ClusterNode, rows: string[]): Promise<void> {
    await ssm.expectStatus(node, notEnabled, { rows })
    await ssm.expectWorkspace({ title, tiles: tilesWithoutHa }, { on: node, within: ssm.patience.page, rows })
    await ssm.expectNetwork({ state: 'Connected', link: 'Edit Interface' }, { on: node, rows })
  }
})
