// `npm run ordeal -- --times 100`: parts of the harness are killed at random moments of random scenarios, its disk fills, its SSH hangs. Afterwards nothing may be left behind, nothing that was blinded may be green, and the next clean run has to be.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { chooseScenarios } from '../harness/cli/catalogue.ts'
import { exitCodes } from '../harness/cli/exit.ts'
import { projectRoot } from '../harness/cli/project.ts'
import { openEngine } from '../harness/engine/open.ts'
import { dockerContainers } from '../harness/engine/power.ts'
import { runningDaemon } from '../harness/engine/private.ts'
import { identityOf } from '../harness/process-identity.ts'
import { readRunContext } from '../harness/run-context.ts'

const { values } = parseArgs({ options: { times: { type: 'string', default: '10' }, seed: { type: 'string', default: String(Date.now() % 100_000) }, every: { type: 'string', default: '5' } } })
const [times, seed, cleanEvery] = [Number(values.times), Number(values.seed), Number(values.every)]

/** What may happen while a scenario runs: `strike` says what it hit, `undefined` where there was nothing to hit yet or any more. */
interface Trouble {
  strike(run: Run): string | undefined | Promise<string | undefined>
  /** whether what passes all the same has been seen to */
  mayPass: boolean
}

const troubles: Record<string, Trouble> = {
  harness: { strike: run => kill([run.pid]), mayPass: false },
  runner: { strike: ({ context }) => kill(withCommand('runner.ts', context)), mayPass: false },
  guardian: { strike: ({ context }) => kill(withCommand('guardian.ts', context)), mayPass: true },
  probes: { strike: ({ context }) => kill(withCommand('probes/process.ts', context)), mayPass: false },
  browser: { strike: ({ context }) => kill(childrenOf([...withCommand('runner.ts', context), ...withCommand('probes/process.ts', context)], 'chromium')), mayPass: true },
  engine: { strike: () => kill([runningDaemon()?.pid ?? 0]), mayPass: true },
  disk: { strike: fillDisk, mayPass: false },
  ssh: { strike: hangSsh, mayPass: true },
}

/** From the start of the command to somewhere behind the middle of a scenario, in ms. */
const struckWithinMs = 50_000
/** How long a server's SSH hangs, in ms: longer than any single wait for it. */
const sshHangsMs = 40_000
/** Of a run's folder, in MiB: some ten times what a run needs. */
const diskMiB = 512
/** Longest that a command may take after a part of it was killed, and a guardian to heal, in ms. */
const endsWithinMs = 360_000

interface Run {
  pid: number
  folder: string
  /** what it said */
  log: string
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
  const name = pick(Object.keys(troubles))
  const afterMs = Math.round(random() * struckWithinMs)
  const what = `trial ${trial}: ${name} ${(afterMs / 1000).toFixed(1)} s into ${scenario}`
  const faults = await ordeal({ trial, scenario, name, afterMs }).catch((error: unknown) => [String(error)])
  say(`${what}: ${faults.length === 0 ? 'nothing is left' : faults.join('; ')}`)
  wrong.push(...faults.map(fault => `${what}: ${fault}`))
  if (trial % cleanEvery !== 0 && trial !== times) continue
  const clean = start('ssm/power-loss-of-the-standby', { folder: join(scratch, `clean-${trial}`), log: `clean-${trial}` }, ['--retake', '4'])
  const code = await clean.ended
  say(`clean run after ${trial}: exit ${code}`)
  if (code !== 0) wrong.push(`the clean run after trial ${trial} ended with ${code}: ${clean.log}`)
}
say(wrong.length === 0 ? `${times} of ${times} left nothing behind` : `${wrong.length} wrong:\n  ${wrong.join('\n  ')}\nlogs and runs: ${scratch}`)
if (wrong.length === 0) rmSync(scratch, { recursive: true })
process.exitCode = wrong.length === 0 ? 0 : 1

