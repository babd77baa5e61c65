// What CI servers are told: broken is a failure, not known is an error, and nothing that did not pass looks as if it had.
import { expect, test } from 'vitest'
import { junitXml } from '../../reports/junit.ts'
import { begin, ended, report, steps, verdict } from './literal.ts'

test('a broken promise and an undecided one, with a hostile text', () => {
  const events = [...begin, ...steps('fail', 'not within 30s:\n  \u001B[31m<b>]]>&"\u0000\uFFFE'), ended, verdict('one-active-at-a-time', 'pass', 'never two'), verdict('gui-as-documented', 'fail', 'b never served\nnot for 30 s'), verdict('load-high-enough', 'unknown', 'nobody wrote')]
  expect(junitXml(report(events, 'fail'))).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="haywire r1" tests="4" failures="2" errors="1" time="9.001">
      <testsuite name="power loss hands over" id="0" package="ssm/power-loss" tests="4" failures="2" errors="1" skipped="0" time="8.999" timestamp="2026-11-20T14:25:08" hostname="lab">
        <properties>
          <property name="scenario" value="ssm/power-loss"/>
          <property name="verdict" value="fail"/>
          <property name="target" value="lab"/>
          <property name="seed" value="7"/>
          <property name="again" value="npx haywire run ssm/power-loss --target lab"/>
          <property name="rows" value=""/>
        </properties>
        <testcase name="one-active-at-a-time" classname="ssm.power-loss.checks" time="0.000"/>
        <testcase name="gui-as-documented" classname="ssm.power-loss.checks" time="0.000">
          <failure type="broken" message="b never served">b never served
    not for 30 s</failure>
        </testcase>
        <testcase name="load-high-enough" classname="ssm.power-loss.checks" time="0.000">
          <error type="inconclusive" message="nobody wrote">nobody wrote</error>
        </testcase>
        <testcase name="2 b serves" classname="ssm.power-loss.steps" time="1.500">
          <failure type="broken" message="not within 30s:">check: gui-as-documented
    expected: b serves
    observed: not within 30s:
      &lt;b&gt;]]&gt;&amp;"</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `)
})

test('a scenario that was skipped, and one that ended without a word', () => {
  const skipped = report(begin.slice(0, 1), 'inconclusive', {
    outages: [], scenarios: [{ id: 'ssm/cut', title: 'a cut', verdict: 'skipped', covers: [], why: 'the target has no nft' }, { id: 'ssm/lost', title: 'lost', verdict: 'inconclusive', covers: [], why: 'the runner died' }],
  })
  expect(junitXml(skipped)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="haywire r1" tests="2" failures="0" errors="1" time="0.000">
      <testsuite name="a cut" id="0" package="ssm/cut" tests="1" failures="0" errors="0" skipped="1" time="0.000" timestamp="2026-11-20T14:25:08" hostname="lab">
        <properties>
          <property name="scenario" value="ssm/cut"/>
          <property name="verdict" value="skipped"/>
          <property name="target" value="lab"/>
          <property name="seed" value="7"/>
          <property name="again" value="npx haywire run ssm/power-loss --target lab"/>
          <property name="rows" value=""/>
        </properties>
        <testcase name="a cut" classname="ssm.cut" time="0.000">
          <skipped message="the target has no nft"/>
        </testcase>
      </testsuite>
      <testsuite name="lost" id="1" package="ssm/lost" tests="1" failures="0" errors="1" skipped="0" time="0.000" timestamp="2026-11-20T14:25:08" hostname="lab">
        <properties>
          <property name="scenario" value="ssm/lost"/>
          <property name="verdict" value="inconclusive"/>
          <property name="target" value="lab"/>
          <property name="seed" value="7"/>
          <property name="again" value="npx haywire run ssm/power-loss --target lab"/>
          <property name="rows" value=""/>
        </properties>
        <testcase name="lost" classname="ssm.lost" time="0.000">
          <error type="inconclusive" message="the runner died">the runner died</error>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `)
})
