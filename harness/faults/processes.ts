// Which processes make up a service: those of its systemd unit, or those with exactly its name, or one of several.
import { quote } from '../access.ts'
import { eventually } from '../eventually.ts'
import type { FaultContext } from '../fault.ts'
import type { ProcessIdentity } from '../process-identity.ts'
import { asRoot } from './on-node.ts'

export interface Unit {
  /** its full name: `corosync.service` */
  id: string
  controlGroup: string
  /** started by systemd at boot, rather than by the product */
  enabled: boolean
}

/** What to look for, resolved once: names of processes, or the unit where there is an active one of the only name. */
export interface Service {
  names: string[]
  unit?: Unit
}

/** For people. */
export function sayService({ names = [] }: Partial<Pick<Service, 'names'>>): string {
  return names[0] !== undefined && names.length > 1 ? `${names[0]} and ${names.length - 1} more` : (names[0] ?? 'a service')
}

export interface SeenProcess extends ProcessIdentity {
  /** its first 15 characters */
  name: string
  /** as in /proc/PID/stat: R, S, D, T … */
  state: string
}

/** A database that is started anew needs a second. */
const startsWithin = '5s'

/** Names of units and processes are put into commands: nothing else gets in. */
const namePattern = /^[A-Za-z0-9@:._-]+$/

async function findService(names: string[], node: string, context: FaultContext): Promise<Service> {
  const odd = names.find(name => !namePattern.test(name))
  if (odd !== undefined) throw new Error(`not the name of a unit or a process: ${JSON.stringify(odd)}`)
  const [name, ...more] = names
  if (name === undefined || more.length > 0) return { names }
  const shown = await asRoot(node, `if [ -d /run/systemd/system ]; then systemctl show -p Id -p ActiveState -p ControlGroup -p UnitFileState -- ${quote(name)}; fi`, context)
  const property = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(shown)?.[1] ?? ''
  const controlGroup = property('ControlGroup')
  // The root control group is everything: a unit without one of its own has no processes.
  const active = ['active', 'activating', 'reloading'].includes(property('ActiveState')) && controlGroup.length > 1
  return { names, ...(active ? { unit: { id: property('Id'), controlGroup, enabled: property('UnitFileState') === 'enabled' } } : {}) }
}

/** The service and its processes; rejects where one of several names has none: the fault would be less than it says. One that is just being started anew is waited for. */
export async function runningService(names: string[], node: string, context: FaultContext): Promise<{ service: Service; processes: SeenProcess[] }> {
  const { value } = await eventually(`${sayService({ names })} runs on ${node}`, async () => {
    const service = await findService(names, node, context)
    const processes = await processesOf(service, node, context)
    const absent = service.unit ? [] : names.filter(name => !processes.some(process => process.name === name.slice(0, 15)))
    const runs = processes.length > 0 && absent.length === 0
    return { value: { service, processes }, satisfied: runs, observed: runs ? 'it runs' : `there is neither an active unit ${(absent.length > 0 ? absent : names).join(' or ')} nor a process of that name` }
  }, { within: startsWithin, every: '50ms', signal: context.signal })
  return value
}

/** The service's processes of this moment. Throws when we would be among them, and when pid 1 would. */
export async function processesOf({ names, unit }: Service, node: string, context: FaultContext): Promise<SeenProcess[]> {
  const listing = await asRoot(node, `echo "self $$"; grep -s '' /proc/[0-9]*/stat /proc/[0-9]*/cgroup; exit 0`, context)
  const all = parseListing(listing)
  const found = all.filter(process => (unit ? process.groups.some(group => group === unit.controlGroup || group.startsWith(`${unit.controlGroup}/`)) : names.some(name => process.name === name.slice(0, 15))))
  const ourselves = lineage(all, Number(/^self (\d+)$/m.exec(listing)?.[1]))
  const fatal = found.find(({ pid }) => pid === 1 || ourselves.has(pid))
  if (fatal) throw new Error(`${sayService({ names })} on ${node} is what we reach the node by (process ${fatal.pid}, ${fatal.name}); without it nobody could heal`)
  return found.map(({ pid, startTime, state, name }) => ({ pid, startTime, state, name }))
}

/** Those of these processes that are still there, with their present state. */
export async function stillThere(processes: ProcessIdentity[], node: string, context: FaultContext): Promise<SeenProcess[]> {
  const listing = await asRoot(node, `grep -s '' ${processes.map(({ pid }) => `/proc/${pid}/stat`).join(' ')} /dev/null; exit 0`, context)
  return parseListing(listing).filter(({ pid, startTime }) => processes.some(process => process.pid === pid && process.startTime === startTime))
}

interface ListedProcess extends SeenProcess {
  parent: number
  groups: string[]
}

function parseListing(text: string): ListedProcess[] {
  const processes = new Map<number, ListedProcess>()
  for (const [, pid, name = '', state = '', parent, rest = ''] of text.matchAll(/^\/proc\/(\d+)\/stat:\d+ \((.*)\) (\S) (\d+) (.*)$/gm)) {
    // The start time is field 22, and `rest` begins with field 5.
    const startTime = rest.split(' ')[17]
    if (startTime !== undefined && state !== 'Z' && state !== 'X') processes.set(Number(pid), { pid: Number(pid), startTime, state, name, parent: Number(parent), groups: [] })
  }
  for (const [, pid, group = ''] of text.matchAll(/^\/proc\/(\d+)\/cgroup:\d+:[^:]*:(.*)$/gm)) processes.get(Number(pid))?.groups.push(group)
  return [...processes.values()]
}

/** The process and all that it descends from. */
function lineage(all: ListedProcess[], pid: number): Set<number> {
  const found = new Set<number>()
  for (let current = pid; current > 0 && !found.has(current);) {
    found.add(current)
    current = all.find(process => process.pid === current)?.parent ?? 0
  }
  return found
}

/** Shell commands that send the signal to each of these processes that is still the same; one that ends in that very moment needs none. */
export function signalEach(signal: 'KILL' | 'STOP' | 'CONT', processes: ProcessIdentity[]): string {
  return `for entry in ${processes.map(({ pid, startTime }) => `${pid}:${startTime}`).join(' ')}; do
  stat=$(cat /proc/\${entry%:*}/stat 2>/dev/null) || continue
  set -- \${stat##*) }
  if [ "\${20}" = "\${entry#*:}" ]; then kill -${signal} \${entry%:*} 2>/dev/null || [ ! -e /proc/\${entry%:*} ] || exit 1; fi
done`
}
