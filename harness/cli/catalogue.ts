// Which scenarios exist: every file of scenarios/<system>/ whose default export is a scenario.
import { globSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Scenario } from '../scenario.ts'
import { ExitError, exitCodes } from './exit.ts'
import { projectRoot } from './project.ts'

export interface CatalogueEntry extends Scenario {
  /** relative to the project's root */
  file: string
}

export async function catalogue(): Promise<CatalogueEntry[]> {
  const files = globSync('scenarios/*/*.ts', { cwd: projectRoot }).sort()
  return Promise.all(files.map(loadScenario))
}

async function loadScenario(file: string): Promise<CatalogueEntry> {
  const { default: scenario } = (await import(pathToFileURL(join(projectRoot, file)).href)) as { default?: Scenario }
  const id = file.replace(/^scenarios\//, '').replace(/\.ts$/, '')
  if (scenario?.id !== id) throw new Error(`${file}: its default export must be the scenario ${id}, but is ${scenario?.id ?? 'absent'}`)
  return { ...scenario, file }
}

/** The scenarios asked for by id, file or system; when nothing is asked for, all of the target's system but those that need an option. */
export async function chooseScenarios(asked: string[], system: string): Promise<CatalogueEntry[]> {
  const all = await catalogue()
  const ofSystem = all.filter(scenario => scenario.system === system && scenario.onlyWith === undefined)
  if (asked.length === 0) {
    if (ofSystem.length === 0) throw new ExitError(exitCodes.usage, `there are no scenarios for ${system}; there are some for: ${systemsOf(all).join(', ')}`)
    return destroyingLast(ofSystem)
  }
  return destroyingLast([...new Set(asked.flatMap(name => {
    const file = relative(projectRoot, join(process.cwd(), name))
    const found = all.filter(scenario => [scenario.id, scenario.file].includes(name) || scenario.file === file || scenario.id.split('/')[1] === name)
    if (found.length === 0) throw new ExitError(exitCodes.usage, `unknown scenario ${JSON.stringify(name)}; there are:\n${all.map(scenario => `  ${scenario.id}`).join('\n')}`)
    const foreign = found.find(scenario => scenario.system !== system)
    if (foreign) throw new ExitError(exitCodes.usage, `${foreign.id} is a scenario for ${foreign.system}, but the target is of ${system}`)
    return found
  }))])
}

/** Throws ExitError 2 for a name that no scenario of that system has a bound by: it would silently be the scenarios' own. */
export async function requireBounds(names: string[], system: string): Promise<void> {
  const known = [...new Set((await catalogue()).filter(scenario => scenario.system === system).flatMap(({ bounds }) => Object.keys(bounds)))].sort()
  const strange = names.find(name => !known.includes(name))
  if (strange !== undefined) throw new ExitError(exitCodes.usage, `the target file has a bound ${strange}, which no scenario knows; there are: ${known.join(', ')}`)
}

/** What takes the cluster apart comes after what does not; after what leaves none nothing can be run. */
function destroyingLast(scenarios: CatalogueEntry[]): CatalogueEntry[] {
  const rank = ({ destroys }: CatalogueEntry): number => [undefined, 'for a while', 'for good'].indexOf(destroys)
  return scenarios.toSorted((a, b) => rank(a) - rank(b))
}

function systemsOf(all: CatalogueEntry[]): string[] {
  return [...new Set(all.map(scenario => scenario.system))]
}
