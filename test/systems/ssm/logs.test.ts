// Every pattern of the lists is one, says why, and is about lines that the programs really write.
import { expect, test } from 'vitest'
import { catalogue } from '../../../harness/cli/catalogue.ts'
import { matches, type ExpectedLine } from '../../../harness/logs.ts'
import { productLog } from '../../../harness/systems/ssm/logs.ts'

const { understand, lists: { badNews, expected } } = productLog({})
const understood = (text: string) => understand({ log: '/var/log/postgresql/ssm.log', text, wallMs: null, identifier: null, unit: null, pid: null, priority: null })

test('only a scenario excuses bad news, and each line that is expected has a program and a reason', async () => {
  const own = (await catalogue()).flatMap(({ expectedLines = [] }) => expectedLines)
  const poor = [...expected, ...own].filter(({ program, why, pattern }) => program === undefined || why.length < 20 || !(new RegExp(pattern) instanceof RegExp))
  expect(poor).toEqual([])
  expect(expected.filter(({ excusesBadNews }: ExpectedLine) => excusesBadNews)).toEqual([])
})

test.each([
  ['postgres', 'PANIC:  could not locate a valid checkpoint record'],
  ['postgres', 'ERROR:  invalid page in block 7 of relation base/16385/16390'],
  ['postgres', 'WARNING:  page verification failed, calculated checksum 1234 but expected 4321'],
  ['postgres', 'ERROR:  could not read block 0 in file "base/1/2": Input/output error'],
  ['postgres', 'ERROR:  out of memory'],
  ['postgres', 'LOG:  server process (PID 91) was terminated by signal 11: Segmentation fault'],
  ['postgres', 'FATAL:  requested timeline 4 is not a child of this server\'s history'],
  ['postgres', 'FATAL:  could not receive data from WAL stream: ERROR:  requested WAL segment 000000010000000000000003 has already been removed'],
  ['ssm-web', 'Traceback (most recent call last):'],
  ['ssm-web', 'Traceback (most recent call last):\n  File "app.py", line 3, in main\n    raise SystemExit(1)\nSystemExit: 1'],
  ['ssm-web', 'Traceback (most recent call last):\n  File "app.py", line 3, in main\nKeyError: 7\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "app.py", line 9, in _sigterm_handler\n    raise SystemExit(0)\nSystemExit: 0'],
  ['systemd', 'ssm-guard.service: Main process exited, code=dumped, status=11/SEGV'],
  ['kernel', 'postgres[77]: segfault at 0 ip 0000 sp 0000 error 4 in postgres'],
  ['kernel', 'Out of memory: Killed process 77 (postgres)'],
  ['corosync', '[TOTEM ] FAILED TO RECEIVE'],
  ['pacemaker-schedulerd', 'error: ocf:heartbeat:IPaddr2 resource vip might be active on 2 nodes (attempting recovery)'],
])('%s: %s is bad news', (program, text) => {
  expect(badNews.filter(news => matches(news, { program, text })).length).toBeGreaterThan(0)
  expect(expected.filter(entry => matches(entry, { program, text }))).toEqual([])
})

test('lines of PostgreSQL are read with their severity and time, and what belongs to them', () => {
  expect([
    '2026-11-21 03:00:21.250 UTC [32] FATAL:  the database system is starting up',
    '2026-11-21 03:00:21.250 UTC [32] DETAIL:  Consistent recovery state has not been yet reached.',
    '\tsecond line',
    'pg_ctl: a word',
  ].map(understood)).toEqual([
    { wallMs: Date.parse('2026-11-21T03:00:21.250Z'), program: 'postgres', pid: 32, priority: 3, text: 'FATAL:  the database system is starting up' },
    { goesOn: 'DETAIL:  Consistent recovery state has not been yet reached.' },
    { goesOn: '\tsecond line' },
    { wallMs: null, program: 'postgres', pid: null, priority: 6, text: 'pg_ctl: a word' },
  ])
})

test('a severity is seen behind another prefix, too', () => {
  expect([
    '2026-11-21 04:00:21 CET [32]: user=ssm,db=ssm FATAL:  terminating connection due to administrator command',
    '2026-11-21 04:00:21 CET [32]: user=ssm,db=ssm LOG:  checkpoint starting: time',
  ].map(understood)).toEqual([
    { wallMs: null, program: 'postgres', pid: null, priority: 3, text: 'FATAL:  terminating connection due to administrator command' },
    { wallMs: null, program: 'postgres', pid: null, priority: 6, text: '2026-11-21 04:00:21 CET [32]: user=ssm,db=ssm LOG:  checkpoint starting: time' },
  ])
})

test('a worker of pcsd that is told to stop in the middle of a finalizer is no bad news', () => {
  const text = 'Traceback (most recent call last):\n  File "/usr/lib/python3.11/multiprocessing/connection.py", line 132, in __del__\n    self._close()\n  File "/usr/lib/python3/dist-packages/pcs/daemon/async_tasks/worker/executor.py", line 58, in _sigterm_handler\n    raise SystemExit(0)\nSystemExit: 0'
  expect(badNews.filter(news => matches(news, { program: 'pcsd', text }))).toEqual([])
})

test('whoever is being stopped lets nobody in, and says so as an error', () => {
  const text = 'error: Error in connection setup (/dev/shm/qb-88-84-10-vlAiWk/qb): Operation not permitted (1)'
  expect(expected.filter(entry => matches(entry, { program: 'pacemaker-based', text })).length).toBe(1)
  expect(expected.filter(entry => matches(entry, { program: 'pacemaker-controld', text }))).toEqual([])
})

test('the log is looked for where the target has it', () => {
  expect([productLog({}).files, productLog({ databaseLog: '/srv/pg.log' }).files]).toEqual([['/var/log/postgresql/ssm.log'], ['/srv/pg.log']])
})
