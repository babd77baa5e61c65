// What a page says is read from its marked fields, and a page that is another is none; a server's own page is at its own address and the GUI's port.
import { expect, test } from 'vitest'
import { readNetworkPage } from '../../../harness/systems/ssm/network-page.ts'
import { urlAt } from '../../../harness/systems/ssm/wire.ts'
import { memoryTarget } from '../../memory-cluster.ts'

test('the Network page: interface, state, and what may be done with it', () => {
  const fields: [string, string][] = [['network.interface', 'ens192'], ['network.state', ' Connected '], ['network.link', 'View\n Interface']]
  const tabs = ['General', 'Network Interface', 'Proxy']
  expect(readNetworkPage({ fields, tabs })).toEqual({ interface: 'ens192', state: 'Connected', link: 'View Interface', tabs })
  expect(() => readNetworkPage({ fields: fields.slice(1), tabs })).toThrow('the page has no field network.interface')
})

test.each([
  ['10.10.10.5', 'https://10.10.10.12', 'https://10.10.10.5'],
  ['10.10.10.5', 'https://cluster.example:8443/', 'https://10.10.10.5:8443'],
  ['fd00::5', 'https://[fd00::12]:8443', 'https://[fd00::5]:8443'],
])('the GUI of %s where that of the cluster is %s', (address, url, own) => {
  expect(urlAt(address, { gui: { ...memoryTarget.gui, url } })).toBe(own)
})
