// The base image of every twin: Debian 12, pulled where a registry answers, else the same made of Debian's packages.
import { spawn, type ChildProcess } from 'node:child_process'
import { execFile } from 'node:child_process'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram, searchPath } from '../programs.ts'
import type { Engine } from './engine.ts'
import { saying } from './progress.ts'
import { EngineUnfit } from './unfit.ts'

export interface BaseImage {
  tag: string
  id: string
}

const suite = 'bookworm'
const built = `haywire/base:${suite}`
const pulled = `debian:${suite}-slim`
/** A registry that is there answers at once; where there is none, names may take long to be not found. In ms. */
const registryLimitMs = 5_000

export async function ensureBase(engine: Engine, say: (line: string) => void): Promise<BaseImage> {
  const there = await findBase(engine)
  if (there) return there
  if (await engine.registryOffers(pulled, registryLimitMs)) {
    say(`pulling the base image ${pulled}`)
    try {
      await saying('the base image is pulled', say, () => engine.pull(pulled))
      return { tag: pulled, id: await engine.imageId(pulled) }
    } catch (error) {
      say(`it could not be pulled (${(error as Error).message.split('\n')[0]})`)
    }
  }
  await buildBase(engine, say)
  return { tag: built, id: await engine.imageId(built) }
}

/** The one that is there already. */
export async function findBase(engine: Engine): Promise<BaseImage | undefined> {
  for (const tag of [built, pulled]) if (await engine.hasImage(tag)) return { tag, id: await engine.imageId(tag) }
  return undefined
}

/** Whether the base image can be had: it is there, a registry offers it, or it can be made. */
export async function baseSource(engine: Engine | undefined): Promise<'there' | 'registry' | 'packages' | undefined> {
  if (engine && (await findBase(engine))) return 'there'
  if (findProgram('mmdebstrap')) return 'packages'
  return engine && (await engine.registryOffers(pulled, registryLimitMs)) ? 'registry' : undefined
}

async function buildBase(engine: Engine, say: (line: string) => void): Promise<void> {
  const program = findProgram('mmdebstrap')
  if (!program) throw new EngineUnfit(`no registry offers ${pulled}, and mmdebstrap, which makes the same of Debian's packages, is not here; \`npx haywire doctor --fix\` installs it, named first`)
  say(`making the base image ${built} of Debian's packages: no registry offers ${pulled}`)
  const folder = mkdtempSync(join(tmpdir(), 'haywire-base-'))
  const tar = join(folder, 'base.tar')
  try {
    const child = spawn(program, ['--variant=minbase', '--include=ca-certificates', suite, tar, ...(await packageSources())], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PATH: searchPath() } })
    await saying('packages are unpacked', say, () => succeeded(child, 'mmdebstrap'))
    await saying('the base image is imported', say, () => engine.importImage(built, createReadStream(tar), say))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The Debian archives that this host itself uses, as lines of a sources.list for our suite; none, and mmdebstrap takes its default. */
async function packageSources(): Promise<string[]> {
  const format = '$(ORIGIN)|$(REPO_URI)|$(CODENAME)|$(COMPONENT)'
  const { stdout } = await promisify(execFile)('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']).catch(() => ({ stdout: '' }))
  return sourcesFrom(stdout)
}

/** From lines `origin|address|code name|component`: the same archives, with our suite. */
export function sourcesFrom(targets: string): string[] {
  const rows = targets.split('\n').map(line => line.split('|')).filter(([origin, , , component]) => origin === 'Debian' && component === 'main')
  const archive = rows.find(([, , codename]) => codename && /^[a-z]+$/.test(codename))?.[1]
  if (!archive) return []
  const security = rows.find(([, , codename]) => codename?.endsWith('-security'))?.[1]
  return [`deb ${archive} ${suite} main`, `deb ${archive} ${suite}-updates main`, ...(security ? [`deb ${security} ${suite}-security main`] : [])]
}

async function succeeded(child: ChildProcess, what: string): Promise<void> {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => { output = (output + text).slice(-4000) })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new EngineUnfit(`${what} ended with ${code}:\n${output.trim()}`)
}
