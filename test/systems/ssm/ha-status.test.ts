// ha_status is read whole or not at all, whichever generation of the product printed it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseHaStatus } from '../../../harness/systems/ssm/ha-status.ts'

describe('ha_status is understood', () => {
  test('of the active server (8-202006)', () => {
    expect(parseHaStatus(recorded('active'))).toMatchInlineSnapshot(`
      {
        "cluster": "running",
        "daemons": {
          "corosync": "active/enabled",
          "pacemaker": "active/enabled",
          "pcsd": "active/enabled",
        },
        "failedActions": [],
        "pcsd": {
          "primary-node": "Online",
          "secondary-node": "Online",
        },
        "replication": {
          "peer": {
            "address": "10.10.10.10",
            "name": "secondary-node",
          },
          "replayLocation": null,
          "role": "master",
          "toStandby": [
            {
              "backendStart": "2020-09-01 07:58:45.628722+00",
              "clientAddr": "192.168.1.5",
              "flushLag": 0,
              "replayLag": 0,
              "state": "streaming",
              "writeLag": 0,
            },
          ],
        },
      }
    `)
  })

  test('of the standby (8-202006)', () => {
    expect(parseHaStatus(recorded('standby'))).toMatchInlineSnapshot(`
      {
        "cluster": "running",
        "daemons": {
          "corosync": "active/enabled",
          "pacemaker": "active/enabled",
          "pcsd": "active/enabled",
        },
        "failedActions": [],
        "pcsd": {
          "primary-node": "Online",
          "secondary-node": "Online",
        },
        "replication": {
          "peer": {
            "address": "10.10.10.5",
            "name": "primary-node",
          },
          "replayLocation": "0/530C0E8",
          "role": "slave",
          "toStandby": [],
        },
      }
    `)
  })

  test('of the survivor before its promotion: failed actions in two lines, still a slave', () => {
    expect(parseHaStatus(recorded('survivor-before-its-promotion'))).toMatchInlineSnapshot(`
      {
        "cluster": "running",
        "daemons": {
          "corosync": "active/enabled",
          "pacemaker": "active/enabled",
          "pcsd": "active/enabled",
        },
        "failedActions": [
          {
            "node": "secondary-node",
            "operation": "db_monitor_20000",
            "rc": 7,
            "reason": "not running",
          },
        ],
        "pcsd": {
          "primary-node": "Online",
          "secondary-node": "Online",
        },
        "replication": {
          "peer": {
            "address": "10.10.10.5",
            "name": "primary-node",
          },
          "replayLocation": "0/530C0E8",
          "role": "slave",
          "toStandby": [],
        },
      }
    `)
  })

  test('of the survivor after its promotion: nobody follows, the location stays', () => {
    expect(parseHaStatus(recorded('survivor-after-its-promotion'))).toMatchInlineSnapshot(`
      {
        "cluster": "running",
        "daemons": {
          "corosync": "active/enabled",
          "pacemaker": "active/enabled",
          "pcsd": "active/enabled",
        },
        "failedActions": [
          {
            "node": "secondary-node",
            "operation": "db_monitor_20000",
            "rc": 7,
            "reason": "not running",
          },
          {
            "node": "primary-node",
            "operation": "web_start_0",
            "rc": 1,
            "reason": "unknown error",
          },
        ],
        "pcsd": {
          "primary-node": "Offline",
          "secondary-node": "Online",
        },
        "replication": {
          "peer": {
            "address": "10.10.10.5",
            "name": "primary-node",
          },
          "replayLocation": "0/530C0E8",
          "role": "master",
          "toStandby": [],
        },
      }
    `)
  })

  test("of today's pcs and pacemaker: failed actions in one line, other lists, lags that are not known, an IPv6 standby", () => {
    expect(parseHaStatus(recorded('todays-pcs'))).toMatchInlineSnapshot(`
      {
        "cluster": "running",
        "daemons": {
          "corosync": "active/enabled",
          "pacemaker": "active/disabled",
          "pacemaker_remote": "inactive/enabled",
          "pcsd": "active/enabled",
        },
        "failedActions": [
          {
            "node": "secondary-node",
            "operation": "db_monitor_20000",
            "rc": 7,
            "reason": "not running",
          },
          {
            "node": "primary-node",
            "operation": "web_start_0",
            "rc": 1,
            "reason": "error",
          },
          {
            "node": "primary-node",
            "operation": "vip_monitor_2000",
            "rc": -1,
            "reason": "unknown exit status",
          },
        ],
        "pcsd": {
          "primary-node": "Offline",
          "secondary-node": "Unable to authenticate",
        },
        "replication": {
          "peer": {
            "address": "172.28.0.5",
            "name": "primary-node",
          },
          "replayLocation": "0/9000D30",
          "role": "master",
          "toStandby": [
            {
              "backendStart": "2026-11-20 14:24:59.12345+00",
              "clientAddr": "192.168.1.4",
              "flushLag": 16777216,
              "replayLag": 50331648,
              "state": "catchup",
              "writeLag": 16777216,
            },
            {
              "backendStart": "2026-11-20 14:25:00+00",
              "clientAddr": "fd00:c0de::192:168:4",
              "flushLag": null,
              "replayLag": null,
              "state": "startup",
              "writeLag": null,
            },
          ],
        },
      }
    `)
  })

  test('of a server whose HA is stopped', () => {
    expect(parseHaStatus(recorded('stopped-8-202006'))).toMatchInlineSnapshot(`
      {
        "cluster": "stopped",
        "daemons": {},
        "failedActions": [],
        "pcsd": {},
        "replication": {
          "peer": null,
          "replayLocation": null,
          "role": "down",
          "toStandby": [],
        },
      }
    `)
    expect(parseHaStatus(recorded('stopped-8-202105'))).toEqual(parseHaStatus(recorded('stopped-8-202006')))
  })

  test('of a server without HA', () => {
    expect(parseHaStatus(recorded('not-enabled'))).toMatchInlineSnapshot(`
      {
        "cluster": "not-enabled",
        "daemons": {},
        "failedActions": [],
        "pcsd": {},
        "replication": null,
      }
    `)
  })

  test("on the documents' screens: no indentation, rules of another form, public addresses cut short", () => {
    expect(parseHaStatus(recorded('document-failed-back-active'))).toMatchInlineSnapshot(`
      {
        "cluster": "running",
        "daemons": {
          "corosync": "active/enabled",
          "pacemaker": "active/enabled",
          "pcsd": "active/enabled",
        },
        "failedActions": [],
        "pcsd": {
          "primary-node": "Online",
          "secondary-node": "Online",
        },
        "replication": {
          "peer": {
            "address": ".9",
            "name": "secondary-node",
          },
          "replayLocation": "0/10000000",
          "role": "master",
          "toStandby": [
            {
              "backendStart": "2021-06-20 19:01:56.616211+00",
              "clientAddr": "169.254.0.2",
              "flushLag": 0,
              "replayLag": 0,
              "state": "streaming",
              "writeLag": 0,
            },
          ],
        },
      }
    `)
  })

  test('when its top has scrolled away: what is there is read', () => {
    expect(parseHaStatus(recorded('document-top-scrolled-away'))).toMatchInlineSnapshot(`
      {
        "cluster": "running",
        "daemons": {},
        "failedActions": [],
        "pcsd": {},
        "replication": {
          "peer": {
            "address": ".9",
            "name": "secondary-node",
          },
          "replayLocation": "0/E012F30",
          "role": "slave",
          "toStandby": [],
        },
      }
    `)
  })

  test('of a server whose cluster runs without its database', () => {
    const transcript = recorded('active').replace(/Database is currently[^]*/, 'DB service not currently running.\n')
    expect(parseHaStatus(transcript)).toMatchInlineSnapshot(`
      {
        "cluster": "running",
        "daemons": {
          "corosync": "active/enabled",
          "pacemaker": "active/enabled",
          "pcsd": "active/enabled",
        },
        "failedActions": [],
        "pcsd": {
          "primary-node": "Online",
          "secondary-node": "Online",
        },
        "replication": {
          "peer": null,
          "replayLocation": null,
          "role": "down",
          "toStandby": [],
        },
      }
    `)
  })

  test('with names that objects have by themselves', () => {
    const { pcsd } = parseHaStatus(recorded('active').replace('primary-node: Online', '__proto__: Online'))
    expect(Object.entries(pcsd)).toEqual([['__proto__', 'Online'], ['secondary-node', 'Online']])
  })
})

