// Every chosen scenario is a Vitest test; conduct() gives it its cluster, its probes and its verdict.
import { afterAll, inject, test } from 'vitest'
import { messageOf } from '../../heal.ts'
import { readRunContext } from '../../run-context.ts'
import { chooseScenarios } from '../catalogue.ts'
import { conduct, openSession } from './conduct.ts'
import { unfinished } from './result.ts'

const context = readRunContext(inject('contextPath'))
const scenarios = await chooseScenarios(context.scenarios, context.target.system)
const session = await openSession(context)
afterAll(() => session.close())

for (const scenario of scenarios) {
  test(scenario.title, async ({ task, skip }) => {
    const result = await conduct(scenario, session).catch((error: unknown) => unfinished(scenario, messageOf(error)))
    task.meta.haywire = result
    if (result.verdict === 'skipped') skip(result.why)
    if (result.verdict !== 'pass') throw new Error(`${result.verdict}: ${result.why}`)
  })
}
