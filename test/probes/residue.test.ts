// What a node looks like, from one shell script's output; a part that could not be looked at is an error, not nothing.
import { describe, expect, test } from 'vitest'
import { readSurvey } from '../../harness/probes/residue.ts'

const docker = 'table ip nat {\n\tchain DOCKER_OUTPUT {\n\t\tip daddr 127.0.0.11 tcp dport 53 counter\n\t}\n}\n'
const cib = (more = ''): string => `<cib epoch="7">
  <configuration>
    <crm_config>
      <nvpair id="opt-stonith" name="stonith-enabled" value="false"/>${more}
    </crm_config>
    <constraints>
      <rsc_order id="promote-then-active" first="db-clone" then="active"/>
      <rsc_location id="in-sync" rsc="db-clone">
        <rule id="in-sync-rule" role="Promoted" score="-INFINITY"/>
      </rsc_location>
    </constraints>
  </configuration>
  <status>
    <nvpair id="status-1-standby" name="standby" value="on"/>
  </status>
</cib>
`

function survey(parts: Partial<Record<'ours' | 'nft' | 'addresses' | 'cib' | 'units' | 'files' | 'slots' | 'stopped', string>> = {}): string {
  const whole = {
    ours: 'haywire-boot.service\n',
    nft: `${docker}ok\n`,
    addresses: '100: eth0    inet 10.0.0.5/24 brd 10.0.0.255 scope global eth0\\       valid_lft forever\n100: eth0    inet 10.0.0.12/24 brd 10.0.0.255 scope global secondary eth0\\       valid_lft forever\nok\n',
    cib: `${cib()}ok\n`,
    units: 'sshd.service\npcsd.service\nok\n',
    files: '/var/lib/db/15\nok\n',
    slots: 'ok\n',
    stopped: '1 (systemd) S 0 1\n412 (a name (with T)) S 1 412\nok\n',
    ...parts,
  }
  return Object.entries(whole).map(([name, text]) => `== ${name}\n${text}`).join('')
}

test('a node as it should be', () => {
  expect(readSurvey(survey())).toEqual({
    ours: [],
    nft: expect.stringMatching(/^ip nat [0-9a-f]{8}$/),
    addresses: ['10.0.0.12/24', '10.0.0.5/24'],
    constraints: [
      '<rsc_location id="in-sync" rsc="db-clone"><rule id="in-sync-rule" role="Promoted" score="-INFINITY"/></rsc_location>',
      '<rsc_order id="promote-then-active" first="db-clone" then="active"/>',
    ],
    maintenance: false,
    configuration: ['<nvpair id="opt-stonith" name="stonith-enabled" value="false"/>'],
    enabledUnits: ['pcsd.service', 'sshd.service'],
    files: ['/var/lib/db/15'],
    slots: [],
    stoppedProcesses: [],
  })
})

test('the cluster’s configuration is told line by line, without what changes by itself', () => {
  const { configuration } = readSurvey(survey({ cib: `${cib('\n      <nvpair id="refresh" name="last-lrm-refresh" value="1"/>\n      <nvpair id="m" name="maintenance-mode" value="false"/>').replace('<constraints>', '<resources>\n      <primitive id="vip">\n        <op id="m5" name="monitor" interval="5s" enabled="false"/>\n      </primitive>\n    </resources>\n    <constraints>')}ok\n` }))
  expect(configuration).toEqual(['</primitive>', '<nvpair id="opt-stonith" name="stonith-enabled" value="false"/>', '<op id="m5" name="monitor" interval="5s" enabled="false"/>', '<primitive id="vip">'])
})

test('what ocf:heartbeat:pgsql notes at each promotion is no change', () => {
  const noted = '\n      <cluster_property_set id="replication_info">\n        <nvpair id="info" name="db_REPL_INFO" value="primary-node|0/3000060"/>'
  expect(readSurvey(survey({ cib: `${cib(noted)}ok\n` })).configuration).toEqual(['<nvpair id="opt-stonith" name="stonith-enabled" value="false"/>'])
})

test('a part that could not be looked at is no empty one', () => {
  expect(() => readSurvey(survey({ units: 'sshd.service\n' }))).toThrow('units could not be looked at')
  expect(() => readSurvey(survey({ files: '' }))).toThrow('files could not be looked at')
})

test('a database that is not read has no slots to tell of', () => {
  expect(readSurvey(survey({ slots: '' })).slots).toBe(null)
  expect(readSurvey(survey({ slots: 'old_peer\nok\n' })).slots).toEqual(['old_peer'])
})

test('what is left of ours: tables, files, timers, recorders', () => {
  const { ours } = readSurvey(survey({
    ours: '/run/haywire-1a2b3c4d.undo\n/var/lib/haywire-flight-20261121T031500Z\nhaywire-boot.service\nhaywire-1a2b3c4d.timer\nHAYWIRE_1a2b3c4d_IN\n',
    nft: `${docker}table netdev haywire_1a2b3c4d {\n\tchain in_0 {\n\t}\n}\nok\n`,
  }))
  expect(ours).toEqual(['netdev haywire_1a2b3c4d', '/run/haywire-1a2b3c4d.undo', '/var/lib/haywire-flight-20261121T031500Z', 'haywire-1a2b3c4d.timer', 'HAYWIRE_1a2b3c4d_IN'])
})

describe('the firewall', () => {
  const fingerprint = (nft: string): string | null => readSurvey(survey({ nft })).nft

  test('tables without a rule, as iptables leaves them, are none', () => {
    expect(fingerprint(`${docker}table ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\nok\n`)).toBe(fingerprint(`${docker}ok\n`))
    expect(fingerprint(`${docker}table ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\nok\n`)).not.toBe(fingerprint(`${docker}ok\n`))
  })

  test('is another when a rule is', () => {
    const rules = (port: number): string => `table inet filter {\n\tchain input {\n\t\ttcp dport ${port} accept\n\t}\n}\nok\n`
    expect(fingerprint(rules(22))).not.toBe(fingerprint(rules(23)))
  })

  test('is the same when Docker\'s name service has other ports, as after each start', () => {
    expect(fingerprint(`${docker}ok\n`)).toBe(fingerprint(`${docker.replace('dport 53', 'dport 40001')}ok\n`))
  })

  test('is null where there is no nft', () => {
    expect(fingerprint('')).toBeNull()
  })
})

test.each([
  ['the cluster', '\n<nvpair id="opt-m" name="maintenance-mode" value="true"/>'],
  ['a node on standby', '\n<nvpair id="nodes-1-standby" name="standby" value="on"/>'],
  ['a resource that is not managed', '\n<nvpair id="db-managed" name="is-managed" value="false"/>'],
])('maintenance: %s', (_what, pair) => {
  expect(readSurvey(survey({ cib: `${cib(pair)}ok\n` })).maintenance).toBe(true)
})

test('processes that were told to stop, by name', () => {
  expect(readSurvey(survey({ stopped: '412 (postgres) T 1 412\n413 (postgres) T 412 412\n500 (corosync) R 1 500\nok\n' })).stoppedProcesses).toEqual(['postgres', 'postgres'])
})

test('a part that could not be looked at is an error', () => {
  expect(() => readSurvey(survey({ cib: '' }))).toThrowErrorMatchingInlineSnapshot(`[Error: cib could not be looked at]`)
})
