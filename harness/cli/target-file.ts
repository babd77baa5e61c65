// Reads a target file (YAML) and says exactly what is wrong with it, and where.
import { existsSync, readFileSync } from 'node:fs'
import { LineCounter, parseDocument, stringify, type Document } from 'yaml'
import { z } from 'zod'
import type { Target } from '../target.ts'
import { ExitError, exitCodes } from './exit.ts'

const secretRef = z.templateLiteral([z.enum(['env:', 'file:']), z.string().min(1)], { error: 'must refer to a secret as env:NAME or file:/path; a secret itself does not belong here' })
const address = z.union([z.ipv4(), z.ipv6()], { error: 'must be an IP address' })
const absolutePath = z.string().regex(/^\/[\w./-]*$/, 'must be an absolute path of letters, digits, dots, dashes')
const name = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/, 'must be a name of letters, digits, dots, dashes')

const ssh = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65535).default(22),
  user: z.string().min(1),
  hostKey: z.string().regex(/^(ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/=]+/, 'must be a host key as in known_hosts: ssh-ed25519 AAAA…'),
  privateKey: secretRef.optional(),
  password: secretRef.optional(),
}).refine(({ privateKey, password }) => privateKey !== undefined || password !== undefined, 'needs a privateKey or a password')

const node = z.strictObject({
  name,
  addresses: z.record(z.string(), address).refine(addresses => 'public' in addresses, 'needs at least the address on the network "public"'),
  ssh,
  console: z.strictObject({ entry: z.string().min(1).optional(), prompt: z.string().min(1).default('>>') }).prefault({}),
  root: ssh.optional(),
})

const product = z.strictObject({ name, kind: z.enum(['prime', 'cucm']), licences: z.record(z.string(), z.int().nonnegative()), ssh, url: z.url({ protocol: /^https$/ }) })

const power = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('engine'), socket: z.string().min(1), containers: z.record(z.string(), z.string()) }),
  z.strictObject({ driver: z.literal('commands'), status: z.string().min(1), on: z.string().min(1), off: z.string().min(1), freezer: z.strictObject({ status: z.string().min(1), freeze: z.string().min(1), thaw: z.string().min(1) }).optional() }),
])

const serviceClock = z.strictObject({ set: z.string().min(1), unset: z.string().min(1), show: z.string().min(1) })

/** As scenarios name the services: the web application, and what decides who is active. */
const clocks = z.strictObject({ 'ssm-web': serviceClock, 'ssm-guard': serviceClock })

/** The whole of a target file; unknown keys are errors. Which bounds there are, the scenarios know (catalogue.ts). */
export const targetSchema = z.strictObject({
  name,
  system: z.enum(['ssm']),
  twin: z.boolean().default(false),
  nodes: z.array(node).length(2, 'an SSM On-Prem cluster has exactly two nodes')
    .refine(nodes => new Set(nodes.map(({ name }) => name)).size === nodes.length, 'two nodes have the same name')
    .refine(nodes => new Set(nodes.flatMap(({ addresses }) => Object.values(addresses))).size === nodes.flatMap(({ addresses }) => Object.values(addresses)).length, 'two networks or nodes have the same address'),
  vip: address,
  gui: z.strictObject({ url: z.url({ protocol: /^https$/ }), username: z.string().min(1), password: secretRef, ca: secretRef.optional() }),
  client: z.strictObject({ ssh, address }).optional(),
  surroundings: z.strictObject({ fqdn: z.string().min(1), licensingCa: secretRef, central: z.strictObject({ ssh, address }), products: z.array(product) }).optional(),
  power: power.optional(),
  databaseLog: absolutePath.optional(),
  databaseDisk: z.strictObject({ path: absolutePath, user: z.string().regex(/^[a-z_][\w-]*$/, 'must be the name of a user').default('root'), largestGiB: z.number().positive().default(16) }).optional(),
  clocks: clocks.optional(),
  capabilities: z.strictObject({ nft: z.boolean(), iptables: z.boolean().default(false), recorder: z.boolean(), sql: z.boolean() }).prefault({ nft: false, recorder: false, sql: false }),
  bounds: z.record(z.string().regex(/(Ms|PerSecond)$/, 'a bound is named with its unit: outageMs, loadPerSecond'), z.number().nonnegative()).default({}),
  workload: z.strictObject({ prefix: name, perSecond: z.number().positive().max(100), cleanUp: z.enum(['remove', 'keep']) }).optional(),
})

/** Throws ExitError 2 with file, line and what was expected. */
export function readTargetFile(path: string): Target {
  if (!existsSync(path)) throw new ExitError(exitCodes.usage, `no target is called ${path}, and no such file is there; twins: ssm-twin. \`haywire lab up ssm-twin\` writes a target file for a twin.`)
  const lines = new LineCounter()
  const document = parseDocument(readText(path), { lineCounter: lines })
  const syntax = document.errors[0]
  if (syntax) throw new ExitError(exitCodes.usage, `${path} is not YAML: ${syntax.message}`)
  const parsed = targetSchema.safeParse(document.toJS())
  if (!parsed.success) throw new ExitError(exitCodes.usage, `${path} is not a target file:\n${parsed.error.issues.map(issue => describe(issue, document, lines)).join('\n')}`)
  return parsed.data as Target
}

export function targetFileText(target: Target): string {
  return `# Written by \`haywire lab up\`. Use it with: haywire run --target THIS-FILE --yes ${target.name}\n${stringify(target)}`
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ExitError(exitCodes.usage, `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function describe(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): string {
  const path = issue.path.map(String)
  const line = lineOf(document, path, lines)
  return `  ${line ? `line ${line}: ` : ''}${path.join('.') || 'the file'}: ${issue.message}`
}

function lineOf(document: Document, path: string[], lines: LineCounter): number | undefined {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const at = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined
    if (at?.range) return lines.linePos(at.range[0]).line
  }
  return undefined
}
