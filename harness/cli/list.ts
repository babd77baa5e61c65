// `haywire list`: which scenarios, faults and checks there are, and with `--coverage` which acceptance rows a run has proven.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { checks } from '../checks/index.ts'
import { faultKinds } from '../faults/index.ts'
import { isRunFolder, readConcluded } from '../../reports/index.ts'
import { readHistory, type History, type StepEvent } from '../history.ts'
import { acceptanceRows } from './acceptance.ts'
import { catalogue, type CatalogueEntry } from './catalogue.ts'
import { coverageOf, type CoverageRow } from './coverage.ts'
import { ExitError, exitCodes } from './exit.ts'
import { runsDir } from './project.ts'

export function listCommand(): Command {
  return new Command('list')
    .description('show the scenarios, faults and checks there are')
    .option('--json', 'machine-readable, on stdout')
    .option('--coverage', 'per acceptance row: proven, failed, inconclusive, not run or not provable here, with the evidence of a run')
    .addOption(new Option('--run <dir>', 'the run whose evidence --coverage shows').default(join(runsDir(), 'latest'), 'runs/latest'))
    .action(async ({ json, coverage, run }: { json?: boolean; coverage?: boolean; run: string }) => {
      const scenarios = await catalogue()
      if (coverage) showCoverage(scenarios, run, json ?? false)
      else showCatalogue(scenarios, json ?? false)
    })
}

function showCatalogue(entries: CatalogueEntry[], json: boolean): void {
  const scenarios = entries.map(({ id, title, system, file, covers, promises, onlyWith, destroys, long }) => ({ id, title, system, file, covers, promises, ...(onlyWith ? { onlyWith } : {}), ...(destroys ? { destroys } : {}), ...(long ? { long } : {}) }))
  const faults = Object.values(faultKinds).map(({ name, what, needs }) => ({ name, what, needs }))
  const known = Object.values(checks).map(({ name, statement }) => ({ name, statement }))
  if (json) {
    print(JSON.stringify({ scenarios, faults, checks: known }, null, 2))
    return
  }
  print('Scenarios')
  for (const { id, title, onlyWith, destroys, long } of scenarios) print(`  ${id}${onlyWith ? ` (with ${onlyWith})` : ''}${destroys ? ' (takes the cluster apart: on a real one with --destroy only)' : ''}${long ? ' (left out by --short)' : ''}\n      ${title}`)
  print('\nFaults')
  for (const { name, what } of faults) print(`  ${name}\n      ${what}`)
  print('\nChecks')
  for (const { name, statement } of known) print(`  ${name}\n      ${statement}`)
}

function showCoverage(scenarios: CatalogueEntry[], run: string, json: boolean): void {
  const systems = [...new Set(scenarios.map(scenario => scenario.system))]
  const history = historyOf(run)
  const rows = systems.flatMap(system => coverageOf(acceptanceRows(system), scenarios.filter(scenario => scenario.system === system), history))
  if (json) print(JSON.stringify({ run: history ? run : null, rows }, null, 2))
  else rows.forEach(row => print(describe(row)))
}

function describe({ id, state, statement, why, evidence }: CoverageRow): string {
  const proofs = evidence.map(({ scenario, step, check }) => `\n           by ${scenario}: ${step} (${check})`).join('')
  return `${id.padEnd(8)} ${state}${why ? ` (${why})` : ''}: ${statement}${proofs}`
}

/** Of a run with retakes, each scenario's part of the take that counts. */
function historyOf(run: string): History | undefined {
  if (existsSync(join(run, 'history.jsonl'))) {
    const takes = isRunFolder(run) ? readConcluded(run).takes : undefined
    return takes ? Object.entries(takes).flatMap(([scenario, folder]) => stepsOf(scenario, run, folder)) : readHistory(join(run, 'history.jsonl'))
  }
  if (run === join(runsDir(), 'latest')) return undefined
  throw new ExitError(exitCodes.usage, `${run} is not a run's folder: it has no history.jsonl`)
}

function stepsOf(scenario: string, run: string, folder: string): StepEvent[] {
  const steps = readHistory(join(run, folder, 'history.jsonl')).filter((event): event is StepEvent => event.type === 'step' && event.step.startsWith(`${scenario}#`))
  return steps.map(step => ({ ...step, evidence: (step.evidence ?? []).map(evidence => ({ ...evidence, path: join(folder, evidence.path) })) }))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
