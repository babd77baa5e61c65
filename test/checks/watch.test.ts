// A node that was switched off says nothing until it has booted: a boot's time is excused, a real server's by the target's own bound.
import { expect, test } from 'vitest'
import { scenariosOf } from '../../harness/check.ts'
import { notRunning } from '../../harness/checks/reading/watch.ts'
import { secondary, standbyLost, tell } from './story.ts'

/** Until when the standby's silence is excused, in ms after its power was given back, when its record goes on two minutes after that. */
function excusedFor(bounds: Record<string, number>): number {
  const [view] = scenariosOf(tell(standbyLost).map(event => (event.type === 'run' ? { ...event, bounds } : event)))
  if (!view) throw new Error('no scenario was told')
  const healed = standbyLost.faults[0]?.at.healed ?? NaN
  const [stretch] = notRunning(view, secondary, [{ t: healed + 120_000, end: healed + 120_000, value: {} } as never])
  return (stretch?.to ?? NaN) - healed
}

test('half a minute, or as long as the target allows for getting whole again', () => {
  expect(excusedFor({})).toBe(30_000)
  expect(excusedFor({ convergenceMs: 10_000 })).toBe(30_000)
  expect(excusedFor({ convergenceMs: 90_000 })).toBe(90_000)
  expect(excusedFor({ convergenceMs: 240_000 })).toBe(120_000)
})