// Recorded from a twin, on a terminal, through one failover by ha_cluster_stop and ha_cluster_start on the first server.
describe("the twin's ha_status is understood", () => {
  const online = { 'primary-node': 'Online', 'secondary-node': 'Online' }
  const active = 'active/enabled'
  const running = { cluster: 'running', pcsd: online, daemons: { corosync: active, pacemaker: active, pcsd: active }, failedActions: [] }
  const primary = { name: 'primary-node', address: '172.28.0.5' }
  const secondary = { name: 'secondary-node', address: '172.28.0.10' }
  const streaming = (clientAddr: string, backendStart: string) => [{ clientAddr, backendStart, state: 'streaming', writeLag: 0, flushLag: 0, replayLag: 0 }]

  test.each<[string, object]>([
    ['twin-active', { ...running, replication: { role: 'master', peer: secondary, toStandby: streaming('192.168.1.5', '2026-11-21 03:11:02.396367+00'), replayLocation: null } }],
    ['twin-standby', { ...running, replication: { role: 'slave', peer: primary, toStandby: [], replayLocation: '0/302D508' } }],
    ['twin-stopped', { cluster: 'stopped', pcsd: {}, daemons: {}, failedActions: [], replication: { role: 'down', peer: null, toStandby: [], replayLocation: null } }],
    ['twin-survivor', { ...running, replication: { role: 'master', peer: primary, toStandby: [], replayLocation: '0/302D580' } }],
    ['twin-rejoined', { ...running, replication: { role: 'slave', peer: secondary, toStandby: [], replayLocation: '0/3033848' } }],
    ['twin-promoted', { ...running, replication: { role: 'master', peer: primary, toStandby: streaming('192.168.1.4', '2026-11-21 03:18:53.421886+00'), replayLocation: '0/302D580' } }],
    ['twin-failed-action', {
      ...running,
      failedActions: [{ operation: 'db_monitor_20000', node: 'primary-node', reason: 'not running', rc: 7 }],
      replication: { role: 'slave', peer: secondary, toStandby: [], replayLocation: '0/3033A80' },
    }],
    ['twin-session', { ...running, replication: { role: 'slave', peer: secondary, toStandby: [], replayLocation: '0/3036088' } }],
  ])('%s', (name, expected) => {
    expect(parseHaStatus(recorded(name))).toEqual(expected)
  })
})

