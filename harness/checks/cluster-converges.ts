// When the last fault is over the cluster is whole again within the bound, and stays so.
import { unknown, type Check, type ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { evidenceOf, nodesOf, readingsOf, sourcesOf, type Reading } from './reading/evidence.ts'
import { calms, ended, faultsOf, sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { atTime, boundOf, fromTo, margin, noBound, type Bound } from './reading/say.ts'
import { readAnswer, readHaPage, readSql, receiving, streaming, type Sql } from './reading/shapes.ts'
import { gapLimitMs, watchOf } from './reading/watch.ts'

/** What was seen at a moment: `why` it is not whole, or that it is. */
interface Look {
  t: number
  why: string | undefined
}

export const clusterConverges: Check = {
  name: 'cluster-converges',
  statement: 'After each heal one server is active, the other follows, the VIP answers and the GUI says Normal within the bound, until the next fault.',
  timed: true,
  applies: view => boundOf(view, 'convergenceMs') !== undefined && evidenceOf(view).samples.has('sql') && evidenceOf(view).faults.length > 0,
  judge(view) {
    const bound = boundOf(view, 'convergenceMs')
    if (!bound) return unknown(noBound('convergenceMs'))
    const { nodes, sql, gui, wire, databases, others, healed } = looksAt(view)
    const judged = healed.map(calm => converged(view, calm, databases, others, nodes, bound))
    const lookedAtTheEnd = (readings: Reading<unknown>[], limitMs: number): boolean => healed.every(calm =>
      readings.some(({ t, value }) => value !== undefined && t <= calm.to && t >= Math.max(calm.from, calm.to - limitMs)))
    const slowest = judged.flatMap(({ tookMs }) => tookMs ?? []).sort((a, b) => b - a)[0] ?? 0
    return conclude({
      broken: judged.flatMap(({ broken }) => broken),
      missing: [
        ...[gui, ...sql, ...wire].flatMap(({ odd }) => odd),
        ...(nodes.length < 2 ? [finding('sql samples of at least two nodes are needed')] : []),
        ...(healed.length === 0 ? [finding('no heal was seen, so there was nothing to converge after')] : []),
        ...(lookedAtTheEnd(gui.readings, gapLimitMs.gui) ? [] : [finding('the GUI did not speak at the end of each time without a fault')]),
        ...(wire.some(({ readings }) => lookedAtTheEnd(readings, gapLimitMs['vip-https'])) ? [] : [finding('there is no answer by HTTPS at the end of each time without a fault')]),
        ...judged.flatMap(({ missing }) => missing),
      ],
      seen: () => finding(`whole again at most ${sayMs(slowest)} after ${healed.length === 1 ? 'the heal' : `each of ${healed.length} heals`}; allowed are ${bound.said}: ${margin(slowest, bound.limit)}`, ...healed.map(({ from }) => from)),
    })
  },
}

/** From the heal of a fault to a whole cluster. */
export interface Convergence {
  fault: string
  node: string
  /** null: it is not known that it was whole */
  ms: number | null
  boundMs: number
}

/** One for each time in which nothing was broken, in their order. */
export function convergences(view: ScenarioView): Convergence[] {
  const bound = boundOf(view, 'convergenceMs')
  if (!bound || !clusterConverges.applies(view)) return []
  const { nodes, databases, others, healed } = looksAt(view)
  return healed.flatMap(calm => {
    const { tookMs } = converged(view, calm, databases, others, nodes, bound)
    const last = faultsOf(view).findLast(fault => ended(fault) === calm.from)
    return last ? [{ fault: last.fault, node: last.node, ms: tookMs === undefined ? null : Math.round(tookMs), boundMs: bound.limit }] : []
  })
}

/** What databases, page and wire said, and when nothing was broken. */
function looksAt(view: ScenarioView) {
  const nodes = nodesOf(view)
  const sql = nodes.map(node => ({ node, ...readingsOf(view, { probe: 'sql', node }, readSql) }))
  const to = Math.max(watchOf(view).to, sql.length > 0 ? Math.min(...sql.map(({ readings }) => readings.at(-1)?.t ?? -Infinity)) : -Infinity)
  const gui = readingsOf(view, { probe: 'gui' }, readHaPage)
  const wire = sourcesOf(view, 'vip-https', 'from').map(from => ({ from, ...readingsOf(view, { probe: 'vip-https', from }, readAnswer) }))
  const others: Look[] = [
    ...gui.readings.flatMap(({ t, value }) => (value ? [{ t, why: value.cluster === 'Normal' ? undefined : 'the GUI said Degraded' }] : [])),
    ...wire.flatMap(({ from, readings }) => readings.map(({ t, value }) => ({ t, why: value?.ok ? undefined : `the VIP gave no good answer to ${from}` }))),
  ].sort((a, b) => a.t - b.t)
  const healed = calms(view, to).flatMap(calm => (calm.from === undefined ? [] : [{ from: calm.from, to: calm.to }]))
  return { nodes, sql, gui, wire, databases: databaseLooks(sql), others, healed }
}

/** After each answer of any database: whether, by the latest of each, one streams and the others receive. */
function databaseLooks(sql: { node: string; readings: Reading<Sql>[] }[]): (Look & { node: string; silent: boolean })[] {
  const latest = new Map<string, Sql | undefined>()
  return sql
    // Whoever was kept waiting saw nothing, of the database or of anything else: SSH itself may hang.
    .flatMap(({ node, readings }) => readings.filter(({ error }) => error !== 'timeout').map(({ t, value }) => ({ node, t, value })))
    .sort((a, b) => a.t - b.t)
    .map(({ node, t, value }) => {
      latest.set(node, value)
      return { node, t, silent: value === undefined, why: unwhole([...latest]) }
    })
}

function unwhole(latest: [string, Sql | undefined][]): string | undefined {
  const down = latest.find(([, sql]) => sql === undefined)
  if (down) return `the database of ${down[0]} did not answer`
  const primaries = latest.filter(([, sql]) => sql?.inRecovery === false)
  const [primary] = primaries
  if (!primary || primaries.length > 1) return primary ? `${primaries.map(([node]) => node).join(' and ')} were primary` : 'no database was primary'
  if (primary[1] && !streaming(primary[1])) return `${primary[0]} streamed to nobody`
  const idle = latest.find(([, sql]) => sql?.inRecovery === true && !receiving(sql))
  return idle ? `${idle[0]} received nothing` : undefined
}

function converged(view: ScenarioView, { from, to }: { from: number; to: number }, databases: (Look & { node: string; silent: boolean })[], others: Look[], nodes: string[], bound: Bound): { broken: Finding[]; missing: Finding[]; tookMs?: number } {
  const unheard = nodes.filter(node => !databases.some(look => look.node === node && look.t <= to && look.t >= Math.max(from, to - gapLimitMs.sql)))
  const heal = `the heal ${atTime(from)}`
  if (unheard.length > 0) return { broken: [], missing: [finding(`there is no sql of ${unheard.join(' and ')} just before ${atTime(to).slice(3)}, so it is not known whether the cluster was whole after ${heal}`, from, to)] }
  const inCalm = (looks: Look[]): Look[] => looks.filter(({ t }) => t >= from && t <= to)
  const bad = [...inCalm(databases), ...inCalm(others)].filter(({ why }) => why !== undefined).sort((a, b) => a.t - b.t)
  const last = bad.at(-1)
  const whole = inCalm(databases).find(({ t, why }) => t > (last?.t ?? -Infinity) && why === undefined)
  const lastedMs = (last?.t ?? from) - from
  if (lastedMs > bound.limit) {
    return { broken: [finding(`expected a whole cluster within ${bound.said} of ${heal}; ${last?.why} still ${atTime(last?.t ?? from)}, ${sayMs(lastedMs)} after it (${sinceFault(view, last?.t ?? from)})`, from, last?.t ?? from)], missing: [] }
  }
  if (!whole) return { broken: [], missing: [finding(`the cluster was not whole again when the watch of ${heal} ended ${atTime(to)}: ${last?.why ?? 'nothing was seen'}; allowed are ${bound.said}, and the watch lasted ${sayMs(to - from)}, ${fromTo(from, to)}`, from, to)] }
  return { broken: [], missing: [], tookMs: whole.t - from }
}
