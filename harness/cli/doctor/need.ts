// What Haywire needs of a machine: what was found, what is missing, and the one command that mends it.

export interface Need {
  name: string
  /** what goes without it; absent where nothing does */
  without?: string
  look(): Promise<Finding>
}

export type Finding =
  | { state: 'found'; what: string }
  /** nothing speaks against it, but it could not be looked at */
  | { state: 'unknown'; what: string }
  | { state: 'missing'; what: string; mend: Mend }

export type Mend =
  /** of Debian and its descendants */
  | { packages: string[] }
  /** a verb of our own, with its arguments */
  | { verb: string[] }
  /** something that only a person can do */
  | { advice: string }

export interface Examined extends Pick<Need, 'name' | 'without'> {
  finding: Finding
}

export interface Verdict {
  fit: boolean
  /** names of the needs without which nothing runs */
  missing: string[]
  /** names of those that some things go without */
  lacking: string[]
}

export async function examine({ name, without, look }: Need): Promise<Examined> {
  return { name, ...(without === undefined ? {} : { without }), finding: await look() }
}

export function verdictOf(examined: Examined[]): Verdict {
  const missing = examined.filter(({ finding }) => finding.state === 'missing')
  return {
    fit: missing.every(({ without }) => without !== undefined),
    missing: missing.filter(({ without }) => without === undefined).map(({ name }) => name),
    lacking: missing.filter(({ without }) => without !== undefined).map(({ name }) => name),
  }
}

/** The command that mends it, as a person would type it; for advice, the advice. */
export function mendCommand(mend: Mend, host: { root: boolean; apt: boolean }): string {
  if ('advice' in mend) return mend.advice
  if ('verb' in mend) return `npx haywire ${mend.verb.join(' ')}`
  return host.apt ? `${host.root ? '' : 'sudo '}apt-get install --no-install-recommends ${mend.packages.join(' ')}` : `install, as your distribution calls them: ${mend.packages.join(', ')}`
}

/** One line each, the mending below it. */
export function describeExamined({ name, without, finding }: Examined, host: { root: boolean; apt: boolean }): string {
  const word = finding.state === 'missing' && without !== undefined ? 'absent' : finding.state
  const line = `${word.padEnd(8)} ${name}: ${finding.what}`
  if (finding.state !== 'missing') return line
  return [line, ...(without === undefined ? [] : [`         without it: ${without}`]), `         mend: ${mendCommand(finding.mend, host)}`].join('\n')
}