async function ordeal({ trial, scenario, name, afterMs }: { trial: number; scenario: string; name: string; afterMs: number }): Promise<string[]> {
  const disk = join(scratch, `disk-${trial}`)
  mkdirSync(disk)
  // In memory, and of a size that can be filled.
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMiB}m`, 'haywire-ordeal', disk])
  try {
    const faults = await struck(start(scenario, { folder: join(disk, 'run'), log: `trial-${trial}` }), { trial, name, afterMs })
    if (faults.length > 0) cpSync(disk, join(scratch, `trial-${trial}`), { recursive: true })
    return faults
  } finally {
    execFileSync('umount', [disk])
  }
}

async function struck(run: Run, { trial, name, afterMs }: { trial: number; name: string; afterMs: number }): Promise<string[]> {
  const trouble = troubles[name] as Trouble
  const before = new Set(readdirSync(tmpdir()))
  await Promise.race([pause(afterMs), run.ended])
  // What has its verdict already cannot be blinded any more.
  const undecided = existsSync(run.context) && !existsSync(join(run.folder, 'run.json'))
  const hit = await trouble.strike(run)
  const code = await Promise.race([run.ended, pause(endsWithinMs, undefined, { ref: false }).then(() => undefined)])
  const faults: string[] = []
  if (code === undefined) faults.push('the command never ended')
  say(`  ${hit ?? 'nothing to hit'}; the command ended with ${code}`)
  if (code === 0 && hit !== undefined && undecided && !trouble.mayPass) faults.push('it passed all the same')
  if (code === exitCodes.failed) faults.push('it called the cluster broken for what was done to the harness')
  // Whoever heals after its death takes its time.
  for (const limit = Date.now() + endsWithinMs; withCommand('', run.context).length > 0 && Date.now() < limit;) await pause(200)
  faults.push(...withCommand('', run.context).map(pid => `process ${pid} is left: ${commandOf(pid)}`))
  // Who is told that the disk is full makes room.
  rmSync(join(run.folder, '..', 'full'), { force: true })
  const heal = start('heal', { folder: '', log: `heal-${trial}` })
  const healed = await heal.ended
  if (healed !== 0) faults.push(`heal ended with ${healed}: ${readFileSync(heal.log, 'utf8').trim()}`)
  // Asked anew: the engine itself may have died, and its containers not.
  const engine = await openEngine(() => undefined)
  faults.push(...[...(await engine.containers({})), ...(await engine.networks({}))].map(({ name }) => `${name} is left`))
  return [...faults, ...readdirSync(tmpdir()).filter(name => !before.has(name) && /browser|chromium|playwright/i.test(name)).map(name => `${join(tmpdir(), name)} is left`)]
}

/** The processes that there are, or none. */
function kill(found: number[]): string | undefined {
  const pids = found.filter(pid => pid > 0 && identityOf(pid) !== undefined)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  return pids.length === 0 ? undefined : `killed ${pids.join(' ')}`
}

/** To the last byte, while the run goes on writing. */
function fillDisk({ folder }: Run): string | undefined {
  const file = openSync(join(folder, '..', 'full'), 'w')
  const megabyte = Buffer.alloc(1024 * 1024)
  try {
    for (;;) if (writeSync(file, megabyte) === 0) return undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    return 'filled its disk'
  } finally {
    closeSync(file)
  }
}

/** Every SSH server process of one node is stopped, goes on by itself afterwards, and answers nobody in between. */
async function hangSsh({ context }: Run): Promise<string | undefined> {
  const power = existsSync(context) ? readRunContext(context).target.power : undefined
  if (power?.driver !== 'engine') return undefined
  const [node, container] = pick(Object.entries(power.containers))
  const { code } = await dockerContainers(power.socket).execute(container, ['sh', '-c', `pkill -STOP -x sshd && setsid sh -c 'sleep ${sshHangsMs / 1000}; pkill -CONT -x sshd' >/dev/null 2>&1 </dev/null &`]).catch(() => ({ code: 1 }))
  return code === 0 ? `stopped the SSH server of ${node}` : undefined
}

function start(scenario: string, { folder, log: name }: { folder: string; log: string }, more: string[] = []): Run {
  const path = join(scratch, `${name}.log`)
  const log = openSync(path, 'a')
  const args = scenario === 'heal' ? ['heal'] : ['run', scenario, '--out', folder, ...more]
  const child = spawn(process.execPath, [join(projectRoot, 'harness/cli/main.ts'), ...args], { cwd: projectRoot, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  return { pid: child.pid ?? 0, folder, log: path, context: join(folder, 'context.json'), ended: once(child, 'exit').then(([code]) => code as number | null) }
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
