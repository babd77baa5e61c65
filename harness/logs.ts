// What a product writes down of itself: where it does, what of it is bad news whoever asks, and which lines of errors are expected. A system gives the data, a history carries it, a check judges by it.

/** Lines whose text matches: a regular expression; of any program, or of those whose whole name matches another. */
export interface LogPattern {
  program?: string
  pattern: string
  why: string
}

/** Bad news whatever is done to the product; `why` says what it means. */
export interface BadNews extends LogPattern {
  /** the program's own code or documentation, where the line comes from */
  source: string
}

/** A line that somebody has looked at: it is no failure, and `why` says so. */
export interface ExpectedLine extends LogPattern {
  /** It is bad news elsewhere, and here what the fault itself does; only a scenario may say that. */
  excusesBadNews?: true
}

export interface LogLists {
  badNews: BadNews[]
  expected: ExpectedLine[]
}

/** One line of a log as it was read: of the journal with what journald knows of it, of a file its text alone. */
export interface RawLine {
  /** `journal`, or the file's path */
  log: string
  text: string
  /** time of day, ms since 1970; null where only the text may tell it */
  wallMs: number | null
  identifier: string | null
  unit: string | null
  pid: number | null
  /** 0 (emergency) to 7 (debug), as in syslog */
  priority: number | null
}

export interface LogLine {
  wallMs: number | null
  program: string
  pid: number | null
  priority: number
  text: string
}

/** The rest of the line before. */
export interface Continuation {
  goesOn: string
}

/** Where a product logs, and how its lines are read. */
export interface ProductLog {
  /** systemd units whose lines are read, and systemd's own about them */
  units: string[]
  /** identifiers in the journal, beside those units */
  identifiers: string[]
  /** paths; what is not there at the end could not be read */
  files: string[]
  understand(line: RawLine): LogLine | Continuation
  lists: LogLists
}

/** Priority of `err`: from here on (and below) a line wants an explanation. */
export const errorPriority = 3

const compiled = new Map<string, RegExp>()

/** Throws a SyntaxError for a pattern that is no regular expression. */
export function matches({ program, pattern }: LogPattern, line: { program: string; text: string }): boolean {
  return (program === undefined || expressionOf(`^(?:${program})$`).test(line.program)) && expressionOf(pattern).test(line.text)
}

function expressionOf(pattern: string): RegExp {
  const expression = compiled.get(pattern) ?? new RegExp(pattern)
  compiled.set(pattern, expression)
  return expression
}