describe('a terminal changes nothing', () => {
  const active = recorded('active')
  const sameAs = (transcript: string) => expect(parseHaStatus(transcript)).toEqual(parseHaStatus(active))
  const eachLine = (change: (line: string) => string) => active.split('\n').map(change).join('\n')

  test.each<[string, (line: string) => string]>([
    ['CRLF', line => `${line}\r`],
    ['CRLF twice, as a second terminal makes it', line => `${line}\r\r`],
    ['colours', line => line.replace(/\w+/g, '\u001b[1;32m$&\u001b[0m')],
    ['colours with a shift back to ASCII', line => line.replace(/\w+/g, '\u001b[31m$&\u001b(B\u001b[m\u000f')],
    ['a window title, ended either way', line => `\u001b]0;admin@primary-node\u0007${line}\u001b]2;again\u001b\\`],
    ['bracketed paste and bells', line => `\u001b[?2004l\u0007${line}\u001b[?2004h`],
    ['corrected typing', line => `xyz\b\b\b   \b\b\b${line}`],
    ['corrected typing, erased to the end', line => `${line}xyz\u001b[3D\u001b[K`],
    ['a line drawn twice', line => `50 %\r${line.padEnd(4)}`],
    ['blanks at the end', line => `${line}  \t `],
    ['tabs', line => line.replaceAll(' ', '\t')],
    ['a log-in line after each line', line => `${line}\nLast login: Tue Sep  1 14:45:57 UTC 2020 on pts/0`],
    ['log-ins that failed', line => `${line}\nLast failed login: Tue Sep  1 14:45:57 UTC 2020 from 10.10.10.100 on ssh:notty\nThere were 2 failed login attempts since the last successful login.`],
    ['a prompt after each line', line => `${line}\n[>>`],
    ['a prompt before each line', line => `>> ${line}`],
    ['the echoed command anywhere', line => `${line}\n[>> ha_status`],
  ])('%s', (_, change) => {
    sameAs(eachLine(change))
  })

  test('no blank lines at all', () => {
    sameAs(active.replace(/\n+/g, '\n'))
  })

  test('no rules', () => {
    sameAs(active.replace(/^[-=+]+\n/gm, ''))
  })

  test('a full border', () => {
    sameAs(active.replace(/^ (.*\|.*)$/gm, '| $1 |').replace(/^[-+]+$/gm, '+$&+'))
  })

  test('rows broken before a bar, as a narrow window breaks them', () => {
    sameAs(active.replace(/ \| flush_lag/, '\n$&').replace(/ \|\s+0$/m, '\n$&'))
  })

  test('the end of the session', () => {
    sameAs(`${active.trimEnd()} exit\nConnection to 10.10.10.5 closed.\n`)
  })

  test('noise before the first heading', () => {
    sameAs(`${'x'.repeat(10_000)}\n\u0000\ufffd\n>> ha_cluster_start\nStarting Cluster (corosync)...\n${active}`)
  })
})

