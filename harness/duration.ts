// Durations are written as people say them ('30s') and kept in milliseconds.

export type Duration = `${number}${'ms' | 's' | 'min'}`

const unitMs = { ms: 1, s: 1000, min: 60_000 } as const

/** Milliseconds of `'250ms'`, `'1.5s'` or `'2min'`; throws a RangeError for anything else. */
export function milliseconds(duration: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|min)$/.exec(duration)
  if (!match) throw new RangeError(`not a duration: ${JSON.stringify(duration)}; write it like '250ms', '30s' or '2min'`)
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]
}

/** The shortest exact way to say it: `1500` → `'1.5 s'`, `12` → `'12 ms'`. */
export function sayMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  return `${Number((ms / 1000).toFixed(ms < 100_000 ? 2 : 1))} s`
}
