import { expect, test } from 'vitest'
import { sourcesFrom } from '../../harness/engine/base.ts'

test.each([
  ['the archives of a Debian 12', ['Debian|http://archive.example/debian|bookworm|main', 'Debian|http://archive.example/debian|bookworm-updates|main', 'Debian|http://archive.example/security|bookworm-security|main'], [
    'deb http://archive.example/debian bookworm main', 'deb http://archive.example/debian bookworm-updates main', 'deb http://archive.example/security bookworm-security main',
  ]],
  ['those of a later Debian, with our suite', ['Debian|http://archive.example/debian|trixie|main', 'Debian|http://archive.example/debian|trixie|contrib'], [
    'deb http://archive.example/debian bookworm main', 'deb http://archive.example/debian bookworm-updates main',
  ]],
  ['not what others offer beside them', ['Vendor|https://packages.example/apt|bookworm|main', 'Ubuntu|http://ubuntu.example|noble|main'], []],
  ['none where apt says nothing', [], []],
])('the base image is made from %s', (_, targets, sources) => {
  expect(sourcesFrom(targets.join('\n'))).toEqual(sources)
})
