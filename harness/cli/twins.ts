// The twins that can be started here, by the names that `--target` takes.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { clocks } from '../../containers/ssm/clocks.ts'
import { demonstrations, type DemonstrationName } from '../../containers/ssm/demonstrations.ts'
import { fqdn, products } from '../../containers/ssm/surroundings.ts'
import { databaseDisk, DidNotForm, downTwin, imagePlan, nodeNames, upTwin } from '../../containers/ssm/twin.ts'
import { ensureBase } from '../engine/base.ts'
import { labels, type Engine } from '../engine/engine.ts'
import { ensureImage } from '../engine/images.ts'
import { findEngine, openEngine } from '../engine/open.ts'
import { EngineUnfit } from '../engine/unfit.ts'
import { identityOf, isAlive } from '../process-identity.ts'
import { registeredRuns, unregisterRun } from '../run-registry.ts'
import { stateDir } from '../state.ts'
import type { SshAccess, Target } from '../target.ts'
import type { Defect } from './defect.ts'
import { ExitError, exitCodes } from './exit.ts'
import { dropDeadHold } from './run/lock.ts'

export interface TwinUpOptions {
  defects: Defect[]
  say(text: string): void
  signal: AbortSignal
  /** of the lab; a new one by default, so that twins stand beside each other */
  name?: string
  /** it may stay when this process has ended */
  keep?: boolean
  /** one of the twin's; the first by default */
  demonstration?: string | undefined
  /** whether Cisco Software Central and products stand around it (default: yes) */
  surroundings?: boolean
  /** whether each server's database has a disk of its own, as far as this host has loop devices (default: no) */
  databaseDisks?: boolean
}

export interface UpTwin {
  target: Target
  down(): Promise<void>
}

export interface TwinKind {
  system: string
  nodes: string[]
  /** the document's demonstrations that it can be */
  demonstrations: string[]
  /** what is known of the target before it is up: addresses are chosen when it starts */
  described: Target
  up(options: TwinUpOptions): Promise<UpTwin>
}

/** How a twin's servers are reached is known when they are up; a plan does not reach them. */
const unknownYet: SshAccess = { host: '', port: 22, user: '', hostKey: '' }

export const twins: Readonly<Record<string, TwinKind>> = { 'ssm-twin': ssmTwin() }

/** Throws ExitError 2 where the twin, or a real cluster, has no such demonstration. */
export function checkDemonstration(name: string | undefined, twin: Pick<TwinKind, 'demonstrations'> | undefined): void {
  if (name === undefined || twin?.demonstrations.includes(name)) return
  throw new ExitError(exitCodes.usage, twin ? `there is no demonstration ${JSON.stringify(name)}; there are: ${twin.demonstrations.join(', ')}` : '--demonstration is for twins; a real cluster is what it is')
}

/** The twin of a system; throws ExitError 2 where there is none. */
export function twinOf(system: string): TwinKind {
  const found = Object.values(twins).find(twin => twin.system === system)
  if (!found) throw new ExitError(exitCodes.usage, `there is no twin of ${JSON.stringify(system)}; there are some of: ${Object.values(twins).map(twin => twin.system).join(', ')}`)
  return found
}

export function labDir(name: string): string {
  return join(stateDir(), 'labs', name)
}

/** Not of the time: two that start beside each other may do so in the same millisecond. */
function newName(): string {
  return `ssm-${randomBytes(4).toString('hex')}`
}

