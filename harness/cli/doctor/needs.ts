// Every need of Haywire, in the order in which they are mended.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { findBrowser } from '../../access/browser.ts'
import { baseSource } from '../../engine/base.ts'
import { findEngine } from '../../engine/open.ts'
import { privateDir } from '../../engine/private.ts'
import { freeSubnets, hostSubnets } from '../../engine/subnets.ts'
import { EngineUnfit } from '../../engine/unfit.ts'
import { isAlive } from '../../process-identity.ts'
import { findProgram } from '../../programs.ts'
import { registeredRuns } from '../../run-registry.ts'
import { abandonedLabs } from '../twins.ts'
import { kernelNeeds } from './kernel.ts'
import type { Finding, Need } from './need.ts'

const run = promisify(execFile)

/** Node image 0.7 GB, base 0.2 GB, two kept nodes, the content before, and a run's evidence. In GiB. */
const diskGiB = 4

export const needs: Need[] = [
  { name: 'Node 24', look: node },
  { name: 'container engine', look: engine },
  { name: 'base image', look: base },
  { name: 'openssl', look: async () => program('openssl', ['version'], ['openssl']) },
  { name: 'Chromium', look: chromium },
  { name: 'Java', without: 'no Allure report is made of the Allure results; every other report is', look: async () => program('java', ['-version'], ['default-jre-headless']) },
  ...kernelNeeds,
  { name: 'disk', look: disk },
  { name: 'free subnets', look: subnets },
  { name: 'a clean start', without: 'faults and accounts of earlier runs may still be there, and their twins take memory and time', look: leftovers },
]

async function node(): Promise<Finding> {
  return { state: 'found', what: `${process.version} (${process.execPath})` }
}

async function engine(): Promise<Finding> {
  try {
    const found = await findEngine()
    if (found) return { state: 'found', what: `it answers at ${found.socket}` }
  } catch (error) {
    if (error instanceof EngineUnfit) return { state: 'missing', what: error.message, mend: { advice: 'as it says' } }
    throw error
  }
  if (process.platform !== 'linux') return { state: 'missing', what: 'none answers, and twins need Linux containers on this very host', mend: { advice: 'a Linux machine' } }
  if (process.getuid?.() !== 0) return { state: 'missing', what: 'none answers, and only root can start one of our own', mend: { advice: 'start Docker (members of the group docker may use it), or run this as root' } }
  if (!findProgram('dockerd')) return { state: 'missing', what: 'none answers, and none is installed', mend: { packages: ['docker.io', 'iptables'] } }
  return { state: 'found', what: `none runs; ${findProgram('dockerd')} is started as one of our own when it is needed` }
}

async function base(): Promise<Finding> {
  const source = await baseSource(await engineOrNone())
  if (source === 'there') return { state: 'found', what: 'it is there' }
  if (source === 'registry') return { state: 'found', what: 'a registry offers it' }
  if (source === 'packages') return { state: 'found', what: 'mmdebstrap makes it when it is needed' }
  return { state: 'missing', what: 'it is not here, no registry offers it, and mmdebstrap, which could make it, is not here', mend: { packages: ['mmdebstrap'] } }
}

async function engineOrNone(): ReturnType<typeof findEngine> {
  return findEngine().catch(() => undefined)
}

async function chromium(): Promise<Finding> {
  const path = findBrowser()
  // Without any font a page's text is boxes; the package only suggests them.
  return path ? { state: 'found', what: path } : { state: 'missing', what: 'neither Chromium nor Chrome is here', mend: { packages: ['chromium-headless-shell', 'fonts-dejavu-core'] } }
}

async function program(name: string, version: string[], packages: string[]): Promise<Finding> {
  const path = findProgram(name)
  if (!path) return { state: 'missing', what: 'not installed', mend: { packages } }
  try {
    const { stdout, stderr } = await run(path, version)
    return { state: 'found', what: `${(stdout || stderr).split('\n')[0]} (${path})` }
  } catch (error) {
    return { state: 'missing', what: `${path} does not run: ${(error as Error).message.split('\n')[0]}`, mend: { packages } }
  }
}

async function disk(): Promise<Finding> {
  const where = await (await engineOrNone())?.dataDir() ?? privateDir()
  const { bavail, bsize } = await statfs(nearest(where))
  const freeGiB = (bavail * bsize) / 2 ** 30
  const what = `${freeGiB.toFixed(1)} GiB free where the engine keeps images (${where})`
  return freeGiB >= diskGiB ? { state: 'found', what } : { state: 'missing', what: `${what}, ${diskGiB} are needed`, mend: { advice: 'make room there, or set XDG_STATE_HOME to a folder on a larger disk' } }
}

/** Of a path that is not there yet, or not to be seen by us, the nearest folder above that is. */
function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path))
}

async function subnets(): Promise<Finding> {
  const taken = [...hostSubnets(), ...((await (await engineOrNone())?.subnets()) ?? [])]
  try {
    return { state: 'found', what: `${freeSubnets(2, taken).join(' and ')} overlap none of the ${taken.length} in use` }
  } catch (error) {
    return { state: 'missing', what: (error as Error).message, mend: { advice: 'remove container networks or routes that are not used any more' } }
  }
}

async function leftovers(): Promise<Finding> {
  const runs = registeredRuns().filter(({ harness, guardian }) => !isAlive(harness) && !(guardian && isAlive(guardian))).map(({ run }) => run)
  const labs = await abandonedLabs()
  if (runs.length + labs.length === 0) return { state: 'found', what: 'earlier runs have left nothing' }
  return { state: 'missing', what: [...runs.map(run => `${run} was not healed`), ...labs.map(lab => `the twin ${lab} has no run any more`)].join('; '), mend: { verb: ['heal'] } }
}
