import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { composeFile } from '../../containers/ssm/compose.ts'

test('docker-compose.yml is what the twin\'s description makes of it (`npm run compose` writes it anew)', () => {
  expect(readFileSync(join(import.meta.dirname, '..', '..', 'docker-compose.yml'), 'utf8')).toBe(composeFile())
})

test('nothing of it asks for privileges, or publishes ports on the host', () => {
  const { services } = parse(composeFile()) as { services: Record<string, Record<string, unknown>> }
  expect(Object.values(services).flatMap(service => ['privileged', 'ports', 'network_mode'].filter(key => key in service && service[key] !== 'none'))).toEqual([])
})
