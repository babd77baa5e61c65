// Sums up unit tests and scenarios in one plain line.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @param {...Counts} all @returns {Counts} */
export function sum(...all) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const counts of all) for (const key of Object.keys(total)) total[key] += counts[key]
  return total
}

/** @param {Counts} counts */
export function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/**
 * From Vitest's JSON report; one that is missing or says nothing of a failed run is a failure.
 * @param {string | undefined} report
 * @param {number | null} code exit code of Vitest
 */
export function countUnitTests(report, code) {
  const parsed = parse(report)
  const counts = { passed: parsed?.numPassedTests ?? 0, failed: parsed?.numFailedTests ?? 0, skipped: (parsed?.numPendingTests ?? 0) + (parsed?.numTodoTests ?? 0) }
  return withUncounted(counts, code)
}

/**
 * From what `haywire run --json` prints; a scenario that is neither passed nor skipped has failed.
 * @param {string} report
 * @param {number | null} code exit code of the run
 */
export function countScenarios(report, code) {
  const verdicts = (parse(report)?.scenarios ?? []).map(({ verdict }) => verdict)
  const passed = verdicts.filter(verdict => verdict === 'pass').length
  const skipped = verdicts.filter(verdict => verdict === 'skipped').length
  return withUncounted({ passed, failed: verdicts.length - passed - skipped, skipped }, code)
}

function withUncounted(counts, code) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

function parse(text) {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
