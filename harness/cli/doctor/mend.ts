// Mends what is missing: what is installed on the system is named on the screen first.
import { spawn } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { saying } from '../../engine/progress.ts'
import { findProgram, searchPath } from '../../programs.ts'
import { healRuns } from '../heal.ts'
import type { Mend } from './need.ts'

type Say = (line: string) => void

/** Does what `mend` says; false when only a person can. Throws when it was tried and failed. */
export async function apply(mend: Mend, say: Say): Promise<boolean> {
  if ('packages' in mend) {
    if (!findProgram('apt-get')) return false
    await installPackages(mend.packages, say)
    return true
  }
  if ('verb' in mend) {
    await healRuns(undefined, say)
    return true
  }
  return false
}

async function installPackages(packages: string[], say: Say): Promise<void> {
  const root = process.getuid?.() === 0
  const apt = (...args: string[]): string[] => [...(root ? [] : ['sudo']), 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]
  const install = ['install', '--yes', '--no-install-recommends', ...packages]
  let planned = await run(apt('--simulate', ...install))
  let fresh = false
  const update = async (): Promise<void> => {
    fresh = true
    say('apt-get update: the lists of packages are missing or old')
    const { code, output } = await saying('apt-get updates its lists', say, () => run(apt('update')))
    if (code !== 0) throw new Error(`apt-get update failed:\n${endOf(output)}`)
    planned = await run(apt('--simulate', ...install))
  }
  if (planned.code !== 0) await update()
  if (planned.code !== 0) throw new Error(`apt-get finds no way to install ${packages.join(' ')}:\n${endOf(planned.output)}`)
  say(`installing on this system: ${packages.join(' ')}`)
  const others = installedBy(planned.output).filter(name => !packages.includes(name))
  if (others.length > 0) say(wrap(`  and what they need: ${others.join(' ')}`))
  let done = await quietly(say, () => run(apt(...install)))
  if (done.code !== 0 && !fresh && /^(E: Failed to fetch|Err:)/m.test(done.output)) {
    // The archive has newer ones than the lists say.
    await update()
    done = await quietly(say, () => run(apt(...install)))
  }
  if (done.code !== 0) throw new Error(`apt-get install ${packages.join(' ')} failed:\n${endOf(done.output)}`)
}

/** The packages that a simulated installation names. */
export function installedBy(simulated: string): string[] {
  return [...simulated.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '')
}

/** Where systemd would start a packaged daemon at once, and with it change firewall and sysctls, it is told not to, as Debian provides for (invoke-rc.d(8)). */
async function quietly<T>(say: Say, work: () => Promise<T>): Promise<T> {
  const policy = '/usr/sbin/policy-rc.d'
  const ours = process.getuid?.() === 0 && existsSync('/run/systemd/system') && !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await saying('apt-get installs', say, work)
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}

async function run([command = '', ...args]: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['inherit', 'pipe', 'pipe'], env: { ...process.env, PATH: searchPath(), LC_ALL: 'C' } })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text })
    child.once('error', reject)
    child.once('close', code => resolve({ code, output }))
  })
}

function endOf(output: string): string {
  return output.trim().split('\n').slice(-12).join('\n')
}

const width = 120

function wrap(text: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    if ((lines.at(-1) ?? '').length + word.length >= width) lines.push('   ')
    lines.push(`${lines.pop() ?? ''} ${word}`)
  }
  return lines.map((line, index) => (index === 0 ? line.slice(1) : line)).join('\n')
}
