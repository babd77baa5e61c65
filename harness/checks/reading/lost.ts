// Whether what a workload made, and was told is kept, is there in the end: once, on every server, and nothing that was refused.
import type { Check } from '../../check.ts'
import { evidenceOf, targetNodes } from './evidence.ts'
import { sinceFault } from './faults.ts'
import { conclude, finding, type Finding } from './findings.ts'
import { ledgerOf, type Ledger, type Made, type Making } from './ledger.ts'
import { atTime } from './say.ts'

/** Names that a message spells out; the rest are counted. */
const spelled = 5

/** A check that what was acknowledged is there in the end, once, wherever it is read. */
export function nothingAcknowledgedLost(name: string, statement: string, making: Making): Check {
  return {
    name,
    statement,
    applies: view => evidenceOf(view).ops.some(({ f }) => f === making.make),
    judge(view) {
      const { thing } = making
      const ledger = ledgerOf(view, making)
      const tried = [...ledger.made.values()]
      const acknowledged = tried.filter(one => one.acknowledged.length > 0)
      const { surfaces, missing } = finalReads(ledger, thing, ['vip', ...targetNodes(view).map(({ name }) => name)])
      const twice = acknowledged.filter(one => one.acknowledged.length > 1)
      const last = (one: Made): number => Math.max(...one.acknowledged.map(({ completed }) => completed))
      const found = surfaces.map(({ surface, read }) => {
        const there = new Map<string, number>()
        for (const name of read.names) there.set(name, (there.get(name) ?? 0) + 1)
        return { by: `${surface} ${atTime(read.completed)}`, t: read.completed, there }
      })
      /** What is wrong, with all the readings that show just these. */
      const wrong = (which: (there: Map<string, number>) => Made[], say: (made: Made[]) => string): Finding[] => {
        const groups = new Map<string, { made: Made[]; by: string[]; at: number[] }>()
        for (const { by, t, there } of found) {
          const made = which(there)
          if (made.length === 0) continue
          const group = groups.get(names(made)) ?? { made, by: [], at: made.slice(0, spelled).map(last) }
          group.by.push(by)
          group.at.push(t)
          groups.set(names(made), group)
        }
        return [...groups.values()].map(({ made, by, at }) => finding(`${say(made)}; read back through ${by.join(', ')}`, ...at.filter(Number.isFinite)))
      }
      const lossOf = (one: Made): string => `${one.name} (acknowledged ${atTime(last(one))}${servers(one)}, ${sinceFault(view, last(one))})`
      const broken: Finding[] = [
        ...wrong(there => acknowledged.filter(({ name }) => !there.has(name)), lost => `expected every acknowledged ${thing}; ${lost.length} of ${acknowledged.length} lost: ${lost.slice(0, spelled).map(lossOf).join(', ')}${rest(lost)}`),
        ...wrong(there => tried.filter(({ name }) => (there.get(name) ?? 0) > 1), doubled => `expected each ${thing} once; found more than once: ${names(doubled)}`),
        ...wrong(there => tried.filter(({ name, refused }) => refused && there.has(name)), refused => `expected no refused ${thing}; found all the same: ${names(refused)}`),
      ]
      if (twice.length > 0) broken.push(finding(`expected each ${thing} to be acknowledged once; acknowledged again, so the first was lost on the way: ${names(twice)}`, ...twice.slice(0, spelled).map(last)))
      if (acknowledged.length === 0) missing.push(finding(`no ${thing} was acknowledged, so none could be lost`))
      return conclude({
        broken,
        missing: [...ledger.odd, ...missing],
        seen: () => {
          const unclear = tried.filter(one => one.acknowledged.length === 0 && !one.refused).length
          return finding(`every acknowledged ${thing} is there once (${acknowledged.length}), through ${surfaces.map(({ surface }) => surface).join(', ')}, and no refused one (${tried.filter(({ refused }) => refused).length}); those of unknown fate may be there or not (${unclear})`, ...surfaces.map(({ read }) => read.completed))
        },
      })
    },
  }
}

/** For each surface the last reading that began after the last acknowledgement. */
function finalReads({ reads, lastAcknowledged }: Ledger, thing: string, wanted: string[]): { surfaces: { surface: string; read: Ledger['reads'][number] }[]; missing: Finding[] } {
  const all = [...new Set([...wanted, ...reads.flatMap(({ node }) => node ?? [])])]
  const surfaces: { surface: string; read: Ledger['reads'][number] }[] = []
  const missing: Finding[] = []
  for (const surface of all) {
    const own = reads.filter(({ node }) => node === surface)
    const read = own.findLast(({ invoked }) => invoked >= lastAcknowledged)
    const early = own.at(-1)
    if (read) surfaces.push({ surface, read })
    else if (early) missing.push(finding(`the ${thing}s were read back through ${surface} ${atTime(early.invoked)}, before the last was acknowledged (${atTime(lastAcknowledged)})`, early.invoked))
    else missing.push(finding(`the ${thing}s were never read back through ${surface}`))
  }
  return { surfaces, missing }
}

function servers({ acknowledged }: Made): string {
  const by = [...new Set(acknowledged.flatMap(({ node }) => node ?? []))]
  return by.length > 0 ? ` by ${by.join(' and ')}` : ''
}

function names(made: Made[]): string {
  return made.slice(0, spelled).map(({ name }) => name).join(', ') + rest(made)
}

function rest(made: Made[]): string {
  return made.length > spelled ? ` and ${made.length - spelled} more` : ''
}
