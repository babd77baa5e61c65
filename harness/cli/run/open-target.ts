// Where a cluster comes from: a twin that is started here, or a real one that is there already.
import type { Target } from '../../target.ts'
import type { Defect } from '../defect.ts'
import { readTargetFile } from '../target-file.ts'
import { twins } from '../twins.ts'
import { requireFree } from './lock.ts'
import { requireReachable } from './reachable.ts'

export interface UpOptions {
  defects: Defect[]
  say(text: string): void
  signal: AbortSignal
  /** the twin may stay when this process has ended */
  keep?: boolean
  /** of a twin: which of the document's */
  demonstration?: string | undefined
  /** of a twin: whether anything stands around it */
  surroundings?: boolean
  /** of a twin: whether each server's database has a disk of its own */
  databaseDisks?: boolean
}

export interface UpTarget {
  target: Target
  down(): Promise<void>
}

export interface OpenTarget {
  system: string
  nodes: string[]
  /** the target file's content; absent for a twin */
  real?: Target
  /** the target as far as it is known before it is up: a twin's addresses are chosen when it starts */
  described: Target
  /** Throws ExitError 3 when the cluster cannot be reached, or the twin cannot be made. */
  up(options: UpOptions): Promise<UpTarget>
}

/** `ssm-twin`, or the path of a target file. */
export function openTarget(name: string): OpenTarget {
  const twin = twins[name]
  if (twin) return { system: twin.system, nodes: twin.nodes, described: twin.described, up: options => twin.up(options) }
  const real = readTargetFile(name)
  return {
    system: real.system,
    nodes: real.nodes.map(node => node.name),
    real,
    described: real,
    async up({ signal }) {
      requireFree(real.name)
      await requireReachable(real, signal)
      return { target: real, async down() { /* a real cluster stays as it is */ } }
    },
  }
}
