// What a node looks like before the first fault and after the last heal: everything that a fault of ours could leave behind.
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { Access, Shell } from '../access.ts'
import { now } from '../clock.ts'
import type { HistoryWriter } from '../history.ts'
import type { Folders } from '../systems/system.ts'
import type { Target } from '../target.ts'
import { shortly } from './looks.ts'
import { rounded } from './samples.ts'

export interface Residue {
  at: 'before' | 'after'
  /** tables, files and timers of ours; there should be none */
  ours: string[]
  /** every firewall table with a fingerprint of its rules; null where there is no nft */
  nft: string | null
  addresses: string[]
  constraints: string[]
  maintenance: boolean
  /** resources, defaults and properties of the cluster, line by line */
  configuration: string[]
  /** units that a boot starts */
  enabledUnits: string[]
  /** what lies in the product's own folders, by path; and those that are not there */
  files: string[]
  /** replication slots of the node's database; null where it is not read */
  slots: string[] | null
  /** of the time of day, against the harness's; 0 within what the question itself took */
  clockOffsetMs: number
  clockErrorMs: number
  power: string
  /** those that were told to stop (T), by name */
  stoppedProcesses: string[]
}

const limitMs = 15_000
/** After the path of a folder. */
const notThere = 'is not there'

/** Each section begins with its name in a line of its own. A command that is not there leaves its section without the line `ok`. */
const survey = (ownIn: string[], { paths }: Folders, sql: boolean): string => `section() { echo "== $1"; }
section ours; ls -d /run/haywire-* /var/lib/haywire-flight-*${ownIn.map(folder => ` ${folder}/haywire-*`).join('')} 2>/dev/null; systemctl list-units --all --plain --no-legend 'haywire-*' 2>/dev/null | cut -d' ' -f1; iptables-save 2>/dev/null | sed -n 's/^:\\(HAYWIRE_[^ ]*\\).*/\\1/p'
section nft; command -v nft >/dev/null && { nft -s list ruleset 2>/dev/null && echo ok; }
section addresses; ip -o addr show scope global && echo ok
section cib; { cibadmin --query 2>/dev/null || CIB_file=/var/lib/pacemaker/cib/cib.xml cibadmin --query; } && echo ok
section units; units=$(systemctl list-unit-files --plain --no-legend --state=enabled 2>/dev/null) && { echo "$units" | cut -d' ' -f1; echo ok; }
section files; failed=; for folder in ${paths.join(' ')}; do if [ -d $folder ]; then find $folder -mindepth 1 -maxdepth 1 || failed=yes; else echo "$folder ${notThere}"; fi; done; [ -n "$failed" ] || echo ok
${sql ? `section slots; cd /; runuser -u postgres -- psql -XAtq -d postgres -c 'select slot_name from pg_replication_slots where not temporary' 2>/dev/null && echo ok
` : ''}section stopped; grep -hs '' /proc/[0-9]*/stat; echo ok`

/** A sample of each node; an error in its place where it could not be looked at. */
export async function snapshotResidue({ access, history, target, folders, at, signal }: { access: Access; history: HistoryWriter; target: Target; folders: Folders; at: Residue['at']; signal: AbortSignal }): Promise<void> {
  await Promise.all(target.nodes.map(async ({ name: node }) => {
    const t = now(history.clock)
    const seen = await look(node).then(value => ({ value }), (error: unknown) => ({ error: shortly(error) }))
    history.append({ type: 'sample', t, probe: 'residue', node, tookMs: rounded(now(history.clock) - t), ...seen })
  }))

  async function look(node: string): Promise<Residue> {
    const shell = access.root(node)
    const { stdout } = await shell.run(survey(target.databaseDisk ? [target.databaseDisk.path] : [], folders, target.capabilities.sql), { signal, timeoutMs: limitMs })
    const clock = await timeOfDay(shell, signal)
    const power = target.power ? await access.power(node).status(signal) : 'on'
    const seen = readSurvey(stdout)
    if (target.capabilities.sql && seen.slots === null) throw new Error('slots could not be looked at')
    const files = seen.files.filter(path => !folders.mayChange.includes(basename(path)))
    return { at, ...seen, files, ...clock, power }
  }
}

