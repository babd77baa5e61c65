// What a console command said, between the prompts, echoes and log-in lines that a recorded session is full of.
import { NotUnderstood, linesOf, quoted, type Line } from '../transcript.ts'

/** One line that says something, in single blanks. */
interface Statement {
  line: number
  text: string
  /** it began with a blank */
  indented: boolean
  /** an empty line stands right before it */
  afterBlank: boolean
}

/** Far longer than any line that a console prints, and short enough that no pattern here takes long. */
const lineLimit = 4096

/**
 * Reads a transcript statement by statement. What comes before the first heading is skipped; from there on every line that is
 * neither noise nor taken is an error.
 */
export class ConsoleTranscript {
  readonly #statements: Iterator<Statement, undefined>
  readonly #lastLine: number
  #taken: Statement | undefined
  /** what is read next; undefined at the end */
  next: Statement | undefined

  constructor(transcript: string, command: string, heading: RegExp) {
    const lines = linesOf(transcript)
    this.#lastLine = Math.max(1, lines.length)
    const start = lines.findIndex(({ text }) => text.length <= lineLimit && heading.test(withoutPrompt(plain(text)).text))
    this.#statements = statementsOf(start < 0 ? [] : lines.slice(start), command)
    this.next = this.#statements.next().value
  }

  /** Reads the next statement if it is just that. */
  takes(text: string): boolean {
    if (this.next?.text !== text) return false
    this.#advance()
    return true
  }

  /** Reads the next statement, whatever it is. */
  take(expected: string): string {
    const text = this.next?.text ?? this.refuse(expected)
    this.#advance()
    return text
  }

  /** Reads the next statement, which has to be just that. */
  expectText(text: string): void {
    if (!this.takes(text)) this.refuse(text)
  }

  /** Reads the next statement if it matches. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    const match = this.next && pattern.exec(this.next.text)
    if (!match) return undefined
    this.#advance()
    return match
  }

  /** Reads the next statement, which has to match. */
  expect(pattern: RegExp, what: string): RegExpExecArray {
    return this.match(pattern) ?? this.refuse(what)
  }

  /** Nothing may follow. */
  expectEnd(): void {
    if (this.next) throw new NotUnderstood(this.next.line, `${quoted(this.next.text)} after the end of the output`)
  }

  /** The next statement is not what had to be there. */
  refuse(expected: string): never {
    if (!this.next) throw new NotUnderstood(this.#lastLine, `the transcript ends before ${expected}`)
    throw new NotUnderstood(this.next.line, `expected ${expected}, not ${quoted(this.next.text)}`)
  }

  /** What was read last says something that cannot be. */
  reject(reason: string): never {
    throw new NotUnderstood(this.#taken?.line ?? this.#lastLine, reason)
  }

  #advance(): void {
    this.#taken = this.next
    this.next = this.#statements.next().value
  }
}

function* statementsOf(lines: Line[], command: string): Generator<Statement, undefined> {
  let afterBlank = false
  for (const { number, text: shown } of lines) {
    if (shown.length > lineLimit) throw new NotUnderstood(number, `a line of ${shown.length} characters: ${quoted(shown.trim())}`)
    const bare = plain(shown)
    if (bare === '') afterBlank = true
    const { text, prompted } = withoutPrompt(bare)
    if (text === '' || isNoise(text, command) || (prompted && text === 'exit')) continue
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    if (/[\u0000-\u001f\u007f-\u009f\ufffd]/.test(text)) throw new NotUnderstood(number, `${quoted(text)} holds what is no text`)
    yield { line: number, text, indented: /^\s/.test(shown), afterBlank }
    afterBlank = false
  }
  return undefined
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** `>> ha_status`, and what terminals and screenshots make of it: `[>> ha_status`, `>> ]`, `[>>]`, a cursor at the end. */
function withoutPrompt(text: string): { text: string; prompted: boolean } {
  const prompt = /^(?:\[?>>\]? ?)+/.exec(text)
  return prompt ? { text: text.slice(prompt[0].length).replace(/ ?[\]█]$/, ''), prompted: true } : { text, prompted: false }
}

/** Lines that say nothing about the cluster: the echoed command, log-ins (each command runs under su), rules, and what ssh says when it leaves. */
function isNoise(text: string, command: string): boolean {
  return text === command
    || /^Last (?:failed )?login: /.test(text)
    || /^There (?:was|were) \d+ failed login attempts? since the last successful login\.$/.test(text)
    || (/^[-=+| ]+$/.test(text) && /[-=]{2}/.test(text))
    || /^(?:Shared c|C)onnection to \S+ closed\.$/.test(text)
}
