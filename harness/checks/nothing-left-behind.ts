// After the scenario each node is as it was before: nothing of ours is left, and nothing of the cluster's own was changed. Roles may have moved.
import type { Check, ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf } from './reading/evidence.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { auditsOf, type Audit } from './reading/residue.ts'
import { atTime } from './reading/say.ts'
import { watchOf } from './reading/watch.ts'

/** A clock that moved less was corrected by its own daemon, not set, in ms. */
const clockMovedMs = 500

export const nothingLeftBehind: Check = {
  name: 'nothing-left-behind',
  statement: 'Firewall, addresses, constraints, maintenance, configuration, what a boot starts, clocks, power and processes of each node are as before, its folders have the same files, its databases keep no more for others, and nothing of ours is left.',
  applies: view => evidenceOf(view).samples.has('residue'),
  judge(view) {
    const audits = auditsOf(view)
    const healed = evidenceOf(view).faults.at(-1)?.t ?? -Infinity
    const judged = audits.map(audit => compare(view, audit))
    return conclude({
      broken: [...judged.flatMap(({ broken }) => broken), ...slotsCome(audits)],
      missing: [
        ...audits.flatMap(({ odd }) => odd),
        ...(audits.length === 0 ? [finding('no node was looked at')] : []),
        ...judged.flatMap(({ missing }) => missing),
        ...audits.flatMap(({ node, after }) => (after && after.t < healed ? [finding(`${node} was looked at ${atTime(after.t)}, before the last fault was over (${atTime(healed)})`, after.t)] : [])),
        ...audits.flatMap(({ node, before }) => (before && before.t > watchOf(view).from && healed > -Infinity ? [finding(`${node} was first looked at ${atTime(before.t)}, after the first fault`, before.t)] : [])),
      ],
      seen: () => finding(`nothing is left on ${audits.map(({ node }) => node).join(' and ')}`, ...audits.flatMap(({ after }) => after?.t ?? [])),
    })
  },
}

function compare(view: ScenarioView, { node, before, after }: Audit): { broken: Finding[]; missing: Finding[] } {
  const broken: Finding[] = []
  const missing: Finding[] = []
  if (!before || !after) {
    const absent = [...(before ? [] : ['before']), ...(after ? [] : ['after'])].join(' and ')
    return { broken, missing: [finding(`${node} was not looked at ${absent} the scenario`)] }
  }
  const vip = typeof view.run?.target?.vip === 'string' ? view.run.target.vip : undefined
  const look = <T>(field: string, read: (value: unknown) => T | undefined, judge: (was: T, is: T) => string | undefined): void => {
    const was = read(before.fields[field])
    const is = read(after.fields[field])
    if (was === undefined || is === undefined) {
      missing.push(finding(`${node}: ${field} was not recorded ${was === undefined ? 'before' : 'after'}`, was === undefined ? before.t : after.t))
      return
    }
    const problem = judge(was, is)
    if (problem) broken.push(finding(`expected ${node} as before; ${problem} (before ${atTime(before.t)}, after ${atTime(after.t)})`, before.t, after.t))
  }
  look('ours', list, (was, is) => (is.length > 0 ? `of ours there is still ${is.join(', ')}${was.length > 0 ? ` (before: ${was.join(', ')})` : ''}` : undefined))
  look('nft', plain, (was, is) => (was === is ? undefined : `the firewall rules changed from ${was} to ${is}`))
  if (vip === undefined) missing.push(finding(`no run event names the VIP, so it is not known which addresses of ${node} may have moved`))
  else look('addresses', list, (was, is) => changed('addresses', was.filter(address => !isVip(address, vip)), is.filter(address => !isVip(address, vip))))
  look('constraints', list, (was, is) => changed('cluster constraints', was, is))
  look('maintenance', flag, (was, is) => (was === is ? undefined : `maintenance was ${was} and is ${is}`))
  look('configuration', list, (was, is) => changed('cluster configuration', was, is))
  look('enabledUnits', list, (was, is) => changed('what a boot starts', was, is))
  look('files', list, (was, is) => changed('files of the product', was, is))
  // An answer too: nobody may read the database. How many there are is judged for all nodes together.
  look('slots', value => (value === null ? [] : list(value)), () => undefined)
  look('clockOffsetMs', number, (was, is) => (Math.abs(is - was) <= clockMovedMs ? undefined : `the clock moved by ${sayMs(Math.abs(is - was))}`))
  look('power', plain, (was, is) => (was === is ? undefined : `power was ${was} and is ${is}`))
  look('stoppedProcesses', list, (was, is) => changed('stopped processes', was, is))
  return { broken, missing }
}

/** A replication slot keeps the log for whoever named it. With the roles it may go to the other server; more of them fill the disk. */
function slotsCome(audits: Audit[]): Finding[] {
  const slots = (at: 'before' | 'after'): string[] => audits.flatMap(({ node, [at]: audit }) => (list(audit?.fields.slots) ?? []).map(slot => `${slot} on ${node}`))
  // Of a database that could not be read, or may not be, nobody knows.
  if (!audits.every(({ before, after }) => list(before?.fields.slots) && list(after?.fields.slots))) return []
  const [was, is] = [slots('before'), slots('after')]
  const seen = audits.flatMap(({ after }) => after?.t ?? [])
  return is.length > was.length
    ? [finding(`expected no more replication slots than before, ${was.length}; there are ${is.length}: ${is.filter(slot => !was.includes(slot)).join(', ')}`, ...seen)]
    : []
}

function changed(what: string, was: string[], is: string[]): string | undefined {
  const gone = was.filter(item => !is.includes(item))
  const come = is.filter(item => !was.includes(item))
  if (gone.length + come.length === 0) return undefined
  return `${what}: ${[...(come.length > 0 ? [`${come.join(', ')} came`] : []), ...(gone.length > 0 ? [`${gone.join(', ')} went`] : [])].join(', ')}`
}

/** The VIP is where the active server is, and roles may have moved. */
function isVip(address: string, vip: string): boolean {
  return address === vip || address.startsWith(`${vip}/`)
}

function list(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(item => (typeof item === 'string' ? item : JSON.stringify(item))) : undefined
}

/** `null` is an answer: there is no nft. What iptables has of others is not compared. */
function plain(value: unknown): string | undefined {
  return typeof value === 'string' || value === null ? String(value ?? 'none') : undefined
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
