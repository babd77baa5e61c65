// junit.xml, as CI servers read it: a suite per scenario, a case per check and per asserted step; inconclusive is an error, never a pass.
import type { Outcome } from '../harness/history.ts'
import type { Report, ScenarioReport } from './model.ts'
import { plain } from './redact.ts'

interface Case {
  name: string
  classname: string
  seconds: number
  outcome: Outcome | 'skipped'
  message: string
  text: string
}

/** Valid against the schema of Jenkins' xUnit plugin (junit-10.xsd). */
export function junitXml(report: Report): string {
  const suites = report.scenarios.map(scenario => ({ scenario, cases: casesOf(scenario) }))
  const all = suites.flatMap(({ cases }) => cases)
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${attribute(`haywire ${report.run}`)}" ${counts(all)} time="${seconds(report.lengthMs)}">
${suites.map(({ scenario, cases }, index) => suite(report, scenario, cases, index)).join('')}</testsuites>
`
}

function casesOf(scenario: ScenarioReport): Case[] {
  const classname = scenario.id.replace('/', '.')
  const checks = scenario.checks.map((check): Case => ({
    name: check.name, classname: `${classname}.checks`, seconds: 0, outcome: check.verdict, message: firstLine(check.why), text: [check.statement, check.why].filter(Boolean).join('\n'),
  }))
  const steps = scenario.stages.flatMap(stage => stage.steps).filter(step => step.check !== undefined || step.outcome !== undefined)
  const asserted = steps.map((step): Case => ({
    name: `${step.step.split('#')[1] ?? step.step} ${step.title}`,
    classname: `${classname}.steps`,
    seconds: ((step.to ?? step.from) - step.from) / 1000,
    outcome: step.outcome ?? 'unknown',
    message: step.outcome === undefined ? 'never ended' : firstLine(step.observed ?? ''),
    text: [`check: ${step.check ?? '–'}`, `expected: ${step.expected ?? '–'}`, `observed: ${step.observed ?? '–'}`, ...step.evidence.map(({ path }) => `evidence: ${path}`)].join('\n'),
  }))
  const cases = [...checks, ...asserted]
  if (cases.length > 0 && !(scenario.ending !== 'pass' && cases.every(({ outcome }) => outcome === 'pass'))) return cases
  // A scenario that was skipped, or ended badly without any check or step that says so, must show nevertheless.
  const outcome = scenario.ending === 'skipped' ? 'skipped' : scenario.ending === 'fail' ? 'fail' : scenario.ending === 'pass' ? 'pass' : 'unknown'
  return [...cases, { name: scenario.title, classname, seconds: 0, outcome, message: firstLine(scenario.why) || scenario.ending, text: scenario.why }]
}

function suite(report: Report, scenario: ScenarioReport, cases: Case[], index: number): string {
  const properties = {
    scenario: scenario.id, verdict: scenario.ending, target: report.target.name, seed: String(report.seed), again: report.again,
    rows: scenario.rows.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id).join(' '),
    ...Object.fromEntries(scenario.outages.map((outage, number) => [`outage.${number + 1}`, `${outage.ms} ms +- ${outage.errorMs} ms after ${outage.title}`])),
  }
  return `  <testsuite name="${attribute(scenario.title)}" id="${index}" package="${attribute(scenario.id)}" ${counts(cases)} skipped="${countOf(cases, 'skipped')}" time="${seconds(scenario.to - scenario.from)}" timestamp="${timestamp(report.startedAt, scenario.from)}" hostname="${attribute(report.target.name)}">
    <properties>
${Object.entries(properties).map(([name, value]) => `      <property name="${attribute(name)}" value="${attribute(value)}"/>\n`).join('')}    </properties>
${cases.map(testcase).join('')}  </testsuite>
`
}

const elements = { fail: ['failure', 'broken'], unknown: ['error', 'inconclusive'] } as const

function testcase({ name, classname, seconds: length, outcome, message, text }: Case): string {
  const open = `    <testcase name="${attribute(name)}" classname="${attribute(classname)}" time="${length.toFixed(3)}"`
  if (outcome === 'pass') return `${open}/>\n`
  if (outcome === 'skipped') return `${open}>\n      <skipped message="${attribute(message)}"/>\n    </testcase>\n`
  const [element, type] = elements[outcome]
  return `${open}>\n      <${element} type="${type}" message="${attribute(message)}">${content(text)}</${element}>\n    </testcase>\n`
}

function counts(cases: Case[]): string {
  return `tests="${cases.length}" failures="${countOf(cases, 'fail')}" errors="${countOf(cases, 'unknown')}"`
}

function countOf(cases: Case[], outcome: Case['outcome']): number {
  return cases.filter(one => one.outcome === outcome).length
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

function timestamp(startedAt: string, ms: number): string {
  return new Date(Date.parse(startedAt) + ms).toISOString().slice(0, 19)
}

function firstLine(text: string): string {
  return plain(text).split('\n')[0]?.slice(0, 300) ?? ''
}

/** plain() leaves no control characters but tab and line feed; U+FFFE and U+FFFF are the other two that XML has no place for. */
function content(text: string): string {
  return plain(text).replaceAll(/[\uFFFE\uFFFF]/g, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function attribute(text: string): string {
  return content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}