describe('ha_status is not understood', () => {
  const active = recorded('active')
  const standby = recorded('standby')
  const survivor = recorded('survivor-after-its-promotion')

  test.each<[string, string, string]>([
    ['nothing', '', 'line 1: the transcript ends before a heading of ha_status'],
    ['nothing known', 'hello\nworld\n', 'line 2: the transcript ends before a heading of ha_status'],
    ['a line that nobody knows', active.replace('  pacemaker:', 'segmentation fault\n  pacemaker:'), 'line 29: expected a daemon and its state, not "segmentation fault"'],
    ['a line that nobody knows, in a table', active.replace('(1 row)', 'segmentation fault\n(1 row)'), 'line 41: expected a standby or the number of rows (6 cells), not 1 cells: "segmentation fault"'],
    ['more after the end', `${active}Stopping Cluster (pacemaker)...\n`, 'line 50: "Stopping Cluster (pacemaker)..." after the end of the output'],
    ['two transcripts', `${active}${standby}`, 'line 52: "Cluster name: ssm" after the end of the output'],
    ['two transcripts, the first cut off', `${active.split('\n').slice(0, 25).join('\n')}\n${standby}`, 'line 28: expected a node and its state, not "Cluster name: ssm"'],
    ['a block twice', active.replace('Daemon Status:', 'PCSD Status:\n  primary-node: Online\n\n$&'), 'line 27: expected Daemon Status:, not "PCSD Status:"'],
    ['a node twice', active.replace('secondary-node: Online', 'primary-node: Offline'), 'line 25: primary-node is listed twice'],
    ['a lost heading of the daemons', active.replace('Daemon Status:\n', ''), 'line 27: expected a node and its state, not "corosync: active/enabled"'],
    ['a lost heading of the database', active.replace('Database Replication Status:\n', ''), 'line 34: expected Database Replication Status:, not "Database is currently the replication master - Replicating to secondary-node (10"…'],
    ['a lost heading of a table', active.replace('Replication to slave:\n', ''), 'line 37: expected Replication to slave:, not "client_addr | backend_start | state | write_lag | flush_lag | replay_lag"'],
    ['a lost role', active.replace(/Database is currently.*\n/, ''), 'line 36: expected the role of the database, not "Replication to slave:"'],
    ['a role that contradicts its peer', active.replace('Replicating to', 'Replicating from'), 'line 35: expected the role of the database, not "Database is currently the replication master - Replicating from secondary-node ("…'],
    ['lost rows', active.replace(/^ 192.*\n/m, ''), 'line 40: (1 row) under what counts as (0 rows)'],
    ['fewer rows than counted', active.replace('(1 row)', '(2 rows)'), 'line 41: (2 rows) under what counts as (1 row)'],
    ['lost columns', active.replace(/ \| replay_lag$/m, ' |'), 'line 38: expected the columns client_addr, backend_start, state, write_lag, flush_lag, replay_lag, not client_addr, backend_start, state, write_lag, flush_lag, '],
    ['a lost cell', active.replace(/ \|\s+0$/m, ''), 'line 40: expected a standby or the number of rows (6 cells), not 5 cells: "192.168.1.5 | 2020-09-01 07:58:45.628722+00 | streaming | 0 | 0"'],
    ['a negative lag', active.replace(/\| +0$/m, '| -8'), 'line 40: a lag of "-8" is no number of bytes'],
    ['a lag that is a time', active.replace(/\| +0$/m, '| 00:00:00.000123'), 'line 40: a lag of "00:00:00.000123" is no number of bytes'],
    ['a lag beyond counting', active.replace(/\| +0$/m, `| ${'9'.repeat(20)}`), 'line 40: a lag of "99999999999999999999" is no number of bytes'],
    ['a standby at no address', active.replace('192.168.1.5 |', '192.168.1.555 |'), 'line 40: client_addr "192.168.1.555" is no address'],
    ['a standby since no time', active.replace('2020-09-01 07:58', 'yesterday'), 'line 40: backend_start "yesterday:45.628722+00" is no time'],
    ['a misread location', standby.replace('0/530C0E8', '#/530C0e'), 'line 45: expected a location, not "#/530C0e"'],
    ["a slave's lost location", standby.replace(' 0/530C0E8\n', ''), 'line 45: expected a location, not "(1 row)"'],
    ['half a failed action', survivor.replace(/^\s+last-rc-change.*\n/m, ''), 'line 5: expected the rest of the failed action, not "* web_start_0 on primary-node \'unknown error\' (1): call=71, status=\'Timed Out\', "…'],
    ['no failed action at all', survivor.replace(/Actions:\n[^]*exitreason=''\n/, 'Actions:\n'), 'line 5: expected a failed action, not "PCSD Status:"'],
    ['a stopped cluster with daemons', `Error: cluster is not currently running on this node\n${active}`, 'line 4: expected Database Replication Status:, not "Cluster name: ssm"'],
    ['a stopped cluster with a database', active.replace(/^Cluster name[^]*enabled$/m, 'Error: cluster is not currently running on this node'), 'line 8: the cluster is not running on this node, and yet its database has a role'],
    ['a running cluster without HA', active.replace(/=====\nDatabase Rep[^]*/, 'HA is not enabled.\n'), 'line 32: expected Database Replication Status:, not "HA is not enabled."'],
    ['a database that is down, and nothing about the cluster', 'Database Replication Status:\nDB service not currently running.\n', 'line 2: the database is down, and no line says whether the cluster runs'],
    ['another error', `Error: error running crm_mon, is pacemaker running?\n${standby}`, 'line 1: expected a heading of ha_status, not "Error: error running crm_mon, is pacemaker running?"'],
    ['a zero byte', active.replace('secondary-node: Online', 'secondary-node: On\u0000line'), 'line 25: "secondary-node: On\\u0000line" holds what is no text'],
    ['bytes that were no text', active.replace('secondary-node: Online', 'secondary\ufffdnode: Online'), 'line 25: "secondary\ufffdnode: Online" holds what is no text'],
    ['half a control sequence', active.replace('secondary-node: Online', '\u001b[3secondary-node: Online\u001b]0;'), 'line 25: "econdary-node: Online\\u001b]0;" holds what is no text'],
  ])('with %s', (_, transcript, message) => {
    expect(understand(transcript)).toBe(`not understood: ${message}`)
  })

  test.each(['active', 'standby', 'survivor-after-its-promotion', 'todays-pcs', 'stopped-8-202006', 'stopped-8-202105', 'not-enabled', 'document-top-scrolled-away'])('when cut off anywhere before its end (%s)', name => {
    const whole = recorded(name)
    const understood = JSON.stringify(parseHaStatus(whole))
    const essential = whole.search(/\)\s*(--|>>|\[>>|\]|\s)*$|(running|enabled)\.\s*(>>|\]|\s)*$/)
    for (let length = 0; length <= whole.length; length += 1) {
      const cut = whole.slice(0, length)
      const result = understand(cut)
      expect(result === understood || result.startsWith('not understood: line '), `${length} characters: ${result}`).toBe(true)
      if (length <= essential) expect(result, `${length} characters`).toMatch(/^not understood: line \d+: /)
    }
  })

  test('when any one line is lost, unless nothing that was said is lost with it', () => {
    for (const name of ['active', 'standby', 'survivor-after-its-promotion', 'todays-pcs', 'stopped-8-202006', 'not-enabled']) {
      const lines = recorded(name).split('\n')
      const whole = parseHaStatus(lines.join('\n'))
      for (const index of lines.keys()) {
        const result = understand(lines.toSpliced(index, 1).join('\n'))
        // A node, a daemon or a failed action may be gone without a trace, and a heading with all that came before it. So may a
        // master's location: the documents show its blank one without the empty line.
        if (whole.replication?.role === 'master' && lines[index]?.trim() === whole.replication.replayLocation) continue
        if (!result.startsWith('not understood')) expect({ line: lines[index], ...JSON.parse(result), pcsd: 0, daemons: 0, failedActions: 0 }).toEqual({ line: lines[index], ...whole, pcsd: 0, daemons: 0, failedActions: 0 })
      }
    }
  })

  test('with megabytes of noise, and says so in good time', () => {
    const long = 100_000
    const noises = ['=', '-', '|', ' ', '\r', '\b', '\u001b[', '\u001b]', '\u009b', '>> ', '[>>', '* a on a ', 'Last login: ', '\t|', '(1 row)', 'Error: ', '\u001b[999999999C']
    const started = performance.now()
    for (const noise of noises) {
      const block = noise.repeat(long / noise.length)
      understand(block)
      understand(`${active}${block}x`)
      understand(active.replace('(1 row)', `${noise.repeat(1000)}x\n(1 row)`))
      understand(`${block.replaceAll(noise, `${noise}\n`)}${active}`)
    }
    // Some 7 MB in all: a second on an idle machine. One pattern that goes back over what it has read would take minutes at least.
    expect(performance.now() - started).toBeLessThan(30_000)
  }, 60_000)
})

function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, 'transcripts', `${name}.txt`), 'utf8')
}

function understand(transcript: string): string {
  try {
    return JSON.stringify(parseHaStatus(transcript))
  } catch (error) {
    return (error as Error).message
  }
}