/** Throws when a section is missing: what was not looked at is not the same as nothing. */
export function readSurvey(text: string): Omit<Residue, 'at' | 'clockOffsetMs' | 'clockErrorMs' | 'power'> {
  const sections = new Map(text.split(/^== /m).slice(1).map(part => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1).split('\n').filter(line => line !== '')]))
  const lines = (name: string): string[] => {
    const found = sections.get(name) ?? []
    if (found.pop() !== 'ok') throw new Error(`${name} could not be looked at`)
    return found
  }
  const tables = sections.get('nft')?.at(-1) === 'ok' ? tablesOf(lines('nft')) : null
  const cib = lines('cib').join('\n')
  return {
    ours: [
      ...[...(tables?.keys() ?? [])].filter(name => / haywire_/.test(name)),
      // What is left of a lease or a recorder; a unit that belongs to a twin itself (haywire-boot) is none of it.
      ...(sections.get('ours') ?? []).filter(name => name.startsWith('/') || name.startsWith('HAYWIRE_') || /^haywire-[0-9a-f]{8}\./.test(name)),
    ],
    nft: tables && [...tables].map(([name, rules]) => `${name} ${createHash('sha256').update(rules).digest('hex').slice(0, 8)}`).sort().join(', '),
    addresses: lines('addresses').flatMap(line => /\sinet6? (\S+)/.exec(line)?.[1] ?? []).sort(),
    constraints: constraintsOf(cib),
    maintenance: inMaintenance(cib),
    configuration: configurationOf(cib),
    enabledUnits: lines('units').sort(),
    files: lines('files').sort(),
    slots: sections.get('slots')?.at(-1) === 'ok' ? lines('slots').sort() : null,
    stoppedProcesses: lines('stopped').flatMap(line => /^\d+ \((.*)\) T /.exec(line)?.[1] ?? []).sort(),
  }
}

/**
 * The rules of each table, without those of Docker's own name service: their ports change with each start of a container. iptables makes
 * tables when it is first asked, and leaves them: one without a single rule lets everything pass, as none does.
 */
function tablesOf(lines: string[]): Map<string, string> {
  const tables = new Map<string, string>()
  const ruling = new Set<string>()
  let name = ''
  for (const line of lines.filter(line => !line.startsWith('#'))) {
    const begin = /^table (.*) \{$/.exec(line)
    if (begin) name = begin[1] ?? ''
    else if (!line.includes('127.0.0.11')) tables.set(name, `${tables.get(name) ?? ''}${line}\n`)
    if (/ haywire_/.test(name) || (!begin && !/^\s*(?:chain \S+ \{|\}|type \S+ hook .*policy accept;)$/.test(line))) ruling.add(name)
  }
  return new Map([...tables].filter(([name]) => ruling.has(name)))
}

/** Each rule as one line of XML, by its id. */
function constraintsOf(cib: string): string[] {
  const [, inside = ''] = /<constraints>([\s\S]*?)<\/constraints>/.exec(cib) ?? []
  return inside.split(/^(?= {6}<(?!\/))/m).map(part => part.replaceAll(/>\s+</g, '><').trim()).filter(part => part !== '').sort()
}

/** Without what changes by itself, or is looked at apart: when failures were forgotten last, maintenance, what ocf:heartbeat:pgsql notes at each promotion, and groups of attributes without any. */
function configurationOf(cib: string): string[] {
  return ['crm_config', 'resources', 'rsc_defaults', 'op_defaults']
    .flatMap(section => new RegExp(String.raw`<${section}>([\s\S]*?)</${section}>`).exec(cib)?.[1]?.split('\n') ?? [])
    .map(line => line.trim())
    .filter(line => line !== '' && !/name="(?:last-lrm-refresh|maintenance-mode|[^"]*_REPL_INFO)"|id="replication_info"|<meta_attributes [^>]*\/>/.test(line))
    .sort()
}

/** The cluster, a node of it or a resource of it is kept from acting. */
function inMaintenance(cib: string): boolean {
  const [configuration = ''] = cib.split('<status>')
  return [...configuration.matchAll(/<nvpair [^>]*>/g)].some(([pair]) =>
    /name="(maintenance-mode|maintenance|standby)" value="(true|on|yes|1)"|name="is-managed" value="(false|off|no|0)"/.test(pair))
}

async function timeOfDay(shell: Shell, signal: AbortSignal): Promise<{ clockOffsetMs: number; clockErrorMs: number }> {
  const asked = Date.now()
  const { stdout } = await shell.run('date +%s%N', { signal, timeoutMs: limitMs })
  const answered = Date.now()
  // Our own clock is read in whole milliseconds.
  const errorMs = (answered - asked) / 2 + 1
  const offsetMs = Number(BigInt(stdout.trim()) / 1000n) / 1000 - (asked + answered) / 2
  return { clockOffsetMs: Math.abs(offsetMs) <= errorMs ? 0 : rounded(offsetMs), clockErrorMs: errorMs }
}
