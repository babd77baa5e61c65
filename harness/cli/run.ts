// `haywire run`: the scenarios against a cluster, a verdict, and a folder of evidence.
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { tellConclusion } from '../../reports/index.ts'
import { endText, repeatSummary } from '../../reports/summary.ts'
import { requireBounds, type CatalogueEntry } from './catalogue.ts'
import { checkDefects, readDefect, type Defect } from './defect.ts'
import { ExitError, exitCodes, gravest, type ExitCode } from './exit.ts'
import { collect, requireChecks, wholeNumber, wholeNumberOrNone } from './options.ts'
import { askedOfTwin } from './run/capabilities.ts'
import { chooseFor, leftOut } from './run/choose.ts'
import { glossary } from './run/glossary.ts'
import { printPlan } from './run/plan.ts'
import { makeRunFolder, requireEmpty } from './run/folder.ts'
import { listenForInterrupts } from './run/interrupts.ts'
import { conclude, retakeFolder, withRetakes, writeConclusion, type ConcludedRun, type Take } from './run/retakes.ts'
import type { RunResult } from './run/result.ts'
import { runOnce } from './run/run-once.ts'
import { openTarget, type OpenTarget, type UpTarget } from './run/open-target.ts'
import { checkDemonstration, twinOf } from './twins.ts'

interface Options {
  target: string
  demonstration?: string
  defect: string[]
  without: string[]
  out?: string
  repeat: number
  retake: number
  keep?: boolean
  handBack?: boolean
  destroy?: boolean
  short?: boolean
  plan?: boolean
  yes?: string
  seed?: number
  json?: boolean
}

export function runCommand(): Command {
  return new Command('run')
    .description('run scenarios against a cluster: a twin that is built and started here, or a real one')
    .argument('[scenario...]', 'by id (ssm/failover-and-failback) or file; default: all of the target\'s system, on a real cluster all but those that take it apart')
    .option('--target <target>', 'ssm-twin, or a target file', 'ssm-twin')
    .option('--demonstration <name>', 'which of the document\'s demonstrations the twin is: addresses and version (default: the first)')
    .option('--defect <dir>', 'plant this defect in the twin first (repeatable)', collect, [])
    .option('--without <check>', 'take this check out, to see what it alone catches (repeatable)', collect, [])
    .option('--out <dir>', 'the run\'s folder; must be new or empty (default: runs/<UTC>-<name>)')
    .option('--repeat <n>', 'that many runs, one after the other, and a summary', wholeNumber, 1)
    .option('--retake <n>', 'take what the host spoiled again, when it keeps time: at most that often', wholeNumberOrNone, 0)
    .option('--keep', 'leave the twin up afterwards (it is torn down by ssm/teardown only when that is named)')
    .option('--hand-back', 'end with the server active that was active before the run (without ssm/teardown)')
    .option('--destroy', 'on a real cluster, run what takes it apart, too')
    .option('--short', 'of all scenarios only those that every change is tested with')
    .option('--plan', 'print every step, fault, node and undo, and touch nothing')
    .option('--yes <name>', 'the name of the real cluster: without it nothing is done to one')
    .option('--seed <n>', 'seed of the run', wholeNumber)
    .option('--json', 'run.json on stdout, progress on stderr')
    .action(run)
}

async function run(names: string[], options: Options): Promise<void> {
  const defects = options.defect.map(readDefect)
  requireChecks(options.without)
  const target = openTarget(options.target)
  checkDemonstration(options.demonstration, target.real ? undefined : twinOf(target.system))
  await requireBounds(Object.keys(target.described.bounds), target.system)
  const scenarios = await chooseFor(names, { system: target.system, real: target.real?.name }, options)
  if (defects.length > 0 && target.real) throw new ExitError(exitCodes.usage, `--defect is for twins; ${options.target} is a target file, and nothing is ever planted in a real cluster`)
  if (defects.length > 0 && options.handBack) throw new ExitError(exitCodes.usage, '--hand-back is for clusters that somebody needs again; one with a planted defect is thrown away')
  checkDefects(defects, target.system, target.nodes)
  const others = names.length === 0 ? await leftOut(scenarios, target.system) : []
  for (const { id, why } of others) process.stderr.write(`left out: ${id}, ${why}\n`)
  if (options.plan) {
    await printPlan(target.described, scenarios, line => process.stdout.write(`${line}\n`))
    return
  }
  if (target.real && options.yes !== target.real.name) throw new ExitError(exitCodes.usage, `${target.real.name} is a real cluster: its nodes will lose power, networks and services. To do that, say so with --yes ${target.real.name}; to see what would be done, --plan.`)
  const { runs, cutShort, removal } = await runRepeatedly(target, scenarios, others, names.length > 0, defects, options)
  if (options.json) process.stdout.write(`${JSON.stringify(runs.length === 1 ? runs[0] : runs, null, 2)}\n`)
  process.exitCode = gravest([...runs.map(({ exitCode }) => exitCode), ...(cutShort ? [exitCodes.interrupted] : []), removal])
}

