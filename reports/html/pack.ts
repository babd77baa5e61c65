// The timeline's data: every sample of the VIP, packed; states as the stretches in which they did not change.
import type { History, OpEvent, SampleEvent } from '../../harness/history.ts'
import { sayOutage, type Report } from '../model.ts'
import { oneLine } from '../redact.ts'

/** From, to (ms since the run's start), how to draw it, what to say. */
export type Stretch = [from: number, to: number, style: string, text: string]

export interface Band {
  label: string
  kind: 'https' | 'flight' | 'sql' | 'gui'
  stretches: Stretch[]
}

/** Three columns of equal length, base64 of little-endian numbers. */
export interface Strip {
  from: string
  /** Uint32, units of 10 µs since the run's start */
  t: string
  /** Uint16, units of 10 µs; the largest stands for that much or more */
  took: string
  /** Uint8, index into `words` */
  code: string
  /** the first means that the VIP answered */
  words: string[]
}

export interface TimelineData {
  startUtc: string
  nodes: string[]
  strips: Strip[]
  bands: Band[]
  /** when a create was acknowledged, refused, or left unknown: base64 of Uint32, units of 10 µs */
  accounts: { ok: string; fail: string; info: string }
  scenarios: {
    from: number
    to: number
    stages: { from: number; to: number; stage: string }[]
    steps: { from: number; to: number; title: string; outcome: string }[]
    faults: { title: string; requested?: number; proven?: number; healed?: number; provenHealed?: number }[]
    outages: { from: number; to: number; text: string }[]
    findings: { t: number; text: string }[]
  }[]
}

export function timelineOf(history: History, report: Report): TimelineData {
  const nodes = report.target.nodes.map(({ name }) => name)
  const samples = history.filter((event): event is SampleEvent => event.type === 'sample')
  const groups = Map.groupBy(samples, ({ probe, from, node }) => `${probe}|${from ?? ''}|${node ?? ''}`)
  const of = (probe: string): SampleEvent[][] => [...groups].filter(([key]) => key.startsWith(`${probe}|`)).map(([, group]) => group)
  const place = (group: SampleEvent[]): string => group[0]?.from ?? ''
  const node = (group: SampleEvent[]): string => group[0]?.node ?? ''
  const byNode = (kind: 'flight' | 'sql'): Band[] => of(kind).map(group => ({ label: node(group), kind, stretches: stretches(group, kind === 'flight' ? flightState : sqlState) }))
  return {
    startUtc: report.startedAt,
    nodes,
    strips: of('vip-tcp').map(group => strip(place(group), group)),
    bands: [
      ...of('vip-https').map((group): Band => ({ label: place(group), kind: 'https', stretches: stretches(group, sample => serverState(sample, nodes)) })),
      ...byNode('flight'),
      ...byNode('sql'),
      ...of('gui').map((group): Band => ({ label: place(group), kind: 'gui', stretches: stretches(group, guiState) })),
    ],
    accounts: accountTimes(history),
    scenarios: report.scenarios.filter(scenario => scenario.to > scenario.from).map(({ from, to, stages, faults, outages, checks }) => ({
      from,
      to,
      stages: stages.map((stage, index) => ({ from: stage.from, to: stages[index + 1]?.from ?? to, stage: stage.stage })),
      steps: stages.flatMap(stage => stage.steps).map(step => ({ from: step.from, to: step.to ?? to, title: oneLine(step.title), outcome: step.outcome ?? '' })),
      faults: faults.map(({ title, phases }) => ({
        title: oneLine(title), requested: phases.requested?.t, proven: phases.proven?.t, healed: phases.healed?.t, provenHealed: phases['proven-healed']?.t,
      })),
      outages: outages.flatMap(({ from, to, ms, errorMs }) => (from === undefined || to === undefined || to <= from ? [] : [{ from, to, text: sayOutage(ms, errorMs) }])),
      findings: checks.filter(({ verdict }) => verdict === 'fail').flatMap(({ name, at }) => at.map(t => ({ t, text: name }))),
    })),
  }
}

const tick = 100

