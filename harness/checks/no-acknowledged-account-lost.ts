// An account whose creation was acknowledged is there at the end, once, on every server; one that was refused is not.
import type { Check } from '../check.ts'
import { evidenceOf, targetNodes } from './reading/evidence.ts'
import { sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { ledgerOf, type Account, type Ledger } from './reading/ledger.ts'
import { atTime } from './reading/say.ts'

/** Names that a message spells out; the rest are counted. */
const spelled = 5

export const noAcknowledgedAccountLost: Check = {
  name: 'no-acknowledged-account-lost',
  statement: 'Every acknowledged account is there at the end, exactly once, through the VIP and on every server; no refused one is.',
  applies: view => evidenceOf(view).ops.some(({ f }) => f === 'create'),
  judge(view) {
    const ledger = ledgerOf(view)
    const accounts = [...ledger.accounts.values()]
    const acknowledged = accounts.filter(account => account.acknowledged.length > 0)
    const { surfaces, missing } = finalReads(ledger, ['vip', ...targetNodes(view).map(({ name }) => name)])
    const twice = acknowledged.filter(account => account.acknowledged.length > 1)
    const last = (account: Account): number => Math.max(...account.acknowledged.map(({ completed }) => completed))
    const found = surfaces.map(({ surface, read }) => {
      const there = new Map<string, number>()
      for (const name of read.names) there.set(name, (there.get(name) ?? 0) + 1)
      return { by: `${surface} ${atTime(read.completed)}`, t: read.completed, there }
    })
    /** The accounts that are wrong, with all the readings that show just these. */
    const wrong = (which: (there: Map<string, number>) => Account[], say: (accounts: Account[]) => string): Finding[] => {
      const groups = new Map<string, { accounts: Account[]; by: string[]; at: number[] }>()
      for (const { by, t, there } of found) {
        const accounts = which(there)
        if (accounts.length === 0) continue
        const group = groups.get(names(accounts)) ?? { accounts, by: [], at: accounts.slice(0, spelled).map(last) }
        group.by.push(by)
        group.at.push(t)
        groups.set(names(accounts), group)
      }
      return [...groups.values()].map(({ accounts, by, at }) => finding(`${say(accounts)}; read back through ${by.join(', ')}`, ...at.filter(Number.isFinite)))
    }
    const lossOf = (account: Account): string => `${account.name} (acknowledged ${atTime(last(account))}${servers(account)}, ${sinceFault(view, last(account))})`
    const broken: Finding[] = [
      ...wrong(there => acknowledged.filter(({ name }) => !there.has(name)), lost => `expected every acknowledged account; ${lost.length} of ${acknowledged.length} lost: ${lost.slice(0, spelled).map(lossOf).join(', ')}${rest(lost)}`),
      ...wrong(there => accounts.filter(({ name }) => (there.get(name) ?? 0) > 1), doubled => `expected each account once; found more than once: ${names(doubled)}`),
      ...wrong(there => accounts.filter(({ name, refused }) => refused && there.has(name)), refused => `expected no refused account; found all the same: ${names(refused)}`),
    ]
    if (twice.length > 0) broken.push(finding(`expected each creation to be acknowledged once; acknowledged again, so the first was lost on the way: ${names(twice)}`, ...twice.slice(0, spelled).map(last)))
    if (acknowledged.length === 0) missing.push(finding('no account was acknowledged, so none could be lost'))
    return conclude({
      broken,
      missing: [...ledger.odd, ...missing],
      seen: () => {
        const unclear = accounts.filter(account => account.acknowledged.length === 0 && !account.refused).length
        return finding(`every acknowledged account is there once (${acknowledged.length}), through ${surfaces.map(({ surface }) => surface).join(', ')}, and no refused one (${accounts.filter(({ refused }) => refused).length}); those of unknown fate may be there or not (${unclear})`, ...surfaces.map(({ read }) => read.completed))
      },
    })
  },
}

/** For each surface the last reading that began after the last acknowledgement. */
function finalReads({ reads, lastAcknowledged }: Ledger, wanted: string[]): { surfaces: { surface: string; read: Ledger['reads'][number] }[]; missing: Finding[] } {
  const all = [...new Set([...wanted, ...reads.flatMap(({ node }) => node ?? [])])]
  const surfaces: { surface: string; read: Ledger['reads'][number] }[] = []
  const missing: Finding[] = []
  for (const surface of all) {
    const own = reads.filter(({ node }) => node === surface)
    const read = own.findLast(({ invoked }) => invoked >= lastAcknowledged)
    const early = own.at(-1)
    if (read) surfaces.push({ surface, read })
    else if (early) missing.push(finding(`the accounts were read back through ${surface} ${atTime(early.invoked)}, before the last was acknowledged (${atTime(lastAcknowledged)})`, early.invoked))
    else missing.push(finding(`the accounts were never read back through ${surface}`))
  }
  return { surfaces, missing }
}

function servers({ acknowledged }: Account): string {
  const by = [...new Set(acknowledged.flatMap(({ node }) => node ?? []))]
  return by.length > 0 ? ` by ${by.join(' and ')}` : ''
}

function names(accounts: Account[]): string {
  return accounts.slice(0, spelled).map(({ name }) => name).join(', ') + rest(accounts)
}

function rest(accounts: Account[]): string {
  return accounts.length > spelled ? ` and ${accounts.length - spelled} more` : ''
}
