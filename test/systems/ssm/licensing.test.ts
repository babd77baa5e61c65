// What products and the product's pages say of licensing is read strictly: what cannot be read for certain is never a pass.
import { describe, expect, test } from 'vitest'
import { judgeRegistration } from '../../../harness/systems/ssm/registrations.ts'
import { parseShowLicenseAll } from '../../../harness/systems/ssm/show-license-all.ts'
import { timeOf } from '../../../harness/systems/ssm/synchronization-page.ts'

const registered = `Smart Licensing Status
=======================

Registration:
  Status: REGISTERED
  Smart Account: annanr-ssm-on-prem-8-202105
  Virtual Account: Default
  Product Instance Name: pi37
  Export-Controlled Functionality: ALLOWED
  Last Contact: 2021-Jun-20 19:26:47

License Authorization:
  Status: OUT OF COMPLIANCE

Transport:
  Type: Transport Gateway
  URL: https://10.77.0.14/Transportgateway/services/DeviceRequestHandler

License Usage:
  Prime Infrastructure 3.x, BASE Lic.:
    Count: 1
    Status: IN COMPLIANCE
  Prime Infrastructure 3.x, Lifecycle Lic.:
    Count: 14
    Status: OUT OF COMPLIANCE
`

describe('show license all', () => {
  test('of a product that is registered', () => {
    expect(parseShowLicenseAll(registered.replaceAll('\n', '\r\n'))).toEqual({
      status: 'REGISTERED', smartAccount: 'annanr-ssm-on-prem-8-202105', virtualAccount: 'Default', instanceName: 'pi37', lastContact: '2021-Jun-20 19:26:47',
      authorization: 'OUT OF COMPLIANCE', transport: 'Transport Gateway', url: 'https://10.77.0.14/Transportgateway/services/DeviceRequestHandler',
      usage: { 'Prime Infrastructure 3.x, BASE Lic.': { count: 1, status: 'IN COMPLIANCE' }, 'Prime Infrastructure 3.x, Lifecycle Lic.': { count: 14, status: 'OUT OF COMPLIANCE' } },
    })
  })

  test('of one whose registration failed', () => {
    const failed = registered.replace('  Status: REGISTERED\n', '  Status: UNREGISTERED - REGISTRATION FAILED\n  Failure: certificate verify failed: certificate has expired (10.77.0.14:443) (2026-11-21T18:02:21.736Z)\n')
    expect(parseShowLicenseAll(failed)).toMatchObject({ status: 'UNREGISTERED - REGISTRATION FAILED', failure: 'certificate verify failed: certificate has expired (10.77.0.14:443) (2026-11-21T18:02:21.736Z)' })
  })

  test.each([
    ['nothing', ''],
    ['another command', 'Report sent, contact 2021-Jun-20 18:39:00\n'],
    ['a transcript that ends before the usage', registered.slice(0, registered.indexOf('License Usage'))],
    ['a count that is none', registered.replace('Count: 14', 'Count: many')],
  ])('%s is not understood', (_, transcript) => {
    expect(() => parseShowLicenseAll(transcript)).toThrow('not understood')
  })
})

test.each([
  ['acknowledged', { answer: { status: 200, location: undefined, cookie: undefined, server: 'primary-node', body: '' } }, { phase: 'ok', node: 'primary-node' }],
  ['refused', { answer: { status: 403, location: undefined, cookie: undefined, server: undefined, body: '' } }, { phase: 'fail', error: 'http 403' }],
  ['not confirmed', { answer: { status: 500, location: undefined, cookie: undefined, server: undefined, body: '' } }, { phase: 'info', error: 'http 500' }],
  ['cut off after sending', { error: 'reset', sent: true }, { phase: 'info', error: 'reset' }],
  ['never sent', { error: 'timeout', sent: false }, { phase: 'fail', error: 'timeout' }],
] as const)('a registration that was %s', (_, outcome, answer) => {
  expect(judgeRegistration(outcome)).toEqual(answer)
})

test.each([['2021-Jun-20 18:39:00', Date.UTC(2021, 5, 20, 18, 39)], ['--', NaN], ['2021-Juni-20 18:39:00', NaN], ['20 Jun 2021', NaN]])('the time %s', (stamp, time) => {
  expect(timeOf(stamp)).toBe(time)
})
