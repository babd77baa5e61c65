// What the host spoiled is taken again when it keeps time; nothing else is, and of each scenario the last take counts.
import { expect, test } from 'vitest'
import type { CatalogueEntry } from '../../harness/cli/catalogue.ts'
import type { RunResult, ScenarioResult, ScenarioVerdict } from '../../harness/cli/run/result.ts'
import { conclusion, withRetakes, type Take } from '../../harness/cli/run/retakes.ts'

type Ended = [id: string, verdict: ScenarioVerdict, spoiled?: string]

const chosen = (...ids: string[]): CatalogueEntry[] => ids.map(id => ({ id }) as CatalogueEntry)
const late = 'probes were up to 2 s late'

/** Runs that end as they are told to, one after the other; what each was asked to run is kept. */
async function taken(runs: Ended[][], { retakes = 8, calm = async () => true, scenarios = chosen('a', 'b', 'c') }: { retakes?: number; calm?: () => Promise<boolean>; scenarios?: CatalogueEntry[] } = {}): Promise<{ asked: string[][]; takes: Take[] }> {
  const asked: string[][] = []
  const takes = await withRetakes(scenarios, async (again, take) => {
    asked.push(again.map(({ id }) => id))
    const ended = (runs[take - 1] ?? []).map(([id, verdict, spoiled]): ScenarioResult => ({ id, title: '', verdict, covers: [], why: '', failures: [], ...(spoiled === undefined ? {} : { spoiled }), clusterInDoubt: false }))
    return { result: { scenarios: ended } as unknown as RunResult, runDir: String(take) }
  }, { retakes, calm, say: () => undefined, signal: new AbortController().signal })
  return { asked, takes }
}

test('only what the host spoiled is taken again, until it shows something', async () => {
  const { asked, takes } = await taken([[['a', 'pass'], ['b', 'inconclusive', late], ['c', 'inconclusive', late]], [['b', 'inconclusive', late], ['c', 'pass']], [['b', 'pass']]])
  expect(asked).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b']])
  expect(conclusion(takes, false)).toMatchObject({ verdict: 'pass', exitCode: 0, scenarios: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })
})

test('a failure, and what is unknown for another reason, stand', async () => {
  const { asked, takes } = await taken([[['a', 'fail'], ['b', 'inconclusive'], ['c', 'inconclusive', late]], [['c', 'pass']]])
  expect(asked).toEqual([['a', 'b', 'c'], ['c']])
  expect(conclusion(takes, false)).toMatchObject({ verdict: 'fail', exitCode: 1 })
})

test('a retake that fails is a failure', async () => {
  const { takes } = await taken([[['a', 'pass'], ['b', 'inconclusive', late]], [['b', 'fail']]])
  expect(conclusion(takes, false)).toMatchObject({ verdict: 'fail', exitCode: 1 })
})

test('not more often than allowed, and not on a host that never keeps time', async () => {
  const spoiled: Ended[][] = Array.from({ length: 5 }, () => [['a', 'inconclusive', late]])
  const few = await taken(spoiled, { retakes: 2 })
  expect(few.asked).toHaveLength(3)
  expect(conclusion(few.takes, false)).toMatchObject({ verdict: 'inconclusive', exitCode: 4 })
  expect((await taken(spoiled, { retakes: 0 })).asked).toHaveLength(1)
  expect((await taken(spoiled, { calm: async () => false })).asked).toHaveLength(1)
})

test('what ends a run ends a retake as well', async () => {
  const scenarios = [...chosen('a', 'b'), { id: 'back', onlyWith: '--hand-back' } as CatalogueEntry]
  const { asked } = await taken([[['a', 'inconclusive', late], ['b', 'pass'], ['back', 'pass']], [['a', 'pass'], ['back', 'pass']]], { scenarios })
  expect(asked).toEqual([['a', 'b', 'back'], ['a', 'back']])
})
