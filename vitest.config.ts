// Unit tests need no containers; scenarios are run by the `haywire` command.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A process runs many files, one after the other: five times quicker, and no test changes what another one sees.
    isolate: false,
    // Node itself loads TypeScript, quicker than Vite transforms it.
    experimental: { viteModuleRunner: false },
    // Many of them wait for processes of their own.
    maxWorkers: '100%',
    // Only what hangs takes that long, on a slow day as well.
    testTimeout: 60_000,
  },
})
