// What the host spoiled is taken again when it keeps time; nothing else is, and of each scenario the take that counts is concluded.
import { expect, test } from 'vitest'
import type { CatalogueEntry } from '../../harness/cli/catalogue.ts'
import { ExitError, exitCodes } from '../../harness/cli/exit.ts'
import { judgeRun, type RunResult, type ScenarioResult, type ScenarioVerdict } from '../../harness/cli/run/result.ts'
import { conclude, retakeFolder, withRetakes, type Retaking, type Takes } from '../../harness/cli/run/retakes.ts'

type Ended = [id: string, verdict: ScenarioVerdict, spoiled?: string]

const chosen = (...ids: string[]): CatalogueEntry[] => ids.map(id => ({ id }) as CatalogueEntry)
const late = 'probes were 2 s late or more in one second of twenty'
const scenariosOf = (ended: Ended[]): ScenarioResult[] => ended.map(([id, verdict, spoiled]) => ({ id, title: '', verdict, covers: [], why: '', failures: [], ...(spoiled === undefined ? {} : { spoiled }), clusterInDoubt: false }))
const resultOf = (ended: Ended[], n: number): RunResult => ({
  ...judgeRun(scenariosOf(ended), false),
  scenarios: scenariosOf(ended),
  outages: ended.map(([scenario]) => ({ scenario, fault: 'cut', ms: n, errorMs: 0 })),
  sightings: [],
  convergences: [],
  accounts: { acknowledged: 10, refused: 1, unknown: 0, lost: [] },
}) as unknown as RunResult

interface Taking extends Partial<Retaking> {
  scenarios?: CatalogueEntry[]
}

/** Runs that end as they are told to, one after the other; what each was asked to run is kept. */
async function taken(runs: (Ended[] | Error)[], { scenarios = chosen('a', 'b', 'c'), ...retaking }: Taking = {}): Promise<{ asked: string[][]; said: string; takes: Takes }> {
  const asked: string[][] = []
  let said = ''
  const takes = await withRetakes(scenarios, async (again, earlier) => {
    asked.push(again.map(({ id }) => id))
    const ended = runs[asked.length - 1] ?? []
    if (ended instanceof Error) throw ended
    return { result: resultOf(ended, asked.length), runDir: earlier ? retakeFolder(earlier) : '/runs/x' }
  }, { retakes: 8, calm: async () => true, say: text => { said += `${text}\n` }, signal: new AbortController().signal, ...retaking })
  return { asked, said, takes }
}

test('only what the host spoiled is taken again, until it shows something', async () => {
  const { asked, takes } = await taken([[['a', 'pass'], ['b', 'inconclusive', late], ['c', 'unfit', late]], [['b', 'inconclusive', late], ['c', 'pass']], [['b', 'pass']]])
  expect(asked).toEqual([['a', 'b', 'c'], ['b', 'c'], ['b']])
  const concluded = conclude(takes, false)
  expect(concluded).toMatchObject({ verdict: 'pass', exitCode: 0, scenarios: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], takes: { a: '.', b: 'retakes/2', c: 'retakes/1' }, accounts: { acknowledged: 30 } })
  // Each scenario's outages are those of the take that counts.
  expect(concluded.outages.map(({ scenario, ms }) => [scenario, ms])).toEqual([['a', 1], ['c', 2], ['b', 3]])
})

test('a run without retakes is concluded as it is', async () => {
  const { takes } = await taken([[['a', 'pass']]])
  expect(conclude(takes, false)).toBe(takes[0].result)
})

test('a failure, and what is unknown for another reason, stand', async () => {
  const { asked, takes } = await taken([[['a', 'fail'], ['b', 'inconclusive'], ['c', 'inconclusive', late]], [['c', 'pass']]])
  expect(asked).toEqual([['a', 'b', 'c'], ['c']])
  expect(conclude(takes, false)).toMatchObject({ verdict: 'fail', exitCode: 1 })
})

test('a retake that fails is a failure, whatever is taken again after it', async () => {
  const { takes } = await taken([[['a', 'inconclusive', late], ['b', 'inconclusive', late]], [['a', 'fail'], ['b', 'inconclusive', late]], [['b', 'pass']]])
  expect(conclude(takes, false)).toMatchObject({ verdict: 'fail', exitCode: 1 })
})

test('not more often than allowed, and not on a host that never keeps time', async () => {
  const spoiled: Ended[][] = Array.from({ length: 5 }, () => [['a', 'inconclusive', late]])
  const few = await taken(spoiled, { retakes: 2 })
  expect(few.asked).toHaveLength(3)
  expect(conclude(few.takes, false)).toMatchObject({ verdict: 'inconclusive', exitCode: 4 })
  expect((await taken(spoiled, { retakes: 0 })).asked).toHaveLength(1)
  expect((await taken(spoiled, { calm: async () => false })).said).toContain('not taken again: the host did not keep time within 5min')
})

test('not where something is left in force, or the cluster was not handed back', async () => {
  const unhealed = await taken([[['a', 'inconclusive', late], ['b', 'unhealed']]])
  expect(unhealed.said).toContain('not taken again: not everything is healed')
  expect(conclude(unhealed.takes, false).exitCode).toBe(5)
  const kept = await taken([[['a', 'inconclusive', late], ['b', 'fail']]], { mayGoOn: () => false })
  expect(kept.asked).toHaveLength(1)
})

test('a retake that cannot be made, or not even be begun, leaves what there is', async () => {
  const first: Ended[] = [['a', 'fail'], ['b', 'inconclusive', late]]
  const unmade = await taken([first, new ExitError(exitCodes.unfit, 'the twin did not form')])
  expect(unmade.said).toContain('the retake could not be made: the twin did not form')
  expect(conclude(unmade.takes, false)).toMatchObject({ verdict: 'fail', exitCode: 1 })
  const unfit = await taken([[['b', 'inconclusive', late]], [['b', 'unfit']]], { scenarios: chosen('b') })
  expect(conclude(unfit.takes, false)).toMatchObject({ verdict: 'inconclusive', exitCode: 4 })
  await expect(taken([first, new TypeError('a bug')])).rejects.toThrow('a bug')
})

test('an interrupt ends the wait, and no retake is made', async () => {
  const interrupt = new AbortController()
  const { asked, said } = await taken([[['a', 'inconclusive', late]]], {
    signal: interrupt.signal,
    calm: async ({ signal }) => {
      interrupt.abort(new Error('SIGINT'))
      signal.throwIfAborted()
      return true
    },
  })
  expect(asked).toHaveLength(1)
  expect(said).toContain('not taken again: interrupted')
})

test('what ends a run ends a retake as well', async () => {
  const scenarios = [...chosen('a', 'b'), { id: 'back', onlyWith: '--hand-back' } as CatalogueEntry]
  const { asked } = await taken([[['a', 'inconclusive', late], ['b', 'pass'], ['back', 'pass']], [['a', 'pass'], ['back', 'pass']]], { scenarios })
  expect(asked).toEqual([['a', 'b', 'back'], ['a', 'back']])
})
