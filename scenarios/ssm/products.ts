// The document's second demonstration: two products register before the failover, two after it, through the VIP; instances, licences and last contacts are the same after the fallback.
import { haStop } from '../../harness/faults/ha-stop.ts'
import { secondFamily } from '../../harness/faults/second-family.ts'
import { convergence, hostLate, plannedOutage } from '../../harness/systems/ssm/bounds.ts'
import { masterOf } from '../../harness/systems/ssm/expectations.ts'
import { usageOf } from '../../harness/systems/ssm/licensing.ts'
import { ssmScenario } from '../../harness/systems/ssm/scenario.ts'

const tabs = ['Alerts', 'Inventory', 'Convert to Smart Licensing', 'Reports', 'Preferences', 'Activity', 'General', 'Licenses', 'Product Instances', 'SL Using Policy', 'Event Log']
const stamp = /^\d{4}-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d$/
const registered = { status: 'REGISTERED', virtualAccount: 'Default', authorization: 'OUT OF COMPLIANCE', transport: 'Transport Gateway' }
/** One licence of the document's is covered here, so that a product that is told the truth says both. */
const purchased = { licence: 'UC Manager Enhanced Plus License (12.x)', count: 5 }
const bought = { purchased: { [purchased.licence]: purchased.count } }
const notice = /^Smart Software Licensing: The system is operating with an insufficient number of licenses\./

