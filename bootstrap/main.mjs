// `npm run demo`, `npm test` and the others, from a fresh clone with nothing typed before: whatever is missing is set up, then the work is done.
// Runs under Node 20 without any package.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNode24, keepCompiledCode, projectRoot } from './node24.mjs'
import { readIfThere, whyStale } from './packages.mjs'
import { Interrupted, quiet, shown, times } from './stages.mjs'
import { countScenarios, countUnitTests, sum, summary } from './summary.mjs'

const commands = { demo, test, check, scenarios, bench, ordeal, setup, doctor }
const [name = '', ...rest] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  process.stderr.write(`usage: npm run ${Object.keys(commands).join(' | ')}\n`)
  process.exit(2)
}
/** A machine that is shared may take our processor time away for minutes: what that spoiled is taken again on a twin, and nothing else. */
const retaking = rest.includes('--target') || rest.includes('--retake') ? [] : ['--retake', '12']
process.chdir(projectRoot)
keepCompiledCode()
try {
  process.exitCode = await command()
} catch (error) {
  if (!(error instanceof Interrupted)) throw error
  process.stderr.write(`\n${error.message}\n${times()}\n`)
  process.exitCode = 130
}

/** Sets everything up, runs the main scenario, and ends with its verdict, the outages and the report. */
async function demo() {
  const unfit = (await packages()) || (await machine()) || (await images())
  if (unfit) return unfit
  const { code } = await haywire('failover and failback', ['run', 'ssm/failover-and-failback', ...retaking, ...rest])
  process.stderr.write(`\n${times()}\n`)
  return code ?? 1
}

/** Types, lint, unit tests, then the scenarios that every change is tested with, on a twin. */
async function test() {
  const unfit = await packages()
  if (unfit) return unfit
  const quick = await quickPart()
  const missing = (await machine()) || (await images())
  if (missing) return end(quick, missing)
  const { code, signal, stdout } = await haywire('scenarios', ['run', '--short', '--json', ...retaking, ...rest], { stdout: 'pipe' })
  return end(sum(quick, countScenarios(stdout, code)), code ?? (signal ? 130 : 1))
}

/** Types, lint and unit tests: seconds, and no containers. */
async function check() {
  const unfit = await packages()
  return unfit || end(await quickPart(), 0)
}

async function scenarios() {
  const unfit = (await packages()) || (await machine()) || (await images())
  if (unfit) return unfit
  const { code } = await haywire('scenarios', ['run', ...retaking, ...rest])
  return code ?? 1
}

async function bench() {
  const unfit = (await packages()) || (await machine()) || (await images())
  if (unfit) return unfit
  const { code } = await shown('bench', findNode24(), ['bench/main.ts', ...rest])
  return code ?? 1
}

/** The harness under faults of its own. */
async function ordeal() {
  const unfit = (await packages()) || (await machine()) || (await images())
  if (unfit) return unfit
  const { code } = await shown('ordeal', findNode24(), ['bench/ordeal.ts', ...rest])
  return code ?? 1
}

async function setup() {
  const code = (await packages()) || (await machine()) || (await images())
  process.stderr.write(`\n${times()}\n`)
  return code
}

async function doctor() {
  const unfit = await packages()
  if (unfit) return unfit
  const { code } = await haywire('doctor', ['doctor', ...rest])
  return code ?? 1
}

/** 0, or the exit code of what failed. */
async function packages() {
  const stale = whyStale(readIfThere('package-lock.json'), readIfThere('node_modules/.package-lock.json'))
  if (stale) {
    process.stderr.write(`npm packages: ${stale}; they go into node_modules, and nowhere else\n`)
    const { code } = await quiet('npm ci', process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-fund', '--no-audit'], { env: { ...process.env, npm_config_loglevel: 'error' } })
    if (code !== 0) return 3
  }
  if (findNode24()) return 0
  process.stderr.write(`haywire: it needs Node 24 or newer, this is ${process.version}, and npm carries none for ${process.platform}-${process.arch}: install one\n`)
  return 3
}

/** What a twin needs of this machine; what is missing is named, and then installed. */
async function machine() {
  const { code } = await haywire('machine (haywire doctor --fix)', ['doctor', '--fix'])
  return code ?? 1
}

/** The engine runs, and what twins are started from is built. */
async function images() {
  const { code } = await haywire('engine and images', ['engine', 'start'])
  return code ?? 1
}

async function quickPart() {
  const node = findNode24()
  const folder = mkdtempSync(join(tmpdir(), 'haywire-check-'))
  const results = join(folder, 'unit.json')
  try {
    const types = await quiet('types', node, ['node_modules/typescript/bin/tsc', '--noEmit'])
    const lint = await quiet('lint', node, ['node_modules/oxlint/bin/oxlint', '--type-aware'])
    const unit = await quiet('unit tests', node, ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`])
    const broken = [types, lint].filter(({ code }) => code !== 0).length
    return sum({ passed: 0, failed: broken, skipped: 0 }, countUnitTests(readIfThere(results), unit.code))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The last lines: times, then the sum. The gravest exit code of the scenarios stands; anything else that failed is 1. */
function end(counts, code) {
  process.stderr.write(`\n${times()}\n\n`)
  process.stdout.write(`${summary(counts)}\n`)
  if (code !== 0) return code
  return counts.failed > 0 ? 1 : 0
}

function haywire(stage, args, options) {
  return shown(stage, findNode24(), ['harness/cli/main.ts', ...args], options)
}
