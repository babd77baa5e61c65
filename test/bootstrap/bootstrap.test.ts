import { describe, expect, test } from 'vitest'
import { whyStale } from '../../bootstrap/packages.mjs'
import { countScenarios, countUnitTests, sum, summary } from '../../bootstrap/summary.mjs'

const lock = (packages: Record<string, unknown>): string => JSON.stringify({ packages: { '': { name: 'haywire' }, ...packages } })
const zod = { version: '4.0.0', integrity: 'sha512-a' }

describe('npm ci is run', () => {
  test.each([
    ['when nothing is installed', lock({}), undefined, 'they are not installed yet'],
    ['when a package is missing', lock({ 'node_modules/zod': zod }), lock({}), 'zod 4.0.0 is missing'],
    ['when one is another version', lock({ 'node_modules/zod': zod }), lock({ 'node_modules/zod': { ...zod, version: '3.9.0' } }), 'zod is 3.9.0, not 4.0.0 as package-lock.json has it'],
    ['when one within another is missing', lock({ 'node_modules/a/node_modules/zod': zod }), lock({}), 'zod 4.0.0 is missing'],
    ['when one is wanted no more', lock({}), lock({ 'node_modules/zod': zod }), 'zod is in package-lock.json no more'],
    ['not when all are there', lock({ 'node_modules/zod': zod }), lock({ 'node_modules/zod': zod }), undefined],
    ['not for packages of other machines', lock({ 'node_modules/fsevents': { version: '2.0.0', optional: true } }), lock({}), undefined],
  ])('%s', (_, wanted, installed, why) => {
    expect(whyStale(wanted, installed)).toBe(why)
  })
})

describe('the last line', () => {
  test('sums up unit tests and scenarios', () => {
    const unit = countUnitTests(JSON.stringify({ numPassedTests: 40, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1 }), 0)
    const scenarios = countScenarios(JSON.stringify({ scenarios: [{ verdict: 'pass' }, { verdict: 'skipped' }, { verdict: 'inconclusive' }] }), 4)
    expect(summary(sum(unit, scenarios))).toBe('41 passed, 1 failed, 4 skipped')
  })

  test('counts a run that said nothing, and one that failed outside of any test, as failed', () => {
    expect(countScenarios('', 3)).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(countUnitTests(JSON.stringify({ numPassedTests: 5, numFailedTests: 0 }), 1)).toEqual({ passed: 5, failed: 1, skipped: 0 })
  })
})
