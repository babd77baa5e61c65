// What several verbs take alike.
import { InvalidArgumentError } from 'commander'
import { checks } from '../checks/index.ts'
import { ExitError, exitCodes } from './exit.ts'

/** For an option that may be given again. */
export const collect = (value: string, all: string[]): string[] => [...all, value]

/** Throws ExitError 2 for a name that is no check's. */
export function requireChecks(names: string[]): void {
  const strange = names.find(name => !Object.hasOwn(checks, name))
  if (strange !== undefined) throw new ExitError(exitCodes.usage, `unknown check ${strange}; there are: ${Object.keys(checks).join(', ')}`)
}

/** From 0 on. */
export function wholeNumberOrNone(text: string): number {
  return text === '0' ? 0 : wholeNumber(text)
}

/** From 1 on. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 on is wanted')
  return Number(text)
}
