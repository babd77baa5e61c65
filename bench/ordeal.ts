// `npm run ordeal -- --times 100`: parts of the harness are killed at random moments of random scenarios. Afterwards nothing may be left behind, nothing that was blinded may be green, and the next clean run has to be.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { chooseScenarios } from '../harness/cli/catalogue.ts'
import { projectRoot } from '../harness/cli/project.ts'
import { openEngine } from '../harness/engine/open.ts'
import { runningDaemon } from '../harness/engine/private.ts'
import { identityOf } from '../harness/process-identity.ts'

const { values } = parseArgs({ options: { times: { type: 'string', default: '10' }, seed: { type: 'string', default: String(Date.now() % 100_000) }, every: { type: 'string', default: '5' } } })
const [times, seed, cleanEvery] = [Number(values.times), Number(values.seed), Number(values.every)]

/** Every part that may die while a scenario runs, and whether what passes without it has been seen to. */
const victims = {
  harness: { find: (run: Run) => [run.pid], mayPass: false },
  runner: { find: ({ context }: Run) => withCommand('runner.ts', context), mayPass: false },
  guardian: { find: ({ context }: Run) => withCommand('guardian.ts', context), mayPass: true },
  probes: { find: ({ context }: Run) => withCommand('probes/process.ts', context), mayPass: false },
  browser: { find: ({ context }: Run) => childrenOf([...withCommand('runner.ts', context), ...withCommand('probes/process.ts', context)], 'chromium'), mayPass: true },
  engine: { find: () => [runningDaemon()?.pid ?? 0], mayPass: true },
}

/** From the start of the command to somewhere behind the middle of a scenario, in ms. */
const killedWithinMs = 50_000
/** Longest that a command may take after a part of it was killed, and a guardian to heal, in ms. */
const endsWithinMs = 360_000

interface Run {
  pid: number
  folder: string
  context: string
  ended: Promise<number | null>
}

const random = mulberry32(seed)
const scratch = mkdtempSync(join(tmpdir(), 'haywire-ordeal-'))
const scenarios = (await chooseScenarios([], 'ssm')).filter(({ destroys, long }) => !destroys && !long).map(({ id }) => id)
const wrong: string[] = []
say(`ordeal of ${times}, seed ${seed}`)
for (let trial = 1; trial <= times; trial += 1) {
  const scenario = pick(scenarios)
  const name = pick(Object.keys(victims)) as keyof typeof victims
  const afterMs = Math.round(random() * killedWithinMs)
  const what = `trial ${trial}: ${name} killed ${(afterMs / 1000).toFixed(1)} s into ${scenario}`
  const faults = await ordeal({ trial, scenario, name, afterMs }).catch((error: unknown) => [String(error)])
  say(`${what}: ${faults.length === 0 ? 'nothing is left' : faults.join('; ')}`)
  wrong.push(...faults.map(fault => `${what}: ${fault}`))
  if (trial % cleanEvery !== 0 && trial !== times) continue
  const clean = start('ssm/power-loss-of-the-standby', join(scratch, `clean-${trial}`), ['--retake', '4'])
  const code = await clean.ended
  say(`clean run after ${trial}: exit ${code}`)
  if (code !== 0) wrong.push(`the clean run after trial ${trial} ended with ${code}: ${clean.folder}.log`)
}
say(wrong.length === 0 ? `${times} of ${times} left nothing behind` : `${wrong.length} wrong:\n  ${wrong.join('\n  ')}\nlogs and runs: ${scratch}`)
if (wrong.length === 0) rmSync(scratch, { recursive: true })
process.exitCode = wrong.length === 0 ? 0 : 1

async function ordeal({ trial, scenario, name, afterMs }: { trial: number; scenario: string; name: keyof typeof victims; afterMs: number }): Promise<string[]> {
  const run = start(scenario, join(scratch, `trial-${trial}`))
  const { find, mayPass } = victims[name]
  await Promise.race([pause(afterMs), run.ended])
  const killed = find(run).filter(pid => pid > 0 && identityOf(pid) !== undefined)
  for (const pid of killed) process.kill(pid, 'SIGKILL')
  const code = await Promise.race([run.ended, pause(endsWithinMs, undefined, { ref: false }).then(() => undefined)])
  const faults: string[] = []
  if (code === undefined) faults.push('the command never ended')
  if (code === 0 && killed.length > 0 && !mayPass && existsSync(run.context)) faults.push('it passed all the same')
  // Whoever heals after its death takes its time.
  for (const limit = Date.now() + endsWithinMs; withCommand('', run.context).length > 0 && Date.now() < limit;) await pause(200)
  faults.push(...withCommand('', run.context).map(pid => `process ${pid} is left: ${commandOf(pid)}`))
  const heal = start('heal', join(scratch, `heal-${trial}`))
  const healed = await heal.ended
  if (healed !== 0) faults.push(`heal ended with ${healed}: ${readFileSync(`${heal.folder}.log`, 'utf8').trim()}`)
  // Asked anew: the engine itself may have died, and its containers not.
  const engine = await openEngine(() => undefined)
  faults.push(...[...(await engine.containers({})), ...(await engine.networks({}))].map(({ name }) => `${name} is left`))
  return faults
}

function start(scenario: string, folder: string, more: string[] = []): Run {
  const log = openSync(`${folder}.log`, 'a')
  const args = scenario === 'heal' ? ['heal'] : ['run', scenario, '--out', folder, ...more]
  const child = spawn(process.execPath, [join(projectRoot, 'harness/cli/main.ts'), ...args], { cwd: projectRoot, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  return { pid: child.pid ?? 0, folder, context: join(folder, 'context.json'), ended: once(child, 'exit').then(([code]) => code as number | null) }
}

/** The processes on whose command line both stand. */
function withCommand(program: string, context: string): number[] {
  return pids().filter(pid => pid !== process.pid && commandOf(pid).includes(program) && commandOf(pid).split(' ').includes(context))
}

function childrenOf(parents: number[], name: string): number[] {
  return pids().filter(pid => parents.includes(parentOf(pid)) && commandOf(pid).includes(name))
}

function pids(): number[] {
  return readdirSync('/proc').map(Number).filter(pid => pid > 0)
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).split('\0').join(' ')
}

function parentOf(pid: number): number {
  return Number(read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1])
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function pick<T>(from: T[]): T {
  return from[Math.floor(random() * from.length)] as T
}

/** Tommy Ettinger's generator: small, and the same numbers from the same seed everywhere. */
function mulberry32(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6D2B79F5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
