import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentOf } from '../../harness/engine/engine.ts'

let folder: string
let before: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haywire-test-'))
  mkdirSync(join(folder, 'node'))
  writeFileSync(join(folder, 'Dockerfile'), 'FROM base\nCOPY node/ /\n')
  writeFileSync(join(folder, 'node', 'run'), '#!/bin/sh\n', { mode: 0o755 })
  before = contentOf(folder, 'base-1')
})

afterEach(() => rmSync(folder, { recursive: true }))

test.each<[string, () => void]>([
  ['a file is read again', () => undefined],
  ['the umask of the checkout was another', () => chmodSync(join(folder, 'node', 'run'), 0o700)],
  ['a description is written beside it', () => writeFileSync(join(folder, 'README.md'), 'words')],
  ['Python leaves its cache', () => {
    mkdirSync(join(folder, 'node', '__pycache__'))
    writeFileSync(join(folder, 'node', '__pycache__', 'guard.pyc'), 'bytes')
  }],
])('an image is the same one when %s', (_, change) => {
  change()
  expect(contentOf(folder, 'base-1')).toBe(before)
})

test.each<[string, () => void]>([
  ['a line of the Dockerfile', () => writeFileSync(join(folder, 'Dockerfile'), 'FROM other\nCOPY node/ /\n')],
  ['a file of the overlay', () => writeFileSync(join(folder, 'node', 'run'), '#!/bin/sh\ntrue\n')],
  ['whether a file can be run', () => chmodSync(join(folder, 'node', 'run'), 0o644)],
  ['a new file', () => writeFileSync(join(folder, 'node', 'more'), '')],
])('another image comes of another %s', (_, change) => {
  change()
  expect(contentOf(folder, 'base-1')).not.toBe(before)
})

test('another image comes of another base', () => {
  expect(contentOf(folder, 'base-2')).not.toBe(before)
})
