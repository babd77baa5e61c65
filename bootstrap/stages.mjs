// The stages of a command, one after the other, each with its name before, signs of life meanwhile, and its time after.
import { runChild } from './child.mjs'

/** The first sign of life, and then every so often; on a terminal the same line is written again each second. In ms. */
const firstSignMs = 1_000
const everyMs = 10_000

/** No stage begins after Ctrl-C. */
export class Interrupted extends Error {}

// The child of the present stage is told by child.mjs; we end when it has.
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { interrupted = true })

/** @type {{ name: string, seconds: number, ended: string }[]} */
const done = []

/**
 * A stage whose own output is shown. Resolves with how it ended.
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {Parameters<typeof runChild>[2]} [options]
 */
export async function shown(name, command, args, options) {
  write(`\n▸ ${name}\n`)
  return timed(name, () => runChild(command, args, options))
}

/**
 * A stage whose output is shown only when it fails.
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {Parameters<typeof runChild>[2]} [options]
 */
export async function quiet(name, command, args, options) {
  write(`\n▸ ${name}\n`)
  const stop = signsOfLife(name)
  const ended = await timed(name, () => runChild(command, args, { ...options, stdout: 'pipe', stderr: 'pipe' }), stop)
  if (ended.code !== 0) write(ended.output.endsWith('\n') ? ended.output : `${ended.output}\n`)
  return ended
}

/** The time of every stage, for the end. */
export function times() {
  const width = Math.max(...done.map(({ name }) => name.length))
  const total = done.reduce((sum, { seconds }) => sum + seconds, 0)
  return [...done.map(({ name, seconds, ended }) => `  ${name.padEnd(width)}  ${sayTime(seconds).padStart(10)}  ${ended}`.trimEnd()), `  ${'in all'.padEnd(width)}  ${sayTime(total).padStart(10)}`].join('\n')
}

async function timed(name, work, after = () => undefined) {
  if (interrupted) {
    after()
    throw new Interrupted(`interrupted before: ${name}`)
  }
  const started = performance.now()
  try {
    const ended = await work()
    after()
    finish(name, started, ended.code === 0 ? '' : `(${ended.signal ?? `exit ${ended.code}`})`)
    return ended
  } catch (error) {
    after()
    finish(name, started, '(could not be started)')
    throw error
  }
}

function finish(name, started, ended) {
  const seconds = (performance.now() - started) / 1000
  done.push({ name, seconds, ended })
  write(`  ${name}: ${sayTime(seconds)} ${ended}`.trimEnd() + '\n')
}

function signsOfLife(name) {
  const started = performance.now()
  const terminal = process.stderr.isTTY
  const sign = () => write(terminal ? `\r  ${name} … ${Math.round((performance.now() - started) / 1000)} s` : `  ${name} … ${Math.round((performance.now() - started) / 1000)} s\n`)
  let repeated
  const first = setTimeout(() => {
    sign()
    repeated = setInterval(sign, terminal ? firstSignMs : everyMs)
  }, firstSignMs)
  return () => {
    clearTimeout(first)
    clearInterval(repeated)
    if (terminal) write('\r\u001b[K')
  }
}

function sayTime(seconds) {
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`
}

// What a command prints for others goes to stdout; that it is at work, to stderr.
function write(text) {
  process.stderr.write(text)
}
