// `npm run bench`: how fast faults bite and how exactly the probes measure, on a twin of its own; a table on stderr, JSON on stdout. Figures, not tests.
import { twinOf } from '../harness/cli/twins.ts'
import { cutProven, failover, powerLoss, type Samples } from './faults.ts'
import { changeOnTheWire, outageError, probeSlip } from './probes.ts'
import { ownShare } from './suite.ts'

/** What is wanted of each figure, in ms, and of which quantile. */
const wanted: { measure: (bench: Bench) => Promise<Samples>; quantile: number; limitMs?: number }[] = [
  { measure: bench => cutProven(bench), quantile: 0.95, limitMs: 25 },
  { measure: bench => probeSlip(bench), quantile: 0.99, limitMs: 2 },
  { measure: bench => outageError(bench, 500), quantile: 1, limitMs: 15 },
  { measure: bench => outageError(bench, 3000, 5), quantile: 1, limitMs: 15 },
  { measure: bench => changeOnTheWire(bench), quantile: 0.95, limitMs: 100 },
  { measure: bench => powerLoss(bench), quantile: 0.95, limitMs: 200 },
  // The last: the servers change places. Nothing is wanted of it; what it measures is how far an outage can be trusted.
  { measure: bench => probeSlip(bench, () => failover(bench), 'during a failover'), quantile: 0.99 },
]
/** Of a suite's wall time, in percent. */
const ownShareLimit = 5
/** Starts of the twin from its kept images; the first may have to form it. */
const warmStarts = 3
const warmStartLimitMs = 12_000

type Bench = Parameters<typeof powerLoss>[0]

const rows: { name: string; n: number; medianMs: number; p95Ms: number; p99Ms: number; maxMs: number; limitMs?: number; met?: boolean }[] = []
const { signal } = new AbortController()
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const start = () => twinOf('ssm').up({ defects: [], say, signal })

await (await start()).down()
const startsMs: number[] = []
for (let round = 0; round < warmStarts; round += 1) {
  const began = performance.now()
  const twin = await start()
  startsMs.push(performance.now() - began)
  await twin.down()
}
note({ name: 'warm start: call → quorate, streaming, page loads', samplesMs: startsMs, unit: 'ms' }, 0.5, warmStartLimitMs)

const { target, down } = await start()
try {
  // The standby's: the active server goes on undisturbed.
  const node = target.nodes[1]?.name ?? ''
  for (const { measure, quantile, limitMs } of wanted) note(await measure({ target, node, signal }), quantile, limitMs)
} finally {
  await down()
}
const suite = await ownShare(say)
say(`a suite's time that the harness takes for itself: ${suite.percent.toFixed(1)} % of ${(suite.wallMs / 1000).toFixed(0)} s (the suite: ${suite.verdict}); wanted ≤ ${ownShareLimit} %: ${suite.percent <= ownShareLimit ? 'met' : 'NOT met'}`)
process.stdout.write(`${JSON.stringify({ figures: rows, suite: { ...suite, limitPercent: ownShareLimit } }, null, 2)}\n`)

function note({ name, samplesMs }: Samples, quantile: number, limitMs?: number): void {
  const row = { name, n: samplesMs.length, medianMs: at(samplesMs, 0.5), p95Ms: at(samplesMs, 0.95), p99Ms: at(samplesMs, 0.99), maxMs: at(samplesMs, 1), ...(limitMs === undefined ? {} : { limitMs, met: at(samplesMs, quantile) <= limitMs }) }
  rows.push(row)
  const figure = (ms: number): string => ms.toFixed(1).padStart(9)
  say(`${name.padEnd(52)} n ${String(row.n).padStart(5)}  median${figure(row.medianMs)}  p95${figure(row.p95Ms)}  p99${figure(row.p99Ms)}  max${figure(row.maxMs)}${limitMs === undefined ? '' : `  wanted ≤ ${limitMs} ms at ${quantile === 1 ? 'most' : `p${quantile * 100}`}: ${row.met ? 'met' : 'NOT met'}`}`)
}

function at(samples: number[], quantile: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(quantile * sorted.length) - 1)] ?? Number.NaN
}
