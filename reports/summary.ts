// What a run says at its end, and what N runs of the same say together.
import { sayMs } from '../harness/duration.ts'
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { precise, sayOutage, type Accounts, type Ending, type Outage, type RunFile } from './model.ts'
import { oneLine, plain } from './redact.ts'

const words: Record<Ending, string> = {
  pass: 'PASSED', fail: 'FAILED', inconclusive: 'INCONCLUSIVE', skipped: 'SKIPPED', unfit: 'NOT STARTED', unhealed: 'NOT HEALED', interrupted: 'INTERRUPTED',
}

/** The text at the end of a run: verdict, why, each scenario, outage each way, accounts, and where the report is. */
export function endText(runDir: string, run: RunFile): string {
  const wide = Math.max(0, ...run.scenarios.map(({ verdict }) => words[verdict].length))
  // Of what was taken again, each take has a report of its own.
  const reports = [...new Set(Object.values(run.takes ?? { all: '.' }))].map(folder => join(runDir, folder, 'report.html')).filter(path => existsSync(path))
  return [
    '',
    `${words[run.verdict]}  ${run.run ?? runDir} on ${run.target}`,
    ...(run.planted ?? []).map(({ name, what }) => `planted on purpose: ${name}: ${what}`),
    ...(run.without ?? []).map(check => `taken out on purpose: ${check}`),
    ...run.scenarios.flatMap(({ id, title, verdict, why }) => [`  ${words[verdict].padEnd(wide)}  ${oneLine(title ?? id)}`, ...(why && verdict !== 'pass' ? indented(why, wide + 6) : [])]),
    ...(run.outages.length > 0 ? ['', 'VIP outages', ...outageLines(run.outages)] : []),
    ...(run.accounts && run.accounts.acknowledged + run.accounts.refused + run.accounts.unknown > 0 ? ['', accountsLine(run.accounts)] : []),
    '',
    ...(reports.length > 0 ? reports.map(report => `report  ${report}`) : [`run     ${runDir}`]),
    ...(run.verdict === 'pass' || run.again === undefined ? [] : [`again   ${run.again}`]),
  ].join('\n')
}

function indented(text: string, by: number): string[] {
  const lines = plain(text).trim().split('\n')
  const shown = lines.slice(0, 12)
  return [...shown, ...(lines.length > shown.length ? [`(${lines.length - shown.length} more lines in the report)`] : [])].map(line => `${' '.repeat(by)}${line}`)
}

function outageLines(outages: Outage[]): string[] {
  const names = outages.map(({ fault, node }) => `after ${fault}${node ? ` on ${node}` : ''}`)
  const wide = Math.max(...names.map(name => name.length))
  return outages.map(({ ms, errorMs, boundMs }, index) => `  ${(names[index] ?? '').padEnd(wide)}  ${sayOutage(ms, errorMs)}${boundMs === undefined ? '' : ` (${sayMs(boundMs)} allowed)`}`)
}

function accountsLine({ acknowledged, refused, unknown, lost }: Accounts): string {
  const fate = lost === null ? 'not read back' : lost.length === 0 ? 'none lost' : `${lost.length} LOST (${lost.slice(0, 5).map(oneLine).join(', ')}${lost.length > 5 ? ', …' : ''})`
  return `accounts: ${acknowledged} acknowledged, ${fate}; ${refused} refused, ${unknown} unknown`
}

/** Of several runs of the same scenarios: how often each ended how, how long the VIP was away (as each place saw it), how long until the cluster was whole, and what became of the accounts. */
export function repeatSummary(runs: RunFile[]): string {
  return [
    `${runs.length} runs`,
    ...table(scenariosIn(runs).map(id => [id, ...endings(id, runs)])),
    ...spreadTable('VIP outage', spreadsOf(runs)),
    ...spreadTable('VIP outage, by place', spreads(runs.map(({ sightings = [] }) => sightings), sighting => `${faultIn(sighting)}, by ${sighting.seenBy ?? 'somebody'}`).filter(({ maxMs }) => maxMs > 0)),
    ...spreadTable('whole again after', spreads(runs.map(({ convergences = [] }) => convergences), faultIn)),
    ...accountsTable(runs.flatMap(({ accounts }) => accounts ?? [])),
  ].join('\n')
}

function spreadTable(title: string, spreads: Spread[]): string[] {
  if (spreads.length === 0) return []
  return ['', ...table([[title, 'runs', 'min', 'median', 'p95', 'max'], ...spreads.map(({ title, runs, minMs, medianMs, p95Ms, maxMs }) => [title, String(runs), ...[minMs, medianMs, p95Ms, maxMs].map(precise)])])]
}

