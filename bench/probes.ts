// How well the probes measure: how late they look, how far an outage is off whose length is known, and how soon a waiter learns of a change.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openAccess } from '../harness/access/index.ts'
import { quote, type Access } from '../harness/access.ts'
import { scenariosOf } from '../harness/check.ts'
import { silencesOf } from '../harness/checks/reading/availability.ts'
import { now, sinceStart, startClock, type RunClock } from '../harness/clock.ts'
import { eventually } from '../harness/eventually.ts'
import { followFacts } from '../harness/facts.ts'
import { HistoryWriter, readHistory, type HistoryEvent, type SampleEvent } from '../harness/history.ts'
import { startProbes } from '../harness/probes/start.ts'
import { writeRunContext } from '../harness/run-context.ts'
import type { Target } from '../harness/target.ts'
import type { Samples } from './faults.ts'

interface ProbesBench {
  target: Target
  signal: AbortSignal
}

/** Probes need a moment until all of them look: browser and consoles are slow to begin, in ms. */
const warmUpMs = 5000

/** How late the looks of the VIP's probe on this host are, in its own process, while nothing happens; or while `during` does. */
export async function probeSlip(bench: ProbesBench, during: () => Promise<void> = () => pause(20_000), when = 'idle'): Promise<Samples> {
  const { history, result: from } = await withProbes(bench, async ({ clock }) => {
    const from = now(clock)
    await during()
    return from
  })
  const samplesMs = history.flatMap(event => (event.type === 'sample' && event.probe === 'vip-tcp' && event.from === 'harness' && event.t >= from ? [event.slipMs ?? 0] : []))
  return { name: `probe every 10 ms: slip, ${when}`, samplesMs, unit: 'ms' }
}

/** The active server drops whatever comes for the VIP's port for that long, again and again; by how much the measured outage is off. */
export async function outageError(bench: ProbesBench, lengthMs: number, times = 10): Promise<Samples> {
  const { history, result: drops } = await withProbes(bench, async ({ access, clock }) => {
    const drops: Drop[] = []
    for (let round = 0; round < times; round += 1) {
      drops.push(await drop(access, bench, lengthMs, clock))
      await pause(1000)
    }
    return drops
  })
  const [view] = scenariosOf(history)
  const silences = view ? silencesOf(view).filter(({ surface }) => surface.name === 'vip-tcp from harness') : []
  const samplesMs = drops.map(({ from, to }) => {
    const seen = silences.find(({ after, before }) => after < to && before > from)
    if (!seen) throw new Error(`the outage from ${from.toFixed(0)} to ${to.toFixed(0)} ms was not seen at all`)
    return Math.abs(seen.ms - (to - from))
  })
  return { name: `outage of ${lengthMs} ms: error`, samplesMs, unit: 'ms' }
}

/** From the moment at which the VIP can be reached again to a wait for just that, which looks when a fact has changed and else not. */
export async function changeOnTheWire(bench: ProbesBench, times = 20): Promise<Samples> {
  const { signal } = bench
  const { result: samplesMs } = await withProbes(bench, async ({ access, clock, historyPath }) => {
    const facts = followFacts(historyPath)
    const untilVip = (answers: boolean) => eventually(`the VIP ${answers ? 'answers' : 'is silent'}`, async () => {
      const last = latestLook(readHistory(historyPath))
      return { value: last, satisfied: last !== undefined && (last.error === undefined) === answers, observed: last?.error ?? 'answers' }
    }, { within: '10s', every: '10s', changed: facts.changed, signal })
    const wokenAfterSilence = async (): Promise<number> => {
      await untilVip(false)
      await untilVip(true)
      return now(clock)
    }
    const samplesMs: number[] = []
    try {
      for (let round = 0; round < times; round += 1) {
        const [wokenAt, { to }] = await Promise.all([wokenAfterSilence(), drop(access, bench, 1000, clock)])
        samplesMs.push(wokenAt - to)
      }
    } finally {
      facts.close()
    }
    return samplesMs
  })
  return { name: 'change on the wire → wait satisfied', samplesMs, unit: 'ms' }
}

