// No secret leaves in a report, and no text from a node can act: not on a terminal, not in a page.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const redacted = '[redacted]'

export type Redact = (text: string) => string

/**
 * Replaces every secret, as it is and as it travels: percent-encoded, form-encoded, escaped for JSON or HTML, in base64 (also
 * in the middle of a longer base64 text, as in `Authorization: Basic`), and line by line where it has lines (a private key).
 */
export function redactor(secrets: string[]): Redact {
  const forms = formsOf(secrets)
  if (forms.length === 0) return text => text
  const any = new RegExp(forms.map(form => RegExp.escape(form)).join('|'), 'g')
  return text => text.replace(any, redacted)
}

/** The longest first, so that a secret that contains another is replaced whole. */
function formsOf(secrets: string[]): string[] {
  const plainOnes = secrets.flatMap(secret => [secret, secret.trim(), ...linesOf(secret)]).filter(secret => secret !== '')
  const forms = plainOnes.flatMap(secret => [secret, ...encodings(secret), ...insideBase64(secret)])
  return [...new Set(forms)].sort((a, b) => b.length - a.length)
}

const shortestLine = 16

function linesOf(secret: string): string[] {
  return secret.includes('\n') ? secret.split(/\r?\n/).filter(line => line.length >= shortestLine && !line.startsWith('-----')) : []
}

function encodings(secret: string): string[] {
  const percent = encodeURIComponent(secret)
  return [
    percent,
    percent.replaceAll(/%[0-9A-F]{2}/g, code => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    new URLSearchParams({ s: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    Buffer.from(secret).toString('hex'),
  ]
}

const shortestInside = 6

/**
 * Base64 takes three bytes at a time, so a secret inside a longer text looks different at each of three offsets; the characters
 * that also depend on its neighbours are left away:  `user:` + `secret`  →  …c2VjcmV0
 */
function insideBase64(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const whole = [bytes.toString('base64'), bytes.toString('base64url')]
  const inside = [0, 1, 2].flatMap(offset => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    const first = Math.ceil((offset * 8) / 6)
    const last = Math.floor((padded.length * 8) / 6)
    return [padded.toString('base64').slice(first, last), padded.toString('base64url').slice(first, last)]
  })
  return [...whole, ...inside].filter(form => form.length >= shortestInside)
}

/** Redacts every file of a folder in place; returns those it had to change. Binary files keep their length: the secret is masked. */
export function redactFolder(folder: string, secrets: string[]): string[] {
  const forms = formsOf(secrets).map(form => Buffer.from(form))
  if (forms.length === 0) return []
  const redact = redactor(secrets)
  const any = new RegExp(forms.map(form => RegExp.escape(form.toString('latin1'))).join('|'))
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => statSync(path).size > 0 && redactFile(path, forms, any, redact))
}

/** One expression over all bytes is twenty times quicker than a search for each form; a string cannot hold more than that. */
const longestString = 2 ** 28

function redactFile(path: string, forms: Buffer[], any: RegExp, redact: Redact): boolean {
  const content = readFileSync(path)
  if (!(content.length < longestString ? any.test(content.toString('latin1')) : forms.some(form => content.includes(form)))) return false
  if (/\.jsonl?$/.test(path)) writeFileSync(path, content.toString('utf8').split('\n').map(line => redactJson(line, redact)).join('\n'))
  else if (content.includes(0)) writeFileSync(path, masked(content, forms))
  else writeFileSync(path, redact(content.toString('utf8')))
  return true
}

/** Only the strings of a JSON line are replaced, so that it stays JSON whatever the secret is. */
function redactJson(line: string, redact: Redact): string {
  const replaced = redact(line)
  if (replaced === line) return line
  try {
    return JSON.stringify(JSON.parse(line), (_key, value: unknown) => (typeof value === 'string' ? redact(value) : value))
  } catch {
    return replaced
  }
}

function masked(content: Buffer, forms: Buffer[]): Buffer {
  for (const form of forms) {
    for (let at = content.indexOf(form); at >= 0; at = content.indexOf(form, at + form.length)) content.fill('*', at, at + form.length)
  }
  return content
}

const esc = '\u001B'
// CSI, then OSC / DCS / SOS / PM / APC up to their end, then two- and three-character sequences (ECMA-48).
const sequences = new RegExp(
  `(?:${esc}\\[|\u009B)[0-?]*[ -/]*[@-~]|(?:${esc}[\\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u009C${esc}\u009D\u0090\u0098\u009E\u009F]{0,4096}(?:\u0007|\u009C|${esc}\\\\)|${esc}[ -/]*[0-~]`, 'g')
// What is left of them, other control characters, and the marks that turn the direction of writing.
const controls = /(?![\t\n])[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu
const halfCharacters = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

/** A text from a node without anything a terminal would obey. Line ends become `\n`; a carriage return cannot overwrite a line. */
export function plain(text: string): string {
  return text.replace(sequences, '').replace(/\r+\n?/g, '\n').replace(controls, '').replace(halfCharacters, '\uFFFD')
}

/** The same on one line: for titles, table cells and status lines. */
export function oneLine(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim()
}
