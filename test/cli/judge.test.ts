// `haywire judge` proves from the file alone: verdicts on stdout, the outcome as its exit code, and one clear message where there is no history.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { ExitError } from '../../harness/cli/exit.ts'
import { judgeCommand } from '../../harness/cli/judge.ts'
import type { HistoryEvent } from '../../harness/history.ts'
import { ack, fault, heal, phase, read } from '../checks/literal.ts'
import { run } from '../checks/story.ts'

const folder = mkdtempSync(join(tmpdir(), 'haywire-judge-'))
afterAll(() => rmSync(folder, { recursive: true }))

const frame = (seconds: number, scenario: string, phase: 'begin' | 'end', promises: string[] = []): HistoryEvent => ({ t: seconds * 1000, type: 'scenario', scenario, phase, promises })
const everywhere = (seconds: number, names: number[]): HistoryEvent[] => ['vip', 'primary-node', 'secondary-node'].flatMap(node => read(seconds, names, node))

test('all pass: exit 0', async () => {
  expect(told(await judge([run(), ack(1, 17), fault(2, 'cut'), heal(5, 'cut'), everywhere(6, [17])]))).toMatchInlineSnapshot(`
    {
      "code": 0,
      "message": "",
      "verdicts": [
        {
          "at": [
            6000,
          ],
          "check": "no-acknowledged-account-lost",
          "verdict": "pass",
          "why": "every acknowledged account is there once (1), through vip, primary-node, secondary-node, and no refused one (0); those of unknown fate may be there or not (0)",
        },
        {
          "at": [
            2000,
            2100,
            5000,
            5100,
          ],
          "check": "every-fault-proven-and-healed",
          "verdict": "pass",
          "why": "the fault was proven and proven healed: cut on primary-node (at 2.1 s, at 5.1 s)",
        },
      ],
    }
  `)
})

test('one fails: exit 1, with what was expected and seen', async () => {
  expect(told(await judge([run(), ack(1, 17), ack(2, 18), everywhere(6, [17])]))).toMatchInlineSnapshot(`
    {
      "code": 1,
      "message": "failed:
      no-acknowledged-account-lost: expected every acknowledged account; 1 of 2 lost: 18 (acknowledged at 2 s by primary-node, before any fault); read back through vip at 6 s, primary-node at 6 s, secondary-node at 6 s",
      "verdicts": [
        {
          "at": [
            2000,
            6000,
          ],
          "check": "no-acknowledged-account-lost",
          "verdict": "fail",
          "why": "expected every acknowledged account; 1 of 2 lost: 18 (acknowledged at 2 s by primary-node, before any fault); read back through vip at 6 s, primary-node at 6 s, secondary-node at 6 s",
        },
      ],
    }
  `)
})

test('one is unknown and none fails: exit 4', async () => {
  expect(told(await judge([run(), ack(1, 17), phase(2, 'cut', 'requested'), everywhere(6, [17])]))).toMatchInlineSnapshot(`
    {
      "code": 4,
      "message": "unknown:
      every-fault-proven-and-healed: cut on primary-node, requested at 2 s: it was never proven; cut on primary-node, requested at 2 s: it was never healed; cut on primary-node, requested at 2 s: it was never proven healed",
      "verdicts": [
        {
          "at": [
            6000,
          ],
          "check": "no-acknowledged-account-lost",
          "verdict": "pass",
          "why": "every acknowledged account is there once (1), through vip, primary-node, secondary-node, and no refused one (0); those of unknown fate may be there or not (0)",
        },
        {
          "at": [
            2000,
          ],
          "check": "every-fault-proven-and-healed",
          "verdict": "unknown",
          "why": "cut on primary-node, requested at 2 s: it was never proven; cut on primary-node, requested at 2 s: it was never healed; cut on primary-node, requested at 2 s: it was never proven healed",
        },
      ],
    }
  `)
})

