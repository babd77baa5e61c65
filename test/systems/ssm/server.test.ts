// What a server of the SSM twin decides: who is out of the clients' reach, whom commits need not wait for, and how old a session is, by whatever clock.
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const lib = join(import.meta.dirname, '../../../containers/ssm/node/usr/lib/ssm')
const here = test.skipIf(spawnSync('python3', ['--version']).status !== 0)

/** What a Python program beside the server's own prints as JSON. The database's client library need not be on this machine. */
function python(program: string, given: unknown): unknown {
  const prelude = `import json, sys, types
sys.path[:0] = [sys.argv[1], f'{sys.argv[1]}/web']
sys.modules['psycopg2'] = types.ModuleType('psycopg2')
given = json.load(sys.stdin)
`
  return JSON.parse(execFileSync('python3', ['-B', '-c', prelude + program, lib], { input: JSON.stringify(given), encoding: 'utf8', timeout: 30_000 }))
}

interface Look {
  /** s since the gateway last answered */
  silent: number
  /** what the peer says of its own gateway; null while it is silent */
  peer: boolean | null
  primary: boolean
  promotable: boolean
}

function outOfReach(looks: Look[]): unknown {
  return python(`
import guard
g = guard.Guard.__new__(guard.Guard)
g.started_at, g.grace_until, g.out_of_reach = 0.0, 0.0, False
g.gateway, g.peer, g.held = types.SimpleNamespace(), types.SimpleNamespace(), types.SimpleNamespace(what=dict)
guard.say = lambda *_, **__: None
seen = []
for number, look in enumerate(given):
    now = 100.0 + number
    g.gateway.answered = now - look['silent']
    g.peer.says = {'gateway': look['peer']}.get
    g.held.primary_there = look['primary']
    g.standby_promotable = lambda: look['promotable']
    g.judge_reach(now)
    seen.append(g.out_of_reach)
print(json.dumps(seen))`, looks)
}

const active: Look = { silent: 0, peer: true, primary: true, promotable: true }

here('an active server is out of reach once its gateway is silent while the peer hears it, and may be promoted', () => {
  expect(outOfReach([active, { ...active, silent: 2.9 }, { ...active, silent: 3.1 }, { ...active, silent: 9 }])).toEqual([false, false, true, true])
  expect(outOfReach([{ ...active, silent: 9, peer: false }])).toEqual([false])
  expect(outOfReach([{ ...active, silent: 9, peer: null }])).toEqual([false])
  expect(outOfReach([{ ...active, silent: 9, promotable: false }])).toEqual([false])
})

here('it stays so while it lets go, until its own gateway answers or the other one falls silent', () => {
  const gone = { ...active, silent: 9 }
  const letGo = { ...gone, primary: false, promotable: false }
  expect(outOfReach([gone, letGo, { ...letGo, silent: 0.2 }])).toEqual([true, true, false])
  expect(outOfReach([gone, letGo, { ...letGo, peer: false }])).toEqual([true, true, false])
  expect(outOfReach([gone, { ...gone, promotable: false }])).toEqual([true, true])
})

here('a standby without the clients’ network is not the one to be promoted', () => {
  expect(outOfReach([{ silent: 9, peer: true, primary: false, promotable: false }])).toEqual([true])
})

here('commits go on without a peer that is behind, that gave up though it is still heard, or that is silent while the gateway answers', () => {
  const silent = { says: {}, silence: 3, gateway: 1 }
  const heard = { ...silent, silence: 0.1 }
  const verdicts = python(`
import guard
r = guard.Replication.__new__(guard.Replication)
r.peer, r.gateway = types.SimpleNamespace(), types.SimpleNamespace()
seen = []
for look in given:
    r.peer.says, r.peer.silence, r.gateway.answering_for = look['says'].get, lambda: look['silence'], lambda: look['gateway']
    seen.append(bool(r.peer_cannot_be_promoted()))
print(json.dumps(seen))`, [heard, { ...heard, says: { behind: true } }, { ...heard, says: { gaveUp: true } }, { ...heard, says: { gaveUp: false, stack: false } }, silent, { ...silent, gateway: 0 }])
  expect(verdicts).toEqual([false, true, true, false, true, false])
})

here('a session counts for 12 hours by a clock that is right, ahead or behind; one that was changed never does', () => {
  const verdicts = python(`
import session, time
now = time.time()
def at(offset): return session.Session('admin', int(now) + offset, 'id')
print(json.dumps([session.from_cookie(session.to_cookie(at(offset), 'secret'), given['secret']) is not None for offset in given['offsets']]))`, { secret: 'secret', offsets: [0, 600, -600, -43_199 + 60, -43_201] })
  expect(verdicts).toEqual([true, true, true, true, false])
})