/** By when it began: a look in vain is told a quarter of a second after it did. */
function latestLook(history: HistoryEvent[]): SampleEvent | undefined {
  return history
    .filter(event => event.type === 'sample')
    .filter(({ probe, from }) => probe === 'vip-tcp' && from === 'harness')
    .reduce<SampleEvent | undefined>((latest, look) => (latest && latest.t > look.t ? latest : look), undefined)
}

interface Drop {
  /** on the run's clock */
  from: number
  to: number
}

/** In a table of its own on the server that has the VIP; the server's own checks come over lo and go on. */
async function drop(access: Access, { target, signal }: ProbesBench, lengthMs: number, clock: RunClock): Promise<Drop> {
  const port = new URL(target.gui.url).port || '443'
  const rules = `table inet haywire_bench { chain in { type filter hook input priority -300; iif != lo ip daddr ${target.vip} tcp dport ${port} drop; }; }`
  const script = `import subprocess, sys, time
def nft(*words):
    began = time.monotonic_ns()
    subprocess.run(['nft', *words], check=True)
    return began, time.monotonic_ns()
asked, dropping = nft(sys.argv[1])
time.sleep(${lengthMs / 1000})
asked_again, _ = nft('delete', 'table', 'inet', 'haywire_bench')
# A deletion takes effect as soon after it was asked for as the addition did; then nft waits another 10 to 25 ms for the kernel to tidy up.
print(dropping, asked_again + dropping - asked)`
  const holder = await holderOf(access, target, signal)
  const { code, stdout, stderr } = await access.root(holder).run(`python3 -c ${quote(script)} ${quote(rules)}`, { signal, timeoutMs: lengthMs + 20_000 })
  const [from, to] = stdout.trim().split(' ')
  if (code !== 0 || !from || !to) throw new Error(`${holder}: ${stderr.trim()}`)
  return { from: sinceStart(clock, BigInt(from)), to: sinceStart(clock, BigInt(to)) }
}

async function holderOf(access: Access, { nodes, vip }: Target, signal: AbortSignal): Promise<string> {
  const holders = await Promise.all(nodes.map(async ({ name }) => {
    const { stdout } = await access.root(name).run('ip -o addr', { signal, timeoutMs: 20_000 })
    return stdout.includes(` ${vip}/`) ? name : undefined
  }))
  const holder = holders.find(name => name !== undefined)
  if (!holder) throw new Error(`no server has the VIP ${vip}`)
  return holder
}

interface Bench {
  access: Access
  clock: RunClock
  historyPath: string
}

/** A run of its own: all probes as in any other, and nothing but what is measured. */
async function withProbes<T>({ target, signal }: ProbesBench, measure: (bench: Bench) => Promise<T>): Promise<{ history: HistoryEvent[]; result: T }> {
  const runDir = mkdtempSync(join(tmpdir(), 'haywire-bench-'))
  const [contextPath, historyPath, journalPath] = ['context.json', 'history.jsonl', 'journal.jsonl'].map(name => join(runDir, name)) as [string, string, string]
  const clock = startClock()
  writeRunContext(contextPath, {
    run: 'bench', runDir, historyPath, evidenceDir: runDir, journalPath, startNs: String(clock.startNs), startUtc: clock.startUtc,
    target, seed: 0, scenarios: [], without: [], until: [], defects: [],
  })
  const nodes = target.nodes.map(({ name, addresses }) => ({ name, addresses }))
  new HistoryWriter(historyPath, clock).append({ type: 'run', run: 'bench', target: { name: target.name, system: target.system, twin: target.twin, vip: target.vip, nodes }, bounds: {}, seed: 0, clock: { monotonicNs: String(clock.startNs), utc: clock.startUtc } })
  const access = openAccess(target)
  const probes = await startProbes({ contextPath, journal: { startedProcess: () => () => undefined } })
  try {
    await pause(warmUpMs, undefined, { signal })
    const result = await measure({ access, clock, historyPath })
    await probes.stop()
    return { history: readHistory(historyPath), result }
  } finally {
    await probes.stop()
    await access.close()
    rmSync(runDir, { recursive: true })
  }
}
