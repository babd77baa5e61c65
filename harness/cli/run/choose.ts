// Which scenarios a run is made of, and in which order: what a cluster does not survive, and what hands it back, comes last and only where it was asked for.
import { chooseScenarios, type CatalogueEntry } from '../catalogue.ts'
import { ExitError, exitCodes } from '../exit.ts'

export interface Asked {
  handBack?: boolean
  destroy?: boolean
  /** without those that are marked as long */
  short?: boolean
  /** the twin is wanted afterwards */
  keep?: boolean
  repeat?: number
}

/** `real` is the name of a real cluster; a twin has none, and is there to be broken. Throws ExitError 2 for what was asked for by name and cannot be. */
export async function chooseFor(names: string[], { system, real }: { system: string; real: string | undefined }, { handBack = false, destroy = false, short = false, keep = false, repeat = 1 }: Asked): Promise<CatalogueEntry[]> {
  if (handBack && destroy) throw new ExitError(exitCodes.usage, '--destroy may leave no cluster that --hand-back could hand back: use one of them')
  const all = (await chooseScenarios(names, system)).filter(({ long }) => !(short && long && names.length === 0))
  const closing = all.find(({ onlyWith }) => onlyWith)
  if (closing) throw new ExitError(exitCodes.usage, `${closing.id} ends a run and is none by itself: add ${closing.onlyWith ?? ''} to the run of other scenarios`)
  const destroying = names.length > 0 ? all.findLast(({ destroys }) => destroys) : undefined
  if (destroying?.destroys === 'for good' && handBack) throw new ExitError(exitCodes.usage, `${destroying.id} leaves no cluster that could be handed back: run it without --hand-back`)
  if (destroying && real !== undefined && !destroy) throw new ExitError(exitCodes.usage, `${destroying.id} takes the cluster apart: to run it on ${real}, say so with --destroy`)
  const chosen = all.filter(({ destroys }) => !destroys || ((real === undefined || destroy) && !((handBack || (keep && real === undefined && names.length === 0)) && destroys === 'for good')))
  if (real !== undefined && repeat > 1 && chosen.some(({ destroys }) => destroys === 'for good')) throw new ExitError(exitCodes.usage, `after ${chosen.at(-1)?.id ?? ''} there is no cluster for a second run: use --repeat without --destroy`)
  return handBack ? [...chosen, ...(await chooseScenarios([`${system}/hand-back`], system))] : chosen
}

/** Of the system's scenarios those that were not chosen, with why. */
export async function leftOut(chosen: CatalogueEntry[], system: string): Promise<{ id: string; why: string }[]> {
  const others = (await chooseScenarios([], system)).filter(({ id }) => !chosen.some(scenario => scenario.id === id))
  return others.map(({ id, long }) => ({ id, why: long ? 'which --short leaves out' : 'which takes the cluster apart' }))
}
