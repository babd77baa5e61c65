// No history, however odd, makes a check throw or pass for want of evidence; and a long one is judged quickly.
import { expect, test, vi } from 'vitest'
import { scenariosOf } from '../../harness/check.ts'
import { checks, convergences, judgeScenario, outages, sightings } from '../../harness/checks/index.ts'
import { parseHistory, type HistoryEvent } from '../../harness/history.ts'
import { isolatedActive, plannedHandover, staleStandby, standbyLost, stories as everyStory, tell } from './story.ts'

// Hundreds of whole runs are judged here: seconds of work, on a busy host more.
vi.setConfig({ testTimeout: 60_000 })

const every = Object.keys(checks)
const stories = [plannedHandover, isolatedActive, standbyLost, staleStandby].map(story => ({ story, events: tell(story) }))

test('an empty history, and one of only a frame, passes nothing', () => {
  const frame: HistoryEvent[] = [{ t: 0, type: 'scenario', scenario: 's', phase: 'begin' }, { t: 1, type: 'scenario', scenario: 's', phase: 'end' }]
  for (const history of [[], frame]) {
    const [view] = scenariosOf(history)
    expect(judgeScenario(view!, every).filter(({ verdict }) => verdict !== 'unknown')).toEqual([])
  }
})

test('values and events of any shape are missing evidence, never an error', () => {
  const odd: unknown[] = [null, undefined, true, -1, Infinity, '', 'x', [], [null], {}, { node: {} }, { senders: null }, { active: { node: 7 } }]
  const random = sequence()
  for (let round = 0; round < 12; round += 1) {
    const { events } = stories[round % stories.length]!
    const history = events.map(event => {
      if (random() > 0.02) return event
      const fields = Object.keys(event).filter(field => !['t', 'type'].includes(field))
      const field = fields[Math.floor(random() * fields.length)] ?? 'value'
      return { ...event, [field]: odd[Math.floor(random() * odd.length)] } as HistoryEvent
    })
    for (const view of scenariosOf(history)) {
      expect(() => judgeScenario(view, every)).not.toThrow()
      for (const measure of [outages, sightings, convergences]) expect(() => measure(view)).not.toThrow()
    }
  }
})

test('run and scenario events of any shape do not make a check throw', () => {
  for (const change of [{ target: null }, { target: { nodes: 'two' } }, { target: { nodes: [null, { name: 'a' }] } }, { bounds: null }, { bounds: { outageMs: 'ten' } }, { boundSources: 7 }, { promises: 'all' }, { promises: [7, 'views-agree'] }]) {
    const history = tell(plannedHandover).map(event => (event.type === 'run' || event.type === 'scenario' ? { ...event, ...change } as HistoryEvent : event))
    for (const view of scenariosOf(history)) expect(() => judgeScenario(view)).not.toThrow()
  }
})

test('a good story that is judged before its end is never a failure: a scenario is ended early by what stays red', () => {
  for (const story of everyStory) {
    const events = tell(story)
    const turns = [...story.faults.flatMap(({ at }) => Object.values(at)), ...story.changes.map(({ t }) => t)]
    const moments = [...turns.flatMap(t => [t + 1, t + 15, t + 60, t + 700]), 5000, story.settled - 1000]
    for (const moment of moments) {
      const [view] = scenariosOf(events.filter(({ t }) => t <= moment))
      expect(judgeScenario(view!).filter(({ verdict }) => verdict === 'fail').map(({ check, why }) => `until ${moment}: ${check}: ${why}`)).toEqual([])
    }
  }
})

test('taking evidence away never turns a failure of evidence into a pass', () => {
  const random = sequence()
  for (let round = 0; round < 12; round += 1) {
    const { story, events } = stories[round % stories.length]!
    const kinds = [...new Set(events.map(kindOf))]
    const gone = kinds[Math.floor(random() * kinds.length)]
    const history = events.filter(event => kindOf(event) !== gone)
    const [view] = scenariosOf(history)
    const all = judgeScenario(view!, story.promises)
    expect({ gone, failed: all.filter(({ verdict }) => verdict === 'fail') }).toEqual({ gone, failed: [] })
  }
})

test('a quarter of an hour, a quarter of a million events, is judged with a few seconds of work', () => {
  const long = { ...plannedHandover, settled: 900_000 }
  const history = tell(long)
  expect(history.length).toBeGreaterThan(250_000)
  const [view] = scenariosOf(history)
  // Time of this process, not of the clock: other work on the machine is not the judge's fault.
  const before = process.cpuUsage()
  const verdicts = judgeScenario(view!)
  outages(view!)
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(5000)
  expect(verdicts.filter(({ verdict }) => verdict !== 'pass')).toEqual([])
})

test('a torn last line costs that line only', () => {
  const lines = tell(plannedHandover).map(event => JSON.stringify(event))
  const [view] = scenariosOf(parseHistory(`${lines.slice(0, -1).join('\n')}\n${lines.at(-1)?.slice(0, 20)}`))
  expect(new Set(judgeScenario(view!).map(({ verdict }) => verdict))).toEqual(new Set(['unknown']))
})

function kindOf(event: HistoryEvent): string {
  if (event.type === 'sample') return `${event.probe} ${event.node ?? ''}`
  if (event.type === 'op') return event.f
  return event.type
}

/** Numbers between 0 and 1, the same every time. */
function sequence(): () => number {
  let state = 7
  return () => (state = (state * 16807) % 2147483647) / 2147483647
}