test('each scenario is judged by what it promised, with its name', async () => {
  const { verdicts, code } = await judge([
    run(), frame(0, 'ssm/one', 'begin', ['every-fault-proven-and-healed']), fault(2, 'cut'), heal(5, 'cut'), frame(6, 'ssm/one', 'end'),
    frame(7, 'ssm/two', 'begin', ['no-acknowledged-account-lost']), ack(8, 17), everywhere(9, []), frame(10, 'ssm/two', 'end'),
  ])
  expect([code, ...verdicts.map(({ scenario, check, verdict }) => `${scenario} ${check} ${verdict}`)]).toEqual([1, 'ssm/one every-fault-proven-and-healed pass', 'ssm/two no-acknowledged-account-lost fail'])
})

test('a check that was not promised is judged all the same when named, and only that', async () => {
  const history = [run(), frame(0, 'ssm/one', 'begin', ['every-fault-proven-and-healed']), ack(1, 17), everywhere(6, []), frame(7, 'ssm/one', 'end')]
  const { verdicts, code } = await judge(history, '--check', 'no-acknowledged-account-lost', '--check', 'views-agree')
  expect([code, ...verdicts.map(({ check, verdict }) => `${check} ${verdict}`)]).toEqual([1, 'no-acknowledged-account-lost fail', 'views-agree unknown'])
})

test('a name that is no check: exit 2, with those there are', async () => {
  const { code, message, stdout } = await judge([run()], '--check', 'all-is-well')
  expect([code, stdout, message.split('\n').slice(0, 2)]).toEqual([2, '', ['unknown check "all-is-well"; there are:', '  one-active-at-a-time']])
})

test.each([
  ['garbage', 'not a history\n'],
  ['garbage in the middle', '{"t":1,"type":"run"}\n{"t":2,"type":\n{"t":3,"type":"op"}\n'],
  ['a line without a time', '{"t":1,"type":"run"}\n{"type":"fault"}\n'],
  ['an empty file', ''],
  ['a list', '[]\n'],
  ['lines of a later version only', '{"t":1,"type":"prophecy"}\n'],
])('%s: exit 2', async (_, text) => {
  const { code, message, stdout } = await judgeText(text)
  expect([code, stdout]).toEqual([2, ''])
  expect(message.replace(folder, '…').replace(/\d+\.jsonl/, 'history.jsonl')).toMatchSnapshot()
})

test('a file that is not there, or is a folder: exit 2', async () => {
  const missing = await judgeFile(join(folder, 'absent.jsonl'))
  const directory = await judgeFile(folder)
  expect([missing, directory].map(({ code, message }) => [code, message.replaceAll(folder, '…')])).toMatchInlineSnapshot(`
    [
      [
        2,
        "…/absent.jsonl cannot be read: ENOENT: no such file or directory, open '…/absent.jsonl'",
      ],
      [
        2,
        "… cannot be read: EISDIR: illegal operation on a directory, read",
      ],
    ]
  `)
})

test('a history that no check applies to proves nothing: exit 4', async () => {
  const { code, message, verdicts } = await judge([run()])
  expect([code, message.replace(/.*jsonl: /, ''), verdicts]).toEqual([4, 'no check applies to this history, so it proves nothing; name one with --check', []])
})

let files = 0

/** What a person and a script get, without how the JSON is laid out. */
function told({ code, message, verdicts }: Awaited<ReturnType<typeof judgeFile>>) {
  return { code, message, verdicts }
}

function judge(events: (HistoryEvent | HistoryEvent[])[], ...options: string[]) {
  return judgeText(events.flat().map(event => `${JSON.stringify(event)}\n`).join(''), ...options)
}

function judgeText(text: string, ...options: string[]) {
  files += 1
  const path = join(folder, `${files}.jsonl`)
  writeFileSync(path, text)
  return judgeFile(path, ...options)
}

async function judgeFile(path: string, ...options: string[]): Promise<{ code: number; message: string; stdout: string; verdicts: { scenario?: string; check: string; verdict: string; why: string; at: number[] }[] }> {
  let stdout = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation(text => { stdout += String(text); return true })
  let ended: ExitError | undefined
  try {
    await judgeCommand().parseAsync([path, ...options], { from: 'user' })
  } catch (error) {
    if (!(error instanceof ExitError)) throw error
    ended = error
  } finally {
    spy.mockRestore()
  }
  return { code: ended?.code ?? 0, message: ended?.message ?? '', stdout, verdicts: stdout === '' ? [] : JSON.parse(stdout) }
}