/** Whether what was to be handed back was. */
function handedBack({ result }: Take, { handBack }: Options): boolean {
  return !handBack || result.scenarios.some(({ onlyWith, verdict }) => onlyWith !== undefined && verdict === 'pass')
}

/** The runs that were asked for, each with its retakes; `cutShort` where an interrupt kept some from being made; `removal` says whether the twin could be removed. */
async function runRepeatedly(target: OpenTarget, scenarios: CatalogueEntry[], others: RunResult['leftOut'], askedByName: boolean, defects: Defect[], options: Options): Promise<{ runs: ConcludedRun[]; cutShort: boolean; removal: ExitCode }> {
  const interrupts = listenForInterrupts()
  const signal = interrupts.interrupted
  const runs: ConcludedRun[] = []
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  const [only, ...more] = scenarios
  const name = only && more.length === 0 ? only.id.replace('/', '-') : target.system
  let up: Awaited<ReturnType<OpenTarget['up']>> | undefined
  let last: Take | undefined
  let removal: ExitCode = exitCodes.pass
  const take = async (chosen: CatalogueEntry[], out: string | undefined): Promise<Take> => {
    if (out !== undefined) requireEmpty(out)
    // A twin that is not surely as before is not used again.
    if (up && !target.real && last?.result.scenarios.some(({ clusterInDoubt }) => clusterInDoubt)) {
      const doubtful = up
      up = undefined
      removal = gravest([removal, await remove(doubtful, say)])
    }
    up ??= await target.up({ defects, say, signal, keep: options.keep ?? false, demonstration: options.demonstration, ...askedOfTwin(scenarios) })
    const runDir = makeRunFolder({ name, ...(out === undefined ? {} : { out }) })
    if (options.repeat > 1) say(`run ${runs.length + 1} of ${options.repeat}: ${runDir}`)
    const { result, messages } = await runOnce({ target: up.target, scenarios: chosen, leftOut: others, askedByName, defects, without: options.without, seed: options.seed ?? randomInt(2 ** 31), runDir, again: againCommand(options, chosen, askedByName || chosen.length < scenarios.length), ...interrupts })
    messages.forEach(say)
    say(endText(runDir, result))
    last = { result, runDir }
    return last
  }
  try {
    // The next run would take the wrong server for the one that was active at first: one that was not handed back is the last.
    while (runs.length < options.repeat && !signal.aborted && (!last || handedBack(last, options))) {
      const takes = await withRetakes(scenarios, (chosen, earlier) => take(chosen, earlier ? retakeFolder(earlier) : folderOf(runs.length + 1, options)), { retakes: options.retake, mayGoOn: take => handedBack(take, options) && !(target.real && scenarios.some(({ destroys }) => destroys === 'for good')), signal, say })
      const concluded = conclude(takes, askedByName)
      runs.push(concluded)
      if (takes.length === 1) continue
      writeConclusion(takes, concluded)
      tellConclusion(takes[0].runDir, glossary())
      say(`\nwith what was taken again:${endText(takes[0].runDir, concluded)}`)
    }
  } finally {
    interrupts.stop()
    if (up && !options.keep) removal = gravest([removal, await remove(up, say)])
    else if (up && !target.real) say(`the twin stays up: haywire lab status ${up.target.name}; remove it with haywire lab down ${up.target.name}`)
  }
  if (options.repeat > 1) {
    const summary = repeatSummary(runs)
    say(summary)
    if (options.out) writeFileSync(join(options.out, 'summary.txt'), `${summary}\n`)
  }
  const waiting = runs.at(-1)?.scenarios.some(({ spoiled }) => spoiled !== undefined) && options.retake > 0
  return { runs, cutShort: signal.aborted && (runs.length < options.repeat || waiting === true), removal }
}

/** What cannot be removed takes no verdict with it. */
async function remove(up: UpTarget, say: (text: string) => void): Promise<ExitCode> {
  try {
    await up.down()
    return exitCodes.pass
  } catch (error) {
    if (!(error instanceof ExitError)) throw error
    say(`haywire: ${error.message}`)
    return error.code
  }
}

/** The folder asked for; one for each where there are several. */
function folderOf(n: number, { out, repeat }: Options): string | undefined {
  return out === undefined || repeat === 1 ? out : join(out, `run-${String(n).padStart(String(repeat).length, '0')}`)
}

function againCommand({ target, demonstration, handBack, destroy, short, yes, defect, without, seed }: Options, scenarios: CatalogueEntry[], askedByName: boolean): string {
  const words = ['npx haywire run', ...(askedByName ? scenarios.flatMap(({ id, onlyWith }) => (onlyWith ? [] : id)) : []), `--target ${target}`, ...(demonstration === undefined ? [] : [`--demonstration ${demonstration}`]), ...(handBack ? ['--hand-back'] : []), ...(destroy ? ['--destroy'] : []), ...(short && !askedByName ? ['--short'] : []), ...(yes === undefined ? [] : [`--yes ${yes}`]), ...defect.map(dir => `--defect ${dir}`), ...without.map(check => `--without ${check}`)]
  return [...words, ...(seed === undefined ? [] : [`--seed ${seed}`])].join(' ')
}
