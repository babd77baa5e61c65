// How a check's findings become its verdict: what was really shown beats what is missing, and what is missing is never a pass.
import { fail, pass, unknown, type Verdict } from '../../check.ts'

/** One thing that was seen, or could not be seen, and the moments it rests on. */
export interface Finding {
  why: string
  at: number[]
}

export const finding = (why: string, ...at: number[]): Finding => ({ why, at })

/** Findings that a person reads before the rest is only counted. */
const shown = 3

/** Fails with what was broken; else is unknown with what was missing; else passes with what was seen. */
export function conclude({ broken, missing, seen }: { broken: Finding[]; missing: Finding[]; seen: () => Finding }): Verdict {
  if (broken.length > 0) return fail(join(broken), ...moments(broken))
  if (missing.length > 0) return unknown(join(missing), ...moments(missing))
  const { why, at } = seen()
  return pass(why, ...new Set(at))
}

function join(findings: Finding[]): string {
  const more = findings.length - shown
  return [...findings.slice(0, shown).map(({ why }) => why), ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

function moments(findings: Finding[]): number[] {
  return [...new Set(findings.slice(0, shown).flatMap(({ at }) => at))]
}