export default ssmScenario('ssm/products', {
  title: 'Products register through the VIP before and after a failover, and instances and licences survive it and the fallback',
  covers: ['SSM-06', 'SSM-33', 'SSM-34', 'SSM-35', 'SSM-36', 'SSM-37', 'SSM-38', 'SSM-39', 'SSM-40', 'SSM-41', 'SSM-42', 'SSM-46'],
  promises: ['cluster-converges', 'console-as-documented', 'gui-as-documented', 'accounts-as-documented', 'licensing-as-documented', 'licences-add-up', 'outage-shorter-than-bound', 'every-fault-proven-and-healed'],
  bounds: { outageMs: plannedOutage, convergenceMs: convergence, hostLateMs: hostLate },
  limit: '10min',
  needs: ['accounts', 'surroundings', 'root-shell'],
}, async ssm => {
  const { cluster, story, licensing } = ssm
  const first = await ssm.active()
  const second = cluster.otherThan(first)
  const account = `LICENSED ${ssm.unique}`
  const [annanr39, cucmpub, pi37, cucmPub30] = [licensing.product('annanr-39'), licensing.product('cucmpub'), licensing.product('pi37'), licensing.product('cucm-pub-30')]
  const before = [{ name: 'annanr-39', productType: 'SDNMGMT', lastContact: stamp, alerts: '' }, { name: 'cucmpub', productType: 'UCL', lastContact: stamp, alerts: '' }]
  const after = [...before, { name: 'pi37', productType: 'SDNMGMT', lastContact: stamp, alerts: '' }, { name: 'cucm-pub-30', productType: 'UCL', lastContact: stamp, alerts: '' }]

  story.stage('steady')
  await ssm.createAccount({ name: account, virtualAccount: 'Default' })
  await ssm.expectAccount(account, 'Active')
  const token = await licensing.newToken(account, `products of ${ssm.unique}`)
  const all = [annanr39, cucmpub, pi37, cucmPub30]

  // Whatever an earlier scenario left is taken back by the certificate that it needs.
  await licensing.setHostCommonName(cluster.vip)
  await licensing.synchronize(account)
  const asBefore = await licensing.expectSynchronized(account, { within: ssm.patience.page })
  for (const product of all) await licensing.deregister(product)

  const { fqdn } = licensing
  await licensing.setHostCommonName(fqdn)
  await licensing.synchronize(account)
  const earlier = await licensing.expectSynchronized(account, { after: asBefore, within: ssm.patience.page })
  await licensing.expectCertificate({ hostCommonName: fqdn, certificateCommonName: fqdn, synchronizationAsked: false })
  // A name that is set is in no certificate before the next synchronization, so no product can verify it.
  await licensing.setHostCommonName(cluster.vip)
  await licensing.expectCertificate({ hostCommonName: cluster.vip, certificateCommonName: fqdn, synchronizationAsked: true }, { rows: ['SSM-35'] })
  await licensing.expectNotRegistered(annanr39, await licensing.register(annanr39, token), { rows: ['SSM-36'] })
  await licensing.expectInstances(account, [], { rows: ['SSM-36'] })
  await licensing.purchase(account, purchased.licence, purchased.count)
  await licensing.synchronize(account)
  const later = await licensing.expectSynchronized(account, { after: earlier, within: ssm.patience.page })
  await licensing.expectCertificate({ hostCommonName: cluster.vip, certificateCommonName: cluster.vip, synchronizationAsked: false }, { rows: ['SSM-35'] })
  // An address is one of two then, so only a name will do.
  story.stage('fault')
  await using two = await cluster.inject(secondFamily(first))
  story.stage('observe')
  await licensing.expectCommonNameRefused(cluster.vip, /must be a fully qualified domain name, not an IP address/, { rows: ['SSM-34'] })
  await licensing.setHostCommonName(fqdn)
  await licensing.expectCertificate({ hostCommonName: fqdn, certificateCommonName: cluster.vip, synchronizationAsked: true }, { rows: ['SSM-34'] })
  story.stage('heal')
  await two.heal()
  await licensing.setHostCommonName(cluster.vip)

  story.stage('steady')
  // The certificate holds for that host and for no other, however the same server is reached.
  await licensing.expectNotRegistered(annanr39, await licensing.register(annanr39, token, { url: licensing.registrationUrl(fqdn) }), { rows: ['SSM-33'] })
  await licensing.register(annanr39, token)
  await licensing.expectProduct(annanr39, { ...registered, instanceName: 'annanr-39', smartAccount: account }, { rows: ['SSM-33'] })
  await licensing.register(cucmpub, token)
  await licensing.expectProduct(cucmpub, { ...registered, instanceName: 'cucmpub', usage: { [purchased.licence]: { count: 1, status: 'IN COMPLIANCE' }, 'UC Manager Enhanced License (12.x)': { count: 3, status: 'OUT OF COMPLIANCE' } } })

  const contacts = await licensing.expectInstances(account, before, { tabs, rows: ['SSM-37'] })
  await licensing.expectLicences(account, usageOf([annanr39, cucmpub]), { ...bought, rows: ['SSM-38'] })
  await licensing.expectAddingUp(account, [annanr39, cucmpub], { rows: ['SSM-38'] })
  await licensing.expectAlert(account, 'Insufficient Licenses', { rows: ['SSM-38'] })
  const health = { verdict: 'Good', sentence: 'Your machine is working well', version: /^8-\d{6}$/, uptime: /^(?:\d+ (?:day|hour|minute)s?|less than a minute)$/, cpu: /^\d+ %$/, ram: /^\d+ %$/, disk: /^\d+ %$/, interface: /^\S+$/, sent: /^[\d.]+ [KM]B\/s$/, received: /^[\d.]+ [KM]B\/s$/, users: [/^admin \d\d:\d\d:\d\d$/] }
  await ssm.expectSystemHealth({ ...health, server: first.name, alerts: ['Insufficient Licenses'] }, { within: ssm.patience.page, rows: ['SSM-06'] })

  story.stage('fault')
  const failover = await cluster.inject(haStop(first))
  story.stage('observe')
  await ssm.expectVipServedBy(second, { within: ssm.patience.handover })
  await licensing.expectCertificate({ hostCommonName: cluster.vip, certificateCommonName: cluster.vip, synchronizationAsked: false }, { within: ssm.patience.page, rows: ['SSM-33'] })
  await ssm.expectSystemHealth({ ...health, server: second.name, alerts: ['The cluster is degraded One of the cluster nodes is offline', 'Insufficient Licenses'] }, { within: ssm.patience.page, rows: ['SSM-06'] })
  await licensing.expectRegistrationByPage(pi37, token, { registration: 'Smart agent registered successfully' }, { rows: ['SSM-39'] })
  await licensing.expectProductPage(pi37, { productName: 'Prime Infrastructure', registration: 'Registered', authorization: 'Out of Compliance', smartAccount: account, virtualAccount: 'Default', instanceName: 'pi37', transport: 'Transport Gateway', notice }, { rows: ['SSM-39'] })
  await licensing.expectTransportForm(cucmPub30, { choices: ['Direct', 'Transport Gateway', 'HTTP/HTTPS Proxy'], proxyFields: ['proxy_host', 'proxy_port', 'proxy_user', 'proxy_password'], checkbox: 'Do not share my hostname or IP address with Cisco.' }, { rows: ['SSM-41'] })
  await licensing.expectRegistrationByPage(cucmPub30, token, { transport: 'Transport settings saved successfully.', registration: 'Registration completed successfully' }, { rows: ['SSM-40'] })
  await licensing.expectProductPage(cucmPub30, { registration: 'Registered', authorization: 'Out of Compliance', instanceName: 'cucm-pub-30', exportControlled: 'Allowed', licensingMode: 'Enterprise', notice }, { rows: ['SSM-40'] })
  const instances = await licensing.expectInstances(account, [...contacts ?? before, ...after.slice(before.length)], { rows: ['SSM-42'] })
  await licensing.expectLicences(account, usageOf(all), { ...bought, rows: ['SSM-42'] })
  await licensing.expectAddingUp(account, all, { on: [second], rows: ['SSM-42'] })
  await licensing.synchronize(account)
  await licensing.expectSynchronized(account, { after: later, within: ssm.patience.page })
  await licensing.expectCentralKnows(account, all, { rows: ['SSM-42'] })

  story.stage('heal')
  await failover.heal()
  story.stage('settle')
  await ssm.expectStatus(second, masterOf(first), { within: ssm.patience.rejoin })
  await ssm.expectWhole(second)
  story.stage('fault')
  const fallback = await cluster.inject(haStop(second))
  story.stage('observe')
  await ssm.expectVipServedBy(first, { within: ssm.patience.handover })
  // The same to the second: nobody has reported in, so no contact is later than it was.
  await licensing.expectInstances(account, instances ?? after, { within: ssm.patience.page, rows: ['SSM-46'] })
  await licensing.expectLicences(account, usageOf(all), { ...bought, rows: ['SSM-46'] })
  story.stage('heal')
  await fallback.heal()
  story.stage('settle')
  await ssm.expectStatus(first, masterOf(second), { within: ssm.patience.rejoin })
  await ssm.expectSystemHealth({ ...health, server: first.name, alerts: ['Insufficient Licenses'] }, { within: ssm.patience.page, rows: ['SSM-06'] })
  await licensing.expectAddingUp(account, all, { within: ssm.patience.page, rows: ['SSM-46'] })
  await licensing.expectInstances(account, instances ?? after, { rows: ['SSM-46'] })
  // What they registered with before both switchovers is good still.
  for (const product of all) await licensing.expectContactRenewed(account, product, { after: instances?.find(({ name }) => name === product.name)?.lastContact ?? '' })
  await licensing.expectAddingUp(account, all)
  for (const product of all) await licensing.deregister(product)
  await licensing.expectInstances(account, [])
})
