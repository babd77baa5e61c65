// HA stop and start are read as strictly as the status: both daemons, in the product's order, and nothing else.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseHaClusterStart } from '../../../harness/systems/ssm/ha-cluster-start.ts'
import { parseHaClusterStop } from '../../../harness/systems/ssm/ha-cluster-stop.ts'

const stop = recorded('document-stop')
const start = recorded('document-start')

test('both are understood, on any terminal', () => {
  expect(parseHaClusterStop(recorded('twin-stop'))).toEqual({ stopped: ['pacemaker', 'corosync'] })
  expect(parseHaClusterStart(recorded('twin-start'))).toEqual({ started: ['corosync', 'pacemaker'] })
  expect(parseHaClusterStop(stop)).toEqual({ stopped: ['pacemaker', 'corosync'] })
  expect(parseHaClusterStart(start)).toEqual({ started: ['corosync', 'pacemaker'] })
  expect(parseHaClusterStop(stop.replaceAll('\n', '\u001b[0m\r\n'))).toEqual({ stopped: ['pacemaker', 'corosync'] })
  expect(parseHaClusterStart(`Cluster name: ssm\n${start.trimEnd()} exit\n`)).toEqual({ started: ['corosync', 'pacemaker'] })
})

describe('not understood', () => {
  test.each<[string, (transcript: string) => unknown, string, string]>([
    ['nothing', parseHaClusterStop, '', 'line 1: the transcript ends before Stopping Cluster (pacemaker)...'],
    ['the other command', parseHaClusterStop, start, 'line 5: the transcript ends before Stopping Cluster (pacemaker)...'],
    ['half a stop', parseHaClusterStop, stop.replace(/\nStopping Cluster \(corosync\)[^]*/, ''), 'line 3: the transcript ends before Stopping Cluster (corosync)...'],
    ['the wrong order', parseHaClusterStart, start.replace('corosync', 'x').replace('pacemaker', 'corosync').replace('x', 'pacemaker'), 'line 3: expected Starting Cluster (corosync)..., not "Starting Cluster (pacemaker)..."'],
    ['an error', parseHaClusterStart, start.replace(/^.*pacemaker.*$/m, 'Error: unable to start corosync'), 'line 4: expected Starting Cluster (pacemaker)..., not "Error: unable to start corosync"'],
    ['an error at once', parseHaClusterStop, 'Error: another command is at work\n', 'line 1: expected Stopping Cluster (pacemaker)..., not "Error: another command is at work"'],
    ['more after the end', parseHaClusterStart, `${start}Starting Cluster (corosync)...\n`, 'line 6: "Starting Cluster (corosync)..." after the end of the output'],
    ['the one line of later pcs', parseHaClusterStart, 'Starting Cluster...\n', 'line 1: expected Starting Cluster (corosync)..., not "Starting Cluster..."'],
  ])('%s', (_, parse, transcript, message) => {
    expect(said(() => parse(transcript))).toBe(`not understood: ${message}`)
  })
})

function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, 'transcripts', `${name}.txt`), 'utf8')
}

function said(parse: () => unknown): string {
  try {
    return JSON.stringify(parse())
  } catch (error) {
    return (error as Error).message
  }
}