function strip(from: string, samples: SampleEvent[]): Strip {
  const t = new Uint32Array(samples.length)
  const took = new Uint16Array(samples.length)
  const code = new Uint8Array(samples.length)
  const words = ['answers']
  samples.forEach((sample, index) => {
    t[index] = Math.max(0, Math.round(sample.t * tick))
    took[index] = Math.min(65_535, Math.round((sample.tookMs ?? 0) * tick))
    if (sample.error === undefined) return
    const word = oneLine(sample.error).slice(0, 60)
    const known = words.indexOf(word, 1)
    code[index] = known > 0 ? known : words.length < 255 ? words.push(word) - 1 : 254
  })
  return { from, t: base64(t), took: base64(took), code: base64(code), words }
}

function base64(column: Uint32Array | Uint16Array | Uint8Array): string {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64')
}

type State = { style: string; text: string }

/** A state holds until the next look; where the looks stop for much longer than usual, nothing is claimed. */
function stretches(samples: SampleEvent[], stateOf: (sample: SampleEvent) => State): Stretch[] {
  const found: Stretch[] = []
  const longest = longestPause(samples)
  samples.forEach((sample, index) => {
    const next = samples[index + 1]?.t ?? sample.t
    const until = next - sample.t > longest ? sample.t + longest / 5 : next
    const { style, text } = understood(sample, stateOf)
    const last = found.at(-1)
    if (last && last[2] === style && last[3] === text && sample.t <= last[1] + 0.01) last[1] = round(until)
    else found.push([round(sample.t), round(until), style, text])
  })
  return found
}

function longestPause(samples: SampleEvent[]): number {
  const pauses = samples.slice(1).map((sample, index) => sample.t - (samples[index]?.t ?? 0)).sort((a, b) => a - b)
  return 5 * (pauses[Math.floor(pauses.length / 2)] ?? 1000)
}

function round(t: number): number {
  return Math.round(t * 10) / 10
}

/** A value of an unexpected shape is for the checks to complain about; here it is only shown as such. */
function understood(sample: SampleEvent, stateOf: (sample: SampleEvent) => State): State {
  if (sample.error !== undefined) return { style: sample.probe === 'sql' ? 'down' : 'bad', text: oneLine(String(sample.error)).slice(0, 80) }
  try {
    return stateOf(sample)
  } catch {
    return { style: 'bad', text: 'not understood' }
  }
}

function serverState(sample: SampleEvent, nodes: string[]): State {
  const { status, server } = sample.value as { status: number; server: string | null }
  if (server === null) return { style: 'bad', text: `${status} from an unnamed server` }
  return { style: `node${nodes.indexOf(server)}`, text: `${status} from ${oneLine(server)}` }
}

function flightState(sample: SampleEvent): State {
  const { role, vip, web, writable, quorate } = sample.value as { role: string; vip: boolean; web: boolean; writable: boolean; quorate: boolean | null }
  const holds = [vip && 'holds the VIP', web && 'web', writable && 'takes writes', quorate === false && 'no quorum'].filter(word => word !== false)
  return { style: `${role}${vip ? '+vip' : ''}`, text: [role, ...holds].join(', ') }
}

function sqlState(sample: SampleEvent): State {
  const { inRecovery, senders, receiver, timeline } = sample.value as { inRecovery: boolean; senders?: { clientAddr: string; state: string }[]; receiver?: { status: string } | null; timeline?: number }
  const sends = senders?.map(({ clientAddr, state }) => `${oneLine(state)} to ${oneLine(clientAddr)}`) ?? []
  const detail = inRecovery ? (receiver ? `receiver ${oneLine(receiver.status)}` : 'no receiver') : sends.join(', ') || 'no standby'
  return { style: inRecovery ? 'standby' : 'primary', text: `${inRecovery ? 'standby' : 'primary'}, timeline ${timeline ?? '?'}, ${detail}` }
}

function guiState(sample: SampleEvent): State {
  const { cluster, heartbeat } = sample.value as { cluster: string; heartbeat?: string }
  return { style: cluster === 'Normal' ? 'good' : 'warn', text: [cluster, heartbeat].flatMap(word => (word ? [oneLine(word)] : [])).join(', ') }
}

function accountTimes(history: History): TimelineData['accounts'] {
  const ended = history.filter((event): event is OpEvent => event.type === 'op' && event.f === 'create' && event.phase !== 'invoke')
  const column = (phase: OpEvent['phase']): string => base64(Uint32Array.from(ended.filter(event => event.phase === phase), ({ t }) => Math.max(0, Math.round(t * tick))))
  return { ok: column('ok'), fail: column('fail'), info: column('info') }
}
