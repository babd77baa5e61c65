// A scenario is a value: what it promises, what it covers, and the body that injects faults and tells what it sees.
import { milliseconds, type Duration } from './duration.ts'
import type { Bounds } from './history.ts'
import type { ExpectedLine } from './logs.ts'

export interface Bound {
  /** ms, or per second where the name says so */
  limit: number
  /** where it comes from */
  source: string
}

export interface Scenario<Body = (...parts: never[]) => Promise<void>> {
  /** `system/file-name-without-ending` */
  id: string
  system: string
  /** the promise, as a sentence */
  title: string
  /** the option of `haywire run` without which it does not run */
  onlyWith?: string
  /**
   * It takes the cluster apart, on a real one only with `--destroy`: `for a while` puts it together again; after `for good` nothing can be run or removed, so it is the last.
   */
  destroys?: 'for a while' | 'for good'
  /** not among those that every change is tested with (`run --short`, `npm test`): a variation of one that is */
  long?: true
  /** acceptance rows */
  covers: string[]
  /** names of the checks that judge it */
  promises: string[]
  /** its own limits, by name; a target may override them */
  bounds: Record<string, Bound>
  /** the body is ended after that long: a scenario that hangs is inconclusive */
  limit: Duration
  /** capabilities without which it is skipped: `root-shell`, `power`, `reinstall`, `firewall` (nft, or iptables), `nft`, `freezer`, `clocks` (of its services), `network-cards` (that can be taken away), `recorder`, `sql`, `client`, `surroundings`, `database-disk`; `workload`, the client that creates accounts all the time; `full-load`, as fast as those can; `accounts`, leave to create some itself. Workload and flight recorders run for those that need them */
  needs: string[]
  /** lines of the product's logs that only it expects, beside those that the system's list has */
  expectedLines?: ExpectedLine[]
  /** capabilities that it makes use of where the target has them */
  uses?: string[]
  body: Body
}

/** A scenario's own limits with the target's in their place where it has them. */
export function boundsFor(scenario: Pick<Scenario, 'bounds'>, overrides: Bounds): { bounds: Bounds; boundSources: Record<string, string> } {
  const bounds: Bounds = {}
  const boundSources: Record<string, string> = {}
  for (const [name, { limit, source }] of Object.entries(scenario.bounds)) {
    bounds[name] = overrides[name] ?? limit
    boundSources[name] = name in overrides ? 'the target file' : source
  }
  return { bounds, boundSources }
}

/** How long its body may take on that target, in ms: in proportion longer where the target's own bounds allow what it waits for more time. */
export function limitFor({ limit, bounds }: Pick<Scenario, 'limit' | 'bounds'>, overrides: Bounds): number {
  const waitedFor = Object.entries(bounds).filter(([name]) => name.endsWith('Ms') && name !== 'hostLateMs')
  const sum = (of: (name: string, usual: number) => number): number => waitedFor.reduce((total, [name, { limit: usual }]) => total + of(name, usual), 0)
  const usually = sum((_, usual) => usual)
  return milliseconds(limit) * (usually === 0 ? 1 : sum((name, usual) => Math.max(usual, overrides[name] ?? 0)) / usually)
}
