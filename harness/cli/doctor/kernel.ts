// What this host's kernel can do, by reading, or by a real attempt inside a network namespace that is thrown away.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { findProgram, searchPath } from '../../programs.ts'
import type { Finding, Need } from './need.ts'

const run = promisify(execFile)
const attemptLimitMs = 5_000
/** bit of CAP_NET_RAW in capability masks, of capability.h */
const capNetRaw = 13n

const otherKernel = { advice: 'a kernel that has it; Debian\'s own has' }

const asModule = 'as a module, which is loaded when it is first used'

export const kernelNeeds: Need[] = [
  { name: 'kernel: nftables', look: () => feature('NF_TABLES', 'nft', ['nft', 'add', 'table', 'inet', 'haywire_probe']) },
  // What `isolate` puts at a network card.
  { name: 'kernel: nftables at network cards', without: 'no node can be cut off silently, and no server of a twin be frozen', look: () => feature('NETFILTER_EGRESS', 'nft', ['nft', 'add table netdev haywire_probe; add chain netdev haywire_probe out { type filter hook egress device "lo" priority -500; }; add rule netdev haywire_probe out counter fwd to "lo"']) },
  { name: 'kernel: raw sockets', look: rawSockets },
  { name: 'kernel: netem', without: 'no network can be made slow', look: () => feature('NET_SCH_NETEM', 'tc', ['tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms']) },
  { name: 'kernel: bonding', without: 'no bond of two network cards can be broken', look: () => feature('BONDING', 'ip', ['ip', 'link', 'add', 'haywire0', 'type', 'bond']) },
  { name: 'kernel: loop devices', without: 'no server of a twin has a disk of its own that fills up or turns read-only', look: loopDevices },
]

/** Built in: it is tried. As a module: it is not, because trying would load it. Not known: it is tried. */
async function feature(option: string, program: string, command: string[]): Promise<Finding> {
  const configured = kernelOption(kernelConfiguration(), option)
  if (configured === 'm') return { state: 'found', what: asModule }
  if (configured === 'n') return { state: 'missing', what: `this kernel (${release()}) was built without it`, mend: otherKernel }
  if (!findProgram(program) || !findProgram('unshare')) return configured === 'y' ? { state: 'found', what: 'built in' } : { state: 'unknown', what: `it cannot be tried without the program ${program}` }
  try {
    await inThrowAwayNamespace(command)
    return { state: 'found', what: 'tried, and it works' }
  } catch (error) {
    return { state: 'missing', what: `tried, and the kernel says: ${said(error)}`, mend: otherKernel }
  }
}

function said(error: unknown): string {
  return ((error as { stderr?: string }).stderr ?? String(error)).trim().split('\n')[0] ?? ''
}

async function inThrowAwayNamespace(command: string[]): Promise<void> {
  const isolation = process.getuid?.() === 0 ? ['--net'] : ['--user', '--map-root-user', '--net']
  await run('unshare', [...isolation, '--', ...command], { timeout: attemptLimitMs, env: { ...process.env, PATH: searchPath() } })
}

async function rawSockets(): Promise<Finding> {
  const mask = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  if (mask === undefined) return { state: 'unknown', what: 'this system does not say' }
  return (BigInt(`0x${mask}`) >> capNetRaw) & 1n
    ? { state: 'found', what: 'CAP_NET_RAW can be given to a container' }
    : { state: 'missing', what: 'CAP_NET_RAW was taken from this machine', mend: { advice: 'a machine (or a container around this one) with the capability NET_RAW' } }
}

/** What hands them out is asked for a free one; that it is there says that the kernel has them. */
async function loopDevices(): Promise<Finding> {
  const configured = kernelOption(kernelConfiguration(), 'BLK_DEV_LOOP')
  if (configured === 'm') return { state: 'found', what: asModule }
  if (configured === 'n') return { state: 'missing', what: `this kernel (${release()}) was built without them`, mend: otherKernel }
  if (process.getuid?.() !== 0) return { state: 'unknown', what: 'only root can try' }
  try {
    const { stdout } = await run('losetup', ['--find'], { timeout: attemptLimitMs, env: { ...process.env, PATH: searchPath() } })
    return { state: 'found', what: `tried: ${stdout.trim()} is free` }
  } catch (error) {
    return { state: 'missing', what: `tried, and none is free: ${said(error)}`, mend: { advice: 'a machine (or a container around this one) that may use /dev/loop-control and /dev/loop…' } }
  }
}

/** `y`, `m`, `n`; undefined when the configuration is not to be had. */
export function kernelOption(configuration: string, option: string): 'y' | 'm' | 'n' | undefined {
  if (configuration === '') return undefined
  const value = new RegExp(`^CONFIG_${option}=([ym])$`, 'm').exec(configuration)?.[1]
  return value === 'y' || value === 'm' ? value : 'n'
}

function kernelConfiguration(): string {
  try {
    return gunzipSync(readFileSync('/proc/config.gz')).toString()
  } catch {
    return readOrEmpty(`/boot/config-${release()}`)
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
