// The twins that can be started here, by the names that `--target` takes.
import { join } from 'node:path'
import { DidNotForm, downTwin, imagePlan, nodes, upTwin } from '../../containers/ssm/twin.ts'
import { ensureBase } from '../engine/base.ts'
import { labels, type Engine } from '../engine/engine.ts'
import { ensureImage } from '../engine/images.ts'
import { openEngine } from '../engine/open.ts'
import { stateDir } from '../state.ts'
import type { Target } from '../target.ts'
import type { Defect } from './defect.ts'
import { ExitError, exitCodes } from './exit.ts'

export interface TwinUpOptions {
  defects: Defect[]
  say(text: string): void
  signal: AbortSignal
  /** of the lab; a new one by default, so that twins stand beside each other */
  name?: string
  /** the run that must not leave it behind */
  run?: string
}

export interface UpTwin {
  target: Target
  down(): Promise<void>
}

export interface TwinKind {
  system: string
  nodes: string[]
  /** what is known of the target before it is up: addresses are chosen when it starts */
  described: Target
  up(options: TwinUpOptions): Promise<UpTwin>
}

export const twins: Readonly<Record<string, TwinKind>> = { 'ssm-twin': ssmTwin() }

/** The twin of a system; throws ExitError 2 where there is none. */
export function twinOf(system: string): TwinKind {
  const found = Object.values(twins).find(twin => twin.system === system)
  if (!found) throw new ExitError(exitCodes.usage, `there is no twin of ${JSON.stringify(system)}; there are some of: ${Object.values(twins).map(twin => twin.system).join(', ')}`)
  return found
}

export function labDir(name: string): string {
  return join(stateDir(), 'labs', name)
}

function ssmTwin(): TwinKind {
  return {
    system: 'ssm',
    nodes: nodes.map(({ name }) => name),
    described: {
      name: 'ssm-twin', system: 'ssm', twin: true, vip: 'the VIP',
      nodes: nodes.map(({ name }) => ({ name, addresses: { public: `public address of ${name}`, heartbeat: `heartbeat address of ${name}` }, ssh: undefined as never, console: { prompt: '>>' }, root: undefined })),
      gui: undefined as never, capabilities: { nft: true, recorder: true, sql: true }, bounds: {}, workload: { prefix: 'hw', perSecond: 10, cleanUp: 'keep' },
    },
    async up({ defects, say, signal, name = `ssm-${Date.now().toString(36)}`, run }) {
      const engine = await openEngine(say)
      const image = imagePlan(await ensureBase(engine, say))
      await ensureImage(engine, image, say)
      const options = { name, stateDir: labDir(name), image, defects, version: '8-202105' as const, ...(run === undefined ? {} : { run }), say, signal }
      const started = performance.now()
      try {
        const { target, warm } = await upTwin(engine, options)
        say(`the twin ${name} is up after ${((performance.now() - started) / 1000).toFixed(1)} s${warm ? '' : ', formed from nothing'}: https://${target.vip}`)
        return { target: { ...target, power: powerOf(engine, name) }, async down() { await downTwin(engine, options) } }
      } catch (error) {
        if (error instanceof DidNotForm) throw new ExitError(exitCodes.unfit, error.message, { cause: error })
        throw error
      }
    },
  }
}

function powerOf(engine: Engine, name: string): NonNullable<Target['power']> {
  return { driver: 'engine', socket: engine.socket, containers: Object.fromEntries(nodes.map(node => [node.name, `${name}-${node.name}`])) }
}

/** Removes a lab whole: containers, networks, keys. Returns what was removed. */
export async function removeLab(name: string, say: (text: string) => void): Promise<string[]> {
  return downTwin(await openEngine(say), { name, stateDir: labDir(name) })
}

/** The labs there are, and whether their containers run. */
export async function labsUp(say: (text: string) => void): Promise<{ name: string; run: string | undefined; containers: { name: string; running: boolean }[] }[]> {
  const containers = await (await openEngine(say)).containers({})
  const byLab = Map.groupBy(containers.filter(container => container.labels[labels.lab] !== undefined), container => container.labels[labels.lab] ?? '')
  return [...byLab].map(([name, members]) => ({ name, run: members[0]?.labels[labels.run], containers: members.map(({ name, running }) => ({ name, running })) }))
}
