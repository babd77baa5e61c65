// The code base itself is tested: arrows between folders point one way, time limits are our own, and every file opens with what it is for.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const sources = globSync('{harness,scenarios,containers,reports}/**/*.ts', { cwd: root }).sort()

/** Every relative import of a file, as a path from the project's root. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, path]) => relative(root, resolve(root, dirname(file), path ?? '')))
}

function packagesOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^(?:import|export)[^'\n]*from '([^.'][^']*)'/gm)].map(([, name]) => name ?? '')
}

/** The folder whose rules a file follows. */
function partOf(file: string): string {
  if (file.startsWith('harness/cli/')) return 'harness/cli'
  const [top, folder, rest] = file.split('/')
  if (top !== 'harness') return top ?? file
  return rest === undefined ? 'harness core' : `harness/${folder}`
}

/** What each part may import, besides itself. Only the command line knows everything. */
const mayImport: Record<string, string[]> = {
  'harness core': [],
  'harness/access': ['harness core', 'harness/engine'],
  'harness/engine': ['harness core'],
  'harness/faults': ['harness core', 'harness/systems'],
  'harness/probes': ['harness core', 'harness/access', 'harness/systems'],
  'harness/checks': ['harness core'],
  'harness/systems': ['harness core', 'harness/access'],
  'harness/cli': ['harness core', 'harness/access', 'harness/engine', 'harness/faults', 'harness/probes', 'harness/checks', 'harness/systems', 'reports', 'containers', 'scenarios'],
  scenarios: ['harness core', 'harness/faults', 'harness/systems'],
  containers: ['harness core', 'harness/engine'],
  reports: ['harness core'],
}

describe('arrows', () => {
  test.each(sources)('%s imports only what its folder may know', file => {
    const own = partOf(file)
    const wrong = importsOf(file).filter(path => partOf(path) !== own && !(mayImport[own] ?? []).includes(partOf(path)))
    expect(wrong).toEqual([])
  })

  test('the core imports nothing but node', () => {
    expect(sources.filter(file => partOf(file) === 'harness core').flatMap(file => packagesOf(file).filter(name => !name.startsWith('node:')))).toEqual([])
  })

  test('only harness/engine talks to the container engine', () => {
    expect(sources.filter(file => packagesOf(file).some(name => ['dockerode', 'testcontainers'].includes(name)) && partOf(file) !== 'harness/engine')).toEqual([])
  })
})

test('time limits are those of harness/limit.ts: the ones of the platform may never end', () => {
  const page = 'harness/systems/ssm/page.ts' // runs in the browser
  expect(sources.filter(file => file !== page && /AbortSignal\.(any|timeout)\(/.test(readFileSync(join(root, file), 'utf8').replaceAll(/^\s*(\/\/|\*).*/gm, '')))).toEqual([])
})

test('every import leads to a file', () => {
  expect(sources.flatMap(file => importsOf(file).filter(path => !existsSync(join(root, path))).map(path => `${file} → ${path}`))).toEqual([])
})

test.each(sources)('%s opens with what it is for', file => {
  expect(readFileSync(join(root, file), 'utf8')).toMatch(/^(#![^\n]*\n)?\/[/*]/)
})
