// Which scenarios a run is made of, and in which order: what a cluster does not survive, and what hands it back, comes last and only where it was asked for.
import { chooseScenarios, type CatalogueEntry } from '../catalogue.ts'
import { ExitError, exitCodes } from '../exit.ts'

export interface Asked {
  handBack?: boolean
  destroy?: boolean
}

/** `real` is the name of a real cluster; a twin has none, and is there to be broken. Throws ExitError 2 for what was asked for by name and cannot be. */
export async function chooseFor(names: string[], { system, real }: { system: string; real: string | undefined }, { handBack = false, destroy = false }: Asked): Promise<CatalogueEntry[]> {
  const all = await chooseScenarios(names, system)
  const closing = all.find(({ onlyWith }) => onlyWith)
  if (closing) throw new ExitError(exitCodes.usage, `${closing.id} ends a run and is none by itself: add ${closing.onlyWith ?? ''} to the run of other scenarios`)
  const destroying = names.length > 0 ? all.find(({ destroys }) => destroys) : undefined
  if (destroying && handBack) throw new ExitError(exitCodes.usage, `${destroying.id} leaves no cluster that could be handed back: run it without --hand-back`)
  if (destroying && real !== undefined && !destroy) throw new ExitError(exitCodes.usage, `${destroying.id} leaves no cluster: to run it on ${real}, say so with --destroy`)
  const chosen = all.filter(({ destroys }) => !destroys || (!handBack && (real === undefined || destroy)))
  return handBack ? [...chosen, ...(await chooseScenarios([`${system}/hand-back`], system))] : chosen
}
