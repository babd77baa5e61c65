// The process that runs the scenarios as Vitest tests. The command starts it, may tell it to stop, and gets the results.
import { join } from 'node:path'
import { startVitest } from 'vitest/node'
import { projectRoot } from '../project.ts'
import type { ScenarioResult } from './result.ts'

/** From the command to here: begin; heal and stop. */
export type ToRunner = 'begin' | 'interrupt'
/** From here to the command: how each scenario ended, and what went wrong outside of any. */
export type FromRunner = { results: ScenarioResult[]; errors: string[] }

/** The name of the channel on which the thread that runs the scenarios is told to stop. */
export const interruptChannel = 'haywire-interrupt'

declare module 'vitest' {
  interface TaskMeta {
    haywire?: ScenarioResult
  }
  interface ProvidedContext {
    contextPath: string
  }
}

if (process.send) {
  // The command is our only reader: without it the guardian heals, and we must not go on injecting.
  process.once('disconnect', () => process.exit(1))
  process.on('message', (message: ToRunner) => {
    if (message === 'begin') void runScenarios(process.argv[2] ?? '')
    else interrupt()
  })
}

/** Says so until the end: the thread that runs the scenarios may not be listening yet. */
function interrupt(): void {
  const channel = new BroadcastChannel(interruptChannel)
  setInterval(() => channel.postMessage('interrupt'), 100)
}

async function runScenarios(contextPath: string): Promise<void> {
  const vitest = await startVitest('test', [], {
    root: projectRoot,
    config: false,
    include: [join('harness', 'cli', 'run', 'scenarios.test.ts')],
    watch: false,
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    // Node itself loads TypeScript, quicker than Vite transforms it.
    experimental: { viteModuleRunner: false },
    testTimeout: 0,
    hookTimeout: 0,
    reporters: ['default'],
    provide: { contextPath },
  })
  const modules = vitest.state.getTestModules()
  const results = modules.flatMap(module => [...module.children.allTests()].flatMap(test => test.meta().haywire ?? []))
  const errors = [...modules.flatMap(module => module.errors()), ...vitest.state.getUnhandledErrors()].map(error => String((error as { stack?: string }).stack ?? error))
  await new Promise<void>((resolve, reject) => {
    const answer: FromRunner = { results, errors }
    process.send?.(answer, error => (error ? reject(error) : resolve()))
  })
  await vitest.close()
  process.exit(0)
}
