import { describe, expect, test } from 'vitest'
import { installedBy } from '../../harness/cli/doctor/mend.ts'
import { kernelOption } from '../../harness/cli/doctor/kernel.ts'
import { describeExamined, verdictOf, type Examined, type Finding } from '../../harness/cli/doctor/need.ts'

const found: Finding = { state: 'found', what: 'there' }
const absent: Finding = { state: 'missing', what: 'not installed', mend: { packages: ['some-package'] } }
const need = (name: string, finding: Finding, without?: string): Examined => ({ name, finding, ...(without === undefined ? {} : { without }) })

describe('a machine', () => {
  test('is fit when everything is there', () => {
    expect(verdictOf([need('engine', found), need('Java', found, 'no Allure report')])).toEqual({ fit: true, missing: [], lacking: [] })
  })

  test('is fit without what can be done without', () => {
    expect(verdictOf([need('engine', found), need('Java', absent, 'no Allure report')])).toEqual({ fit: true, missing: [], lacking: ['Java'] })
  })

  test('is unfit without the rest', () => {
    expect(verdictOf([need('engine', absent), need('Java', absent, 'no Allure report')])).toEqual({ fit: false, missing: ['engine'], lacking: ['Java'] })
  })

  test('is not unfit for what could not be looked at', () => {
    expect(verdictOf([need('nftables', { state: 'unknown', what: 'no nft here' })]).fit).toBe(true)
  })
})

describe('what is missing is said with what mends it', () => {
  test.each([
    ['by root', { root: true, apt: true }, 'apt-get install --no-install-recommends some-package'],
    ['by another user', { root: false, apt: true }, 'sudo apt-get install --no-install-recommends some-package'],
    ['on another distribution', { root: true, apt: false }, 'install, as your distribution calls them: some-package'],
  ])('%s', (_, host, command) => {
    expect(describeExamined(need('engine', absent), host)).toBe(`missing  engine: not installed\n         mend: ${command}`)
  })

  test('and with what goes without it', () => {
    expect(describeExamined(need('Java', absent, 'no Allure report'), { root: true, apt: true })).toBe('absent   Java: not installed\n         without it: no Allure report\n         mend: apt-get install --no-install-recommends some-package')
  })

  test('by a verb of our own', () => {
    expect(describeExamined(need('leftovers', { state: 'missing', what: 'a twin', mend: { verb: ['heal'] } }), { root: true, apt: true })).toBe('missing  leftovers: a twin\n         mend: npx haywire heal')
  })
})

test('the packages that an installation brings are read from its simulation', () => {
  expect(installedBy('Reading package lists...\nInst runc (1.1.5 Debian:12.1/stable [amd64])\nInst docker.io (20.10.24 Debian:12.1/stable [amd64])\nConf runc (1.1.5 Debian)\n')).toEqual(['runc', 'docker.io'])
})

test.each([
  ['CONFIG_BONDING=m\n', 'm'],
  ['CONFIG_BONDING=y\n', 'y'],
  ['# CONFIG_BONDING is not set\n', 'n'],
  ['CONFIG_BONDING_EXTRA=y\n', 'n'],
  ['', undefined],
])('a kernel option in %j', (configuration, value) => {
  expect(kernelOption(configuration, 'BONDING')).toBe(value)
})
