// Compares what was seen with the part of it that was promised, and says the difference in one line.
import type { Look } from './eventually.ts'

export type Partially<T> = T extends object ? { [K in keyof T]?: Partially<T[K]> | undefined } : T | RegExp

/** Satisfied when every promised field is as promised (a RegExp must match); the observation shows just those fields, as they are. */
export function shows<T>(value: T, promised: Partially<NoInfer<T>>): Look<T> {
  const differences = differencesOf(value, promised, '')
  const observed = differences.length === 0 ? say(seenOf(value, promised)) : differences.map(({ path, seen }) => `${path} ${say(seen)}`).join(', ')
  return { value, satisfied: differences.length === 0, observed }
}

/** What was promised, with what was seen in the place of each pattern. */
function seenOf(value: unknown, promised: unknown): unknown {
  if (promised instanceof RegExp) return value
  if (typeof promised !== 'object' || promised === null) return promised
  const part = (key: string): unknown => (value as Record<string, unknown> | null | undefined)?.[key]
  if (Array.isArray(promised)) return promised.map((each, index) => seenOf(part(String(index)), each))
  return Object.fromEntries(Object.entries(promised).map(([key, each]) => [key, seenOf(part(key), each)]))
}

function differencesOf(value: unknown, promised: unknown, path: string): { path: string; seen: unknown }[] {
  if (promised === undefined) return []
  if (promised instanceof RegExp) return typeof value === 'string' && promised.test(value) ? [] : [{ path, seen: value }]
  if (typeof promised !== 'object' || promised === null) return Object.is(value, promised) ? [] : [{ path, seen: value }]
  if (Array.isArray(promised) && (!Array.isArray(value) || value.length !== promised.length)) return [{ path, seen: value }]
  return Object.entries(promised).flatMap(([key, part]) =>
    differencesOf((value as Record<string, unknown> | null | undefined)?.[key], part, path === '' ? key : `${path}.${key}`))
}

/** One line of text for any plain value: `cluster Normal, active.node primary-node`. */
export function say(value: unknown): string {
  if (value instanceof RegExp) return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `[${value.map(say).join('; ')}]`
  if (typeof value !== 'object' || value === null) return value === undefined ? 'absent' : value === '' ? '(blank)' : String(value as string | number | boolean)
  return Object.entries(flat(value)).map(([path, part]) => `${path} ${say(part)}`).join(', ')
}

function flat(value: object, prefix = ''): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).flatMap(([key, part]) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) && !(part instanceof RegExp)
      ? Object.entries(flat(part as object, `${prefix}${key}.`))
      : [[`${prefix}${key}`, part]]))
}
