#!/usr/bin/env node
// The `haywire` command under whatever Node starts it: it runs under Node 24, and ends as that ends.
import { existsSync } from 'node:fs'
import { endLike, runChild } from '../bootstrap/child.mjs'
import { findNode24, keepCompiledCode, projectRoot } from '../bootstrap/node24.mjs'

const main = `${projectRoot}harness/cli/main.ts`
const node = findNode24()
keepCompiledCode()
if (!existsSync(`${projectRoot}node_modules`)) {
  process.stderr.write(`haywire: its packages are not installed; in ${projectRoot} type: npm ci\n`)
  process.exitCode = 3
} else if (!node) {
  process.stderr.write(`haywire: it needs Node 24 or newer, this is ${process.version}, and npm carries none for ${process.platform}-${process.arch}: install one\n`)
  process.exitCode = 3
} else if (node === process.execPath) {
  // As if that had been named in the first place.
  process.argv[1] = main
  await import(main)
} else {
  endLike(await runChild(node, [main, ...process.argv.slice(2)]))
}
