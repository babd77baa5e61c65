// HTML in which every inserted value is text, unless it was made here: what a node printed can never become markup.
import { plain } from '../redact.ts'

export class Markup {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }

  toString(): string {
    return this.source
  }
}

type Insertable = Markup | string | number | undefined | false | null | Insertable[]

/** `` html`<p>${text}</p>` ``: strings are stripped of control characters and escaped, markup and lists of it are inserted as they are. */
export function html(parts: TemplateStringsArray, ...values: Insertable[]): Markup {
  return new Markup(parts.map((part, index) => (index === 0 ? part : insert(values[index - 1]) + part)).join(''))
}

function insert(value: Insertable): string {
  if (value instanceof Markup) return value.source
  if (Array.isArray(value)) return value.map(insert).join('')
  if (value === undefined || value === null || value === false) return ''
  return escaped(String(value))
}

function escaped(text: string): string {
  return plain(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}

/** JSON for a data block: no string in it can end the block. */
export function dataBlock(id: string, value: unknown): Markup {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
  return new Markup(`<script type="application/json" id="${id}">${json}</script>`)
}
