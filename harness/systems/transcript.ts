// What a terminal would show of a recorded transcript, line by line, with the line numbers of the recording.

/** A product's output that cannot be read for certain. It is never guessed at. */
export class NotUnderstood extends Error {
  override name = 'NotUnderstood'
  /** of the transcript as it came, from 1 */
  readonly line: number
  readonly reason: string

  constructor(line: number, reason: string) {
    super(`not understood: line ${line}: ${reason}`)
    this.line = line
    this.reason = reason
  }
}

export interface Line {
  /** from 1 */
  number: number
  /** as a terminal shows it: no colours, no corrected typing, no carriage returns */
  text: string
}

export function linesOf(transcript: string): Line[] {
  const lines = transcript.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((text, index) => ({ number: index + 1, text: asShown(text) }))
}

/** In quotes, short enough for a message, and harmless on a terminal. */
export function quoted(text: string): string {
  const start = text.slice(0, quotedLimit)
  // JSON leaves DEL and the C1 controls as they are.
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const harmless = JSON.stringify(start).replace(/[\u007f-\u009f]/g, character => `\\u00${character.charCodeAt(0).toString(16)}`)
  return start.length < text.length ? `${harmless}…` : harmless
}

const quotedLimit = 80

// CSI (colours, erasing, moving); OSC, DCS, SOS, PM and APC up to their end, on the same line; and the two-character ones.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controlSequence = /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-OQ-WYZ\\`-~]/y

/**
 * What is left of a line after its control characters did their work. What is none of a terminal's (a NUL, half a sequence)
 * stays in, so that whoever reads the line stumbles over it. Each character is looked at a bounded number of times.
 */
function asShown(line: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (!/[\u0007\u0008\u000d\u000e\u000f\u001b\u009b]/.test(line)) return line
  const cells: string[] = []
  let cursor = 0
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index)
    controlSequence.lastIndex = index
    const sequence = character === '\u001b' || character === '\u009b' ? controlSequence.exec(line) : null
    if (sequence) {
      cursor = obey(sequence[2], sequence[1] ?? '', cells, cursor)
      index += sequence[0].length - 1
    } else if (character === '\r') cursor = 0
    else if (character === '\b') cursor = Math.max(0, cursor - 1)
    // The bell, and the shifts between character sets that some terminals put after a colour.
    else if (!'\u0007\u000e\u000f'.includes(character)) {
      cells[cursor] = character
      cursor += 1
    }
  }
  return cells.join('')
}

/** Sequences that move within the line or erase in it; the others (colours, titles, modes) show nothing. */
function obey(final: string | undefined, parameters: string, cells: string[], cursor: number): number {
  const count = Math.max(1, Number.parseInt(parameters, 10) || 1)
  if (final === 'D') return Math.max(0, cursor - count)
  if (final === 'C') return Math.min(cells.length, cursor + count)
  if (final === 'G') return Math.min(cells.length, count - 1)
  if (final === 'K' && (parameters === '' || parameters === '0')) cells.length = Math.min(cells.length, cursor)
  if (final === 'K' && parameters === '2') cells.fill(' ')
  return cursor
}
