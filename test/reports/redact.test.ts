// No secret leaves, in whatever form it travels, and no text from a node can act.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { oneLine, plain, redactFolder, redactor } from '../../reports/redact.ts'
import { temporaryFolder } from './literal.ts'

const secret = 'pä$s w<o>rd/+"1'

test.each([
  ['as it is', `password ${secret}!`, 'password [redacted]!'],
  ['percent-encoded', `?p=${encodeURIComponent(secret)}&`, '?p=[redacted]&'],
  ['percent-encoded in lower case', `?p=${encodeURIComponent(secret).replaceAll(/%../g, code => code.toLowerCase())}&`, '?p=[redacted]&'],
  ['as a form field', `${new URLSearchParams({ user: 'admin', password: secret })}`, 'user=admin&password=[redacted]'],
  ['in JSON', JSON.stringify({ secret }), '{"secret":"[redacted]"}'],
  ['in HTML', 'value="pä$s w&lt;o&gt;rd/+&quot;1"', 'value="[redacted]"'],
  ['in base64', `key ${Buffer.from(secret).toString('base64')}`, 'key [redacted]'],
  ['in hexadecimal', Buffer.from(secret).toString('hex'), '[redacted]'],
])('a secret is removed %s', (_form, text, without) => {
  expect(redactor([secret])(text)).toBe(without)
})

test.each(['', 'a', 'ab', 'abc', 'admin:'])('a secret is removed from the base64 of %j and itself, whatever follows', before => {
  const redact = redactor(['correct-horse'])
  for (const after of ['', 'x', 'xy', 'xyz']) {
    const header = Buffer.from(`${before}correct-horse${after}`).toString('base64')
    const left = redact(header)
    expect(left).toContain('[redacted]')
    expect(Buffer.from(left.replace('[redacted]', ''), 'base64').toString()).not.toContain('orrect-hors')
  }
})

test('of two secrets the longer is removed whole, and an empty one removes nothing', () => {
  expect(redactor(['abc', 'abcdef', ''])('abcdef abc')).toBe('[redacted] [redacted]')
})

test('a private key is removed line by line', () => {
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQE\nFAASCBKcwggSjAgEAAoIBAQC7VJ\n-----END KEY-----\n'
  expect(redactor([key])('1: MIIEvQIBADANBgkqhkiG9w0BAQE\r\n2: FAASCBKcwggSjAgEAAoIBAQC7VJ\r\n')).toBe('1: [redacted]\r\n2: [redacted]\r\n')
})

test('a folder is redacted in place, JSON stays JSON, and binary files keep their length', () => {
  const folder = temporaryFolder()
  const files = { 'a.txt': 'x 1234 y', 'h.jsonl': '{"t":1234.5,"value":"is 1234"}\n{"t":2}\n', 'p.bin': '\0\u00011234\0', 'clean.txt': 'nothing', 'ü.txt': 'pässe ü1234' }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  expect(redactFolder(folder, ['1234', 'pässe']).map(path => path.slice(folder.length + 1)).sort()).toEqual(['a.txt', 'h.jsonl', 'p.bin', 'ü.txt'])
  expect(Object.fromEntries(Object.keys(files).map(name => [name, readFileSync(join(folder, name), 'utf8')]))).toEqual({
    'a.txt': 'x [redacted] y', 'h.jsonl': '{"t":1234.5,"value":"is [redacted]"}\n{"t":2}\n', 'p.bin': '\0\u0001****\0', 'clean.txt': 'nothing', 'ü.txt': '[redacted] ü[redacted]',
  })
})

test.each([
  ['colours', '\u001B[1;31mred\u001B[0m', 'red'],
  ['the title of a window', '\u001B]0;owned\u0007text', 'text'],
  ['a link', '\u001B]8;;http://x\u001B\\text\u001B]8;;\u001B\\', 'text'],
  ['a sequence that never ends', '\u001B]0;and then the rest', '0;and then the rest'],
  ['eight-bit controls', '\u009B31mred\u009D0;t\u009C', 'red'],
  ['a sequence within a sequence', '\u001B\u001B[31m[31mred', '[31mred'],
  ['a clear screen and a move home', 'a\u001B[2J\u001B[Hb', 'ab'],
  ['a string for the terminal', '\u001BP+q544e\u001B\\x', 'x'],
  ['bells, backspaces and nulls', 'a\u0007b\u0008c\u0000d', 'abcd'],
  ['a carriage return that would overwrite', 'failed\rpassed', 'failed\npassed'],
  ['Windows line ends', 'a\r\nb\r\r\nc', 'a\nb\nc'],
  ['writing turned around', 'a\u202Egpj.exe\u2066b', 'agpj.exeb'],
  ['half a character', 'a\uD800b', 'a\uFFFDb'],
  ['tabs, line feeds and real text stay', 'a\tb\nc é 漢 😀', 'a\tb\nc é 漢 😀'],
])('plain() takes away %s', (_what, text, left) => {
  expect(plain(text)).toBe(left)
})

test('plain() of megabytes of hostile text takes no longer than a moment', () => {
  const started = performance.now()
  for (const bad of ['\u001B]', '\u009D', '\u001B[', '\u001B[0;', '\r', '\uD800']) plain(bad.repeat(1_000_000))
  expect(performance.now() - started).toBeLessThan(30_000)
})

test('oneLine() is one line', () => {
  expect(oneLine('  a\r\n\tb \n')).toBe('a b')
})