function accountsTable(all: Accounts[]): string[] {
  if (all.every(({ acknowledged, refused, unknown }) => acknowledged + refused + unknown === 0)) return []
  const row = (name: string, numbers: number[]): string[] => {
    const sorted = numbers.toSorted((a, b) => a - b)
    return [name, ...[quantile(sorted, 0), median(sorted), quantile(sorted, 1), sorted.reduce((sum, number) => sum + number, 0)].map(String)]
  }
  const readBack = all.flatMap(({ lost }) => lost ?? [])
  return ['', ...table([
    ['accounts, in each run', 'min', 'median', 'max', 'in all'],
    row('acknowledged', all.map(({ acknowledged }) => acknowledged)),
    row('refused', all.map(({ refused }) => refused)),
    row('unknown', all.map(({ unknown }) => unknown)),
    all.some(({ lost }) => lost === null) ? ['lost', '', '', '', `${readBack.length}, not read back in ${all.filter(({ lost }) => lost === null).length}`] : row('lost', all.map(({ lost }) => lost?.length ?? 0)),
  ])]
}

export function scenariosIn(runs: RunFile[]): string[] {
  return [...new Set(runs.flatMap(run => run.scenarios.map(({ id }) => id)))]
}

/** How many runs of a scenario passed, and how the others ended: *unstable* where they differ. */
function endings(id: string, runs: RunFile[]): [passed: string, others: string] {
  const of = runs.flatMap(run => run.scenarios.filter(scenario => scenario.id === id).map(({ verdict }) => verdict))
  const passed = of.filter(verdict => verdict === 'pass').length
  const others = [...Map.groupBy(of.filter(verdict => verdict !== 'pass'), verdict => verdict)].map(([verdict, group]) => `${group.length} ${words[verdict].toLowerCase()}`)
  return [`${passed} of ${of.length} passed`, `${new Set(of).size > 1 ? 'unstable: ' : ''}${others.join(', ')}`]
}

/** How a scenario ended, in one run or several. */
export function sayEndings(id: string, runs: RunFile[]): string {
  const [only, ...more] = runs.flatMap(run => run.scenarios.filter(scenario => scenario.id === id))
  if (!only) return 'not run'
  return more.length === 0 ? words[only.verdict].toLowerCase() : endings(id, runs).filter(part => part !== '').join(', ')
}

export interface Spread {
  /** the fault, and in which scenario or on which node */
  title: string
  runs: number
  minMs: number
  medianMs: number
  p95Ms: number
  maxMs: number
  /** the largest error bar of them */
  errorMs: number
}

export function spreadsOf(runs: RunFile[]): Spread[] {
  return spreads(runs.map(({ outages }) => outages), faultIn)
}

interface Measured {
  scenario?: string
  fault: string
  node?: string
  /** null: not known */
  ms: number | null
  errorMs?: number
}

function faultIn({ scenario, fault, node }: Measured): string {
  return scenario ? `${scenario}: ${fault}` : `${fault}${node ? ` on ${node}` : ''}`
}

/** What was measured in a scenario comes in the order of its faults: the n-th of each name is the same event in every run, whichever server it hit. */
function spreads<T extends Measured>(runs: T[][], nameOf: (measured: T) => string): Spread[] {
  const all = runs.flatMap(measured => {
    const seen = new Map<string, number>()
    return measured.flatMap(one => {
      const name = nameOf(one)
      const number = (seen.get(name) ?? 0) + 1
      seen.set(name, number)
      return one.ms === null ? [] : [{ title: number === 1 ? name : `${name}, time ${number}`, ms: one.ms, errorMs: one.errorMs ?? 0 }]
    })
  })
  return [...Map.groupBy(all, ({ title }) => title)].map(([title, group]) => {
    const sorted = group.map(({ ms }) => ms).sort((a, b) => a - b)
    return { title, runs: sorted.length, minMs: quantile(sorted, 0), medianMs: median(sorted), p95Ms: quantile(sorted, 0.95), maxMs: quantile(sorted, 1), errorMs: Math.max(...group.map(({ errorMs }) => errorMs)) }
  })
}

/** Nearest rank: a value that was really measured. */
function quantile(sorted: number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

function median(sorted: number[]): number {
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[sorted.length / 2 - 1] ?? NaN) + upper) / 2
}

/** In columns: the first so many flush left, the others flush right. */
export function table(rows: string[][], { left = 1 } = {}): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows.map(row => `  ${row.map((cell, column) => (column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd())
}