function ssmTwin(): TwinKind {
  return {
    system: 'ssm',
    nodes: nodeNames,
    demonstrations: Object.keys(demonstrations),
    described: {
      name: 'ssm-twin', system: 'ssm', twin: true, vip: 'the VIP',
      nodes: nodeNames.map(name => ({ name, addresses: { public: `public address of ${name}`, heartbeat: `heartbeat address of ${name}` }, ssh: unknownYet, console: { prompt: '>>' }, root: unknownYet })),
      power: { driver: 'engine', socket: '', containers: {} },
      databaseDisk,
      clocks,
      surroundings: { fqdn, licensingCa: 'file:/licensing-ca.crt', central: { address: 'address of Cisco Software Central', ssh: unknownYet }, products: products.map(({ name, kind, licences }) => ({ name, kind, licences, ssh: unknownYet, url: `https://${name}` })) },
      gui: undefined as never, capabilities: { nft: true, iptables: false, recorder: true, sql: true }, bounds: {}, workload: { prefix: 'hw', perSecond: 10, cleanUp: 'keep' },
    },
    async up({ defects, say, signal, name = newName(), keep = false, demonstration = 'A', surroundings = true, databaseDisks = false }) {
      const engine = await openEngine(say)
      for (const lab of await abandonedLabs()) say(`removed what an earlier run left: ${(await removeLab(lab, { say })).join(', ')}`)
      const image = await ssmImage(engine, say)
      const options = { name, stateDir: labDir(name), image, defects, demonstration: demonstration as DemonstrationName, surroundings, databaseDisks, ...(keep ? {} : { owner: identityOf(process.pid) }), say, signal }
      const started = performance.now()
      try {
        const { target, warm } = await upTwin(engine, options)
        say(`the twin ${name} is up after ${((performance.now() - started) / 1000).toFixed(1)} s${warm ? '' : ', formed from nothing'}: ${target.gui.url}`)
        return { target: { ...target, power: powerOf(engine, name) }, down: () => down(engine, options) }
      } catch (error) {
        if (error instanceof DidNotForm) throw new ExitError(exitCodes.unfit, error.message, { cause: error })
        if (await isGone(engine, error)) {
          throw new ExitError(exitCodes.unfit, `the container engine at ${engine.socket} ended while the twin ${name} was started. What is left of the twin is removed by haywire heal, or by the next run`, { cause: error })
        }
        // What the engine itself refuses: no disk, no memory, a capability that this machine lacks.
        if (typeof (error as { statusCode?: unknown }).statusCode === 'number') throw new ExitError(exitCodes.unfit, `the container engine at ${engine.socket} could not make the twin ${name}: ${(error as Error).message}`, { cause: error })
        throw error
      }
    },
  }
}

/** Throws ExitError 5 where the engine ended before. */
async function down(engine: Engine, options: Parameters<typeof downTwin>[1]): Promise<void> {
  try {
    await downTwin(engine, options)
    forgetRuns(options.name)
  } catch (error) {
    if (!(await isGone(engine, error))) throw error
    throw new ExitError(exitCodes.unhealed, `the container engine at ${engine.socket} ended before the twin ${options.name} was removed. What is left of it is removed by haywire heal, or by the next run`, { cause: error })
  }
}

/** Whether it was the engine's end that this error told of, rather than something that it refused. */
async function isGone(engine: Engine, error: unknown): Promise<boolean> {
  return ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT'].includes(String((error as NodeJS.ErrnoException).code)) && engine.containers({}).then(() => false, () => true)
}

async function ssmImage(engine: Engine, say: (text: string) => void): Promise<ReturnType<typeof imagePlan>> {
  const image = imagePlan(await ensureBase(engine, say))
  await ensureImage(engine, image, say)
  return image
}

/** Builds what the twins are started from, as far as it is not there. */
export async function ensureImages(engine: Engine, say: (text: string) => void): Promise<void> {
  await ssmImage(engine, say)
}

function powerOf(engine: Engine, name: string): NonNullable<Target['power']> {
  return { driver: 'engine', socket: engine.socket, containers: Object.fromEntries(nodeNames.map(node => [node, `${name}-${node}`])) }
}

/** What this process could not heal on a twin is gone with the twin. */
function forgetRuns(lab: string): void {
  for (const run of registeredRuns()) if (run.target === lab && run.harness.pid === process.pid) unregisterRun(run)
}

/** Removes a lab whole: containers, networks, keys. Returns what was removed. */
export async function removeLab(name: string, { say, asked = false }: { say(text: string): void; asked?: boolean }): Promise<string[]> {
  const engine = await findEngine()
  dropDeadHold(name)
  return engine ? downTwin(engine, { name, stateDir: labDir(name), say, asked }) : []
}

/** Names of labs whose owner has ended without removing them. One that still has something to be healed is not among them. */
export async function abandonedLabs(): Promise<string[]> {
  // Where no engine can carry twins, there are none.
  const engine = await findEngine().catch((error: unknown) => {
    if (error instanceof EngineUnfit) return undefined
    throw error
  })
  if (!engine) return []
  const unhealed = registeredRuns().map(({ target }) => target)
  const parts = [...(await engine.containers({})), ...(await engine.networks({}))]
  const abandoned = parts.filter(part => {
    const [pid, startTime = ''] = (part.labels[labels.process] ?? '').split(' ')
    return pid && !isAlive({ pid: Number(pid), startTime })
  })
  return [...new Set(abandoned.flatMap(part => part.labels[labels.lab] ?? []))].filter(lab => !unhealed.includes(lab))
}

/** The labs there are, and whether their containers run. */
export async function labsUp(): Promise<{ name: string; containers: { name: string; running: boolean }[] }[]> {
  const containers = (await (await findEngine())?.containers({})) ?? []
  const byLab = Map.groupBy(containers.filter(container => container.labels[labels.lab] !== undefined), container => container.labels[labels.lab] ?? '')
  return [...byLab].map(([name, members]) => ({ name, containers: members.map(({ name, running }) => ({ name, running })) }))
}
