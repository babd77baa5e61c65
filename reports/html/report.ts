// report.html: one file that says first what was proven, then shows it. It opens offline anywhere, and nothing in it can reach out or act.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { History, Outcome } from '../../harness/history.ts'
import type { Exhibit, Exhibits } from '../evidence.ts'
import { sayMs } from '../../harness/duration.ts'
import { precise, sayOutage, type Accounts, type CheckReport, type Ending, type FaultReport, type OutageReport, type Report, type RowReport, type RunFile, type ScenarioReport, type StepReport } from '../model.ts'
import { dataBlock, html, Markup } from './markup.ts'
import { timelineOf } from './pack.ts'

const style = readFileSync(join(import.meta.dirname, 'style.css'), 'utf8')
const script = readFileSync(join(import.meta.dirname, 'timeline.js'), 'utf8')

/** `concluded`: how it ended with what was taken again, where something was. */
export function htmlReport(report: Report, history: History, exhibits: Exhibits, concluded?: Pick<RunFile, 'verdict' | 'takes'>): string {
  const timelines = report.scenarios.filter(scenario => scenario.to > scenario.from)
  const shown = exhibitsOf(report, exhibits)
  return `<!doctype html>\n${String(html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${endingWords[report.ending]}: ${report.run}, Haywire report</title>
<style>${new Markup(style)}</style>
</head>
<body>
${icons}
${verdictFirst(report, concluded)}
<main>
${aboutTheRun(report)}
${report.scenarios.length > 1 ? overview(report) : ''}
${report.scenarios.map((scenario, index) => scenarioSection(scenario, index, timelines.indexOf(scenario), shown))}
${howToRead(report)}
</main>
<footer><p>Made by Haywire from <code>history.jsonl</code> and <code>run.json</code> of the run ${report.run}. Raw evidence lies in <code>evidence/</code> beside this file.</p></footer>
${dataBlock('timeline-data', timelineOf(history, report))}
<script>${new Markup(script)}</script>
</body>
</html>`)}\n`
}

function hashOf(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`
}

/** Pictures of what did not pass come first: they are the ones that must not be left out when the budget ends. */
function exhibitsOf(report: Report, exhibits: Exhibits): Map<StepReport, Exhibit[]> {
  const steps = report.scenarios.flatMap(scenario => scenario.stages.flatMap(stage => stage.steps))
  const order = [...steps.filter(({ outcome }) => outcome && outcome !== 'pass'), ...steps.filter(({ outcome }) => !outcome || outcome === 'pass')]
  return new Map(order.map(step => [step, step.evidence.map(evidence => exhibits.read(evidence))]))
}

export const endingWords: Record<Ending, string> = {
  pass: 'Passed', fail: 'Failed', inconclusive: 'Inconclusive', skipped: 'Skipped', unfit: 'Not started', unhealed: 'Not healed', interrupted: 'Interrupted',
}
const outcomeWords: Record<Outcome | 'none', string> = { pass: 'Held', fail: 'Broken', unknown: 'Not known', none: 'Not run' }
const rowWords: Record<Outcome | 'none', string> = { pass: 'Proven', fail: 'Failed', unknown: 'Inconclusive', none: 'Not run' }

const icons = html`<svg width="0" height="0" aria-hidden="true"><defs>
<symbol id="i-pass" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8" fill="currentColor"/><path d="M4.2 8.3l2.6 2.6 5-5.4" fill="none" stroke="#fff" stroke-width="2"/></symbol>
<symbol id="i-fail" viewBox="0 0 16 16"><path d="M5 0h6l5 5v6l-5 5H5l-5-5V5z" fill="currentColor"/><path d="M5 5l6 6M11 5l-6 6" stroke="#fff" stroke-width="2"/></symbol>
<symbol id="i-unknown" viewBox="0 0 16 16"><path d="M8 .6L16 15.2H0z" fill="currentColor"/><path d="M8 5.4v5M8 11.6v1.9" stroke="#fff" stroke-width="2"/></symbol>
<symbol id="i-none" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="none" stroke="currentColor" stroke-width="2"/><path d="M4.5 8h7" stroke="currentColor" stroke-width="2"/></symbol>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><rect width="2.4" height="6" fill="#8c3b8f"/></pattern>
<pattern id="hatch-green" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><rect width="2.4" height="6" fill="#4d9a63"/></pattern>
<pattern id="hatch-grey" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><rect width="2.4" height="6" fill="#9aa5b0"/></pattern>
<pattern id="hatch-red" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><rect width="2.4" height="6" fill="#c2361b"/></pattern>
<pattern id="hatch-amber" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="6" height="6" fill="#d99a1c"/><rect width="2" height="6" fill="#f3dca6"/></pattern>
</defs></svg>`

type Tone = Ending | Outcome | 'none'
const shapes: Record<Tone, string> = { pass: 'pass', fail: 'fail', unhealed: 'fail', unknown: 'unknown', inconclusive: 'unknown', unfit: 'unknown', interrupted: 'unknown', skipped: 'none', none: 'none' }

function icon(tone: Tone): Markup {
  return html`<svg class="icon" aria-hidden="true"><use href="#i-${shapes[tone]}"/></svg>`
}

function word(tone: Tone, text: string): Markup {
  return html`<span class="word ${tone}">${icon(tone)} ${text}</span>`
}

function verdictFirst(report: Report, concluded: Pick<RunFile, 'verdict' | 'takes'> | undefined): Markup {
  return html`<header class="top ${report.ending}"><div>
<p class="brand"><span><b>Haywire</b> · high-availability acceptance report</span><span>${report.target.name} · <time datetime="${report.startedAt}">${sayDate(report.startedAt)}</time></span></p>
<h1>${icon(report.ending)} ${endingWords[report.ending]}</h1>
<p class="lead">${leadOf(report)}</p>
${concluded?.takes && takenAgain(concluded.verdict, concluded.takes)}
${report.planted.map(({ name, what }) => html`<p class="lead"><b>Planted on purpose: <span class="mono">${name}</span>.</b> ${what}</p>`)}
${report.without.length > 0 && html`<p class="lead"><b>Taken out on purpose:</b> ${report.without.map((check, index) => html`${index > 0 && ', '}<span class="mono">${check}</span>`)}. What only that would have seen was not looked for.</p>`}
${report.why.length > 0 && html`<ul class="reasons">${report.why.slice(0, 8).map(reasonLine)}${report.why.length > 8 && html`<li>and ${report.why.length - 8} more, below</li>`}</ul>`}
${keyFigures(report)}
</div></header>`
}

/** This file tells of the first take; what counts may be another one's. */
function takenAgain(verdict: Ending, takes: Record<string, string>): Markup {
  const others = Object.entries(takes).filter(([, folder]) => folder !== '.')
  return html`<p class="lead"><b>With what was taken again: ${endingWords[verdict]}.</b> The host had spoiled what is said below of ${others.map(([id, folder], index) => html`${index > 0 ? ', ' : ''}<span class="mono">${id}</span> (what counts: <a href="${folder}/report.html">${folder}/report.html</a>)`)}.</p>`
}

function reasonLine(why: string): Markup {
  const named = /^([a-z0-9-]+): ([\s\S]*)$/.exec(why)
  return named ? html`<li><b>${named[1]}</b><br>${named[2]}</li>` : html`<li>${why}</li>`
}

export function leadOf(report: Report): string {
  const ran = report.scenarios.filter(({ ending }) => ending !== 'skipped')
  const checks = report.scenarios.flatMap(({ checks }) => checks)
  const broken = checks.filter(({ verdict }) => verdict === 'fail').length
  const open = checks.filter(({ verdict }) => verdict === 'unknown').length
  const skipped = report.scenarios.length - ran.length
  const only = report.scenarios.length === 1 ? report.scenarios[0] : undefined
  const tail = skipped > 0 ? ` ${count(skipped, 'scenario')} skipped.` : ''
  switch (report.ending) {
    case 'pass': return `${only ? `${sentence(only.title)} ` : ''}Every promise that was put to the test held: ${count(checks.length, 'check')} in ${count(ran.length, 'scenario')}, each with faults that were proven and healed.${tail}`
    case 'fail': return `${only ? `Put to the test: ${sentence(only.title)} ` : ''}The cluster broke ${count(broken, 'promise')} of the ${checks.length} that were put to the test.${tail}`
    case 'inconclusive': return `${only ? `Put to the test: ${sentence(only.title)} ` : ''}Nothing was seen to break, but this run does not prove what it set out to prove: ${open > 0 ? `${count(open, 'check')} of ${checks.length} could not be decided` : 'see why'}.${tail}`
    case 'unfit': return 'The environment was not fit for the run; no fault was injected.'
    case 'unhealed': return 'Not everything that was done to the cluster could be undone. Heal it by hand before anything else.'
    case 'interrupted': return 'The run was interrupted; what had been done to the cluster was healed.'
    case 'skipped': return 'No scenario could be run against this target.'
  }
}

function sentence(title: string): string {
  return `${title.charAt(0).toUpperCase()}${title.slice(1)}${/[.!?]$/.test(title) ? '' : '.'}`
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}

function keyFigures(report: Report): Markup {
  const outages = report.scenarios.flatMap(({ outages }) => outages)
  const longest = outages.toSorted((a, b) => b.ms - a.ms)[0]
  const checks = report.scenarios.flatMap(({ checks }) => checks)
  const held = checks.filter(({ verdict }) => verdict === 'pass').length
  const faults = report.scenarios.flatMap(({ faults }) => faults)
  const proven = faults.filter(({ phases }) => phases.proven).length
  const healed = faults.filter(({ phases }) => phases['proven-healed']).length
  const rows = report.scenarios.flatMap(({ rows }) => rows)
  const ids = new Set(rows.map(({ id }) => id))
  const provenRows = [...ids].filter(id => rows.some(row => row.id === id && row.outcome === 'pass') && !rows.some(row => row.id === id && (row.outcome === 'fail' || row.outcome === 'unknown'))).length
  const { acknowledged, unknown } = report.accounts
  const lost = report.accounts.lost
  return html`<dl class="figures">
<div><dt>Checks held</dt><dd class="${checks.some(({ verdict }) => verdict === 'fail') && 'alarm'}">${held} of ${checks.length}</dd></div>
${longest && html`<div><dt>Longest outage of the VIP</dt><dd class="${longest.boundMs !== undefined && longest.ms > longest.boundMs && 'alarm'}">${sayOutage(longest.ms, longest.errorMs)}<small>${[...(longest.boundMs === undefined ? [] : [`${sayMs(longest.boundMs)} allowed`]), ...(outages.length > 1 ? [`${outages.length} faults measured`] : [])].join('; ')}</small></dd></div>`}
${acknowledged + unknown > 0 && html`<div><dt>Acknowledged accounts lost</dt><dd class="${lost !== null && lost.length > 0 && 'alarm'}">${lost === null ? 'not read back' : lost.length} of ${acknowledged.toLocaleString('en')}<small>${unknown.toLocaleString('en')} more of unknown fate</small></dd></div>`}
<div><dt>Faults proven</dt><dd>${proven} of ${faults.length}<small>${healed === faults.length ? 'each proven healed again' : `${healed} proven healed again`}</small></dd></div>
${ids.size > 0 && html`<div><dt>Acceptance rows proven</dt><dd>${provenRows} of ${ids.size}</dd></div>`}
</dl>`
}

function aboutTheRun(report: Report): Markup {
  const { target } = report
  return html`<section class="card"><dl class="facts">
<div><dt>Target</dt><dd>${target.name} (${target.twin ? 'a twin in containers' : 'a real cluster'}, ${target.system})</dd></div>
<div><dt>When</dt><dd>${sayDate(report.startedAt)}, ${sayLength(report.lengthMs)}</dd></div>
<div><dt>VIP and nodes</dt><dd><ul><li><span class="mono">${target.vip || '–'}</span> VIP</li>${target.nodes.map(node => html`<li><span class="mono">${Object.entries(node.addresses).map(([network, address]) => `${address} (${network})`).join(', ')}</span> ${node.name}</li>`)}</ul></dd></div>
<div><dt>Versions</dt><dd>${Object.entries(report.versions).map(([name, version]) => `${name} ${version}`).join(' · ') || '–'}</dd></div>
<div><dt>Run · seed</dt><dd><span class="mono">${report.run}</span> · ${String(report.seed)}</dd></div>
${report.leftOut.length > 0 && html`<div class="wide"><dt>Left out</dt><dd><ul>${[...Map.groupBy(report.leftOut, ({ why }) => why)].map(([why, scenarios]) => html`<li>${scenarios.map(({ id }) => id).join(', ')}: ${why}</li>`)}</ul></dd></div>`}
<div class="wide"><dt>Run it again</dt><dd><code class="command">${report.again}</code></dd></div>
</dl></section>`
}

function overview(report: Report): Markup {
  return html`<section class="card"><h2>What was tested</h2><div class="scroll"><table class="stack">
<thead><tr><th>Verdict</th><th>Promise</th><th>Outages</th><th class="number">Acknowledged</th><th class="number">Lost</th><th class="number">Rows proven</th></tr></thead>
<tbody>${report.scenarios.map((scenario, index) => html`<tr class="${scenario.ending}">
<td>${word(scenario.ending, endingWords[scenario.ending])}</td>
<td><a href="#s${index + 1}">${scenario.title}</a><small>${scenario.id}${scenario.ending !== 'pass' && scenario.why && html`: ${scenario.why.split('\n')[0]}`}</small></td>
<td class="nowrap">${scenario.outages.map((outage, at) => html`${at > 0 && html`<br>`}${sayOutage(outage.ms, outage.errorMs)}`)}</td>
<td class="number" data-label="Acknowledged">${scenario.accounts.acknowledged.toLocaleString('en')}</td><td class="number" data-label="Lost">${sayLost(scenario.accounts)}</td>
<td class="number" data-label="Rows proven">${scenario.rows.filter(({ outcome }) => outcome === 'pass').length} of ${scenario.rows.length}</td></tr>`)}</tbody></table></div></section>`
}

function sayLost({ lost, acknowledged }: Accounts): string {
  return lost === null ? (acknowledged === 0 ? '–' : 'not read back') : String(lost.length)
}

function scenarioSection(scenario: ScenarioReport, index: number, timeline: number, shown: Map<StepReport, Exhibit[]>): Markup {
  const anchors = new Map(scenario.stages.flatMap(stage => stage.steps).map((step, number) => [step.step, `s${index + 1}-${number + 1}`]))
  return html`<section class="card scenario" id="s${index + 1}">
<header><span class="badge ${scenario.ending}">${icon(scenario.ending)} ${endingWords[scenario.ending]}</span><h2>${scenario.title}</h2><span class="id">${scenario.id}${scenario.to > scenario.from && ` · ${sayLength(scenario.to - scenario.from)}`}</span>
${scenario.ending !== 'pass' && scenario.why && html`<p class="because ${scenario.ending}">${scenario.why}</p>`}</header>
${scenario.stages.length > 0 && html`<ol class="arc" aria-label="The arc of the scenario">${scenario.stages.map(stage => html`<li class="${stage.outcome ?? 'none'}">${stage.outcome && icon(stage.outcome)}${stage.stage}</li>`)}</ol>`}
${timeline >= 0 && timelineFigure(scenario, timeline)}
${scenario.outages.length > 0 && html`<h3>How long the VIP was away</h3><div>${scenario.outages.map(outageLine)}</div>`}
${scenario.checks.length > 0 && checkTable(scenario)}
${scenario.accounts.acknowledged + scenario.accounts.unknown + scenario.accounts.refused > 0 && accountsPart(scenario.accounts)}
${scenario.faults.length > 0 && faultParts(scenario)}
${scenario.stages.length > 0 && html`<h3>Step by step</h3>${scenario.stages.map(stage => html`<div class="stage"><h4>${stage.stage}</h4><div>${stage.steps.map(step => stepPart(step, anchors.get(step.step) ?? '', shown.get(step) ?? []))}</div></div>`)}`}
${scenario.rows.length > 0 && rowTable(scenario.rows, anchors)}
</section>`
}

function timelineFigure(scenario: ScenarioReport, timeline: number): Markup {
  const drawn = scenario.outages.filter(({ from, to }) => from !== undefined && to !== undefined && to > from)
  return html`<figure data-timeline="${timeline}"><h3>What happened when</h3>
<div class="tools"><button type="button" data-do="all">Whole scenario</button>${drawn.map((outage, index) => html`<button type="button" data-do="outage" data-index="${index}">Outage ${index + 1}: ${precise(outage.ms)}</button>`)}
<button type="button" data-do="in" aria-label="Zoom in">+</button><button type="button" data-do="out" aria-label="Zoom out">−</button><button type="button" data-do="left" aria-label="Earlier">‹</button><button type="button" data-do="right" aria-label="Later">›</button><span class="muted">Drag to zoom, shift-drag to move, double-click for all.</span></div>
<canvas tabindex="0" role="img" aria-label="Timeline of ${scenario.title}. Arrow keys move the cursor, plus and minus zoom, n and p go to the next and previous event; the facts under the cursor follow below."></canvas>
<ul class="legend">
<li>${swatch('url(#hatch)')}fault requested, not proven yet</li><li>${swatch('#8c3b8f')}fault in effect</li><li>${swatch('url(#hatch-green)')}healed, not proven yet</li>
<li>${swatch('#e7f2ef', '#1f7a6b')}VIP answers (height: how fast)</li><li>${swatch('#c2361b')}VIP does not answer</li>
<li>${swatch('#2a62a8')}primary</li><li>${swatch('#b9d0ea')}standby</li><li>${swatch('url(#hatch-grey)')}down</li><li>${swatch('#2a62a8', '#1c2733')}holds the VIP</li><li>${swatch('url(#hatch-red)')}no answer, or unknown fate</li><li>${swatch('url(#hatch-amber)')}accounts refused; page says anything but Normal</li></ul>
<dl class="readout" aria-live="polite"></dl>
<noscript><p class="muted">The timeline is drawn by a script, which this viewer does not run. Everything it shows is told below, too.</p></noscript></figure>`
}

function swatch(fill: string, under?: string): Markup {
  return html`<svg viewBox="0 0 26 12" aria-hidden="true"><rect width="26" height="12" fill="${fill}"/>${under && html`<rect y="8" width="26" height="4" fill="${under}"/>`}</svg>`
}

function outageLine(outage: OutageReport): Markup {
  const { ms, errorMs, boundMs, boundSource, title, seenBy } = outage
  const broken = boundMs !== undefined && ms > boundMs
  const full = Math.max(boundMs ?? 0, ms + errorMs) * 1.04 || 1
  const x = (value: number): string => ((value / full) * 1000).toFixed(1)
  const colour = broken ? '#b3281a' : '#1f7a6b'
  return html`<div class="outage"><span>after ${title}${seenBy && html`<small>seen by ${seenBy}</small>`}</span><span class="value">${sayOutage(ms, errorMs)}</span>
<svg viewBox="0 0 1000 22" preserveAspectRatio="none" role="img" aria-label="${precise(ms)} of ${boundMs === undefined ? 'no bound' : `${sayMs(boundMs)} allowed`}">
<rect x="0" y="6" width="1000" height="10" fill="#eef1f4"/><rect x="0" y="6" width="${x(ms)}" height="10" fill="${colour}"/>
<path d="M${x(Math.max(0, ms - errorMs))} 3v16M${x(ms + errorMs)} 3v16M${x(Math.max(0, ms - errorMs))} 11H${x(ms + errorMs)}" stroke="#1c2733" stroke-width="1.5" vector-effect="non-scaling-stroke" fill="none"/>
${boundMs !== undefined && html`<path d="M${x(boundMs)} 0v22" stroke="#1c2733" stroke-width="2.5" stroke-dasharray="4 2" vector-effect="non-scaling-stroke"/>`}</svg>
<span>${boundMs === undefined ? 'no bound' : html`${sayMs(boundMs)} allowed, ${broken ? html`<b>${precise(ms - boundMs)} too long</b>` : `${Math.floor((1 - ms / boundMs) * 100)} % left`}${boundSource && html`<small>${boundSource}</small>`}`}</span></div>`
}

function checkTable(scenario: ScenarioReport): Markup {
  const order: Outcome[] = ['fail', 'unknown', 'pass']
  const checks = scenario.checks.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
  return html`<h3>What was judged</h3><div class="scroll"><table class="stack"><thead><tr><th>Verdict</th><th>Promise</th><th>Why</th><th>Bound</th></tr></thead><tbody>
${checks.map(check => html`<tr class="${check.verdict}"><td>${word(check.verdict, outcomeWords[check.verdict])}</td><td><span class="mono">${check.name}</span>${check.statement && html`<small>${check.statement}</small>`}</td><td>${check.why}</td><td>${boundsCell(check, scenario)}</td></tr>`)}
</tbody></table></div>`
}

function boundsCell(check: CheckReport, scenario: ScenarioReport): Markup {
  const longest = Math.max(0, ...scenario.outages.map(({ ms }) => ms))
  return html`${check.bounds.map(({ name, limit, source }) => html`<span class="nowrap">${sayBound(name, limit)}</span>${name === 'outageMs' && scenario.outages.length > 0 && html`<small>margin ${precise(Math.abs(limit - longest))}${longest > limit && ' too little'}</small>`}${source && html`<small>${source}</small>`}`)}`
}

function sayBound(name: string, limit: number): string {
  return name.endsWith('Ms') ? sayMs(limit) : name.endsWith('PerSecond') ? `${limit} per second` : `${name} ${limit}`
}

function accountsPart({ acknowledged, refused, unknown, lost }: Accounts): Markup {
  return html`<h3>Accounts created through the VIP</h3><div class="scroll"><table class="stack"><thead><tr><th class="number">Acknowledged</th><th class="number">Refused</th><th class="number">Unknown</th><th class="number">Lost</th><th></th></tr></thead><tbody><tr>
<td class="number" data-label="Acknowledged">${acknowledged.toLocaleString('en')}</td><td class="number" data-label="Refused">${refused.toLocaleString('en')}</td><td class="number" data-label="Unknown">${unknown.toLocaleString('en')}</td><td class="number" data-label="Lost">${lost === null ? html`<span class="word unknown">not read back</span>` : lost.length > 0 ? html`<span class="word fail">${lost.length}</span>` : '0'}</td>
<td class="muted">${lost === null || lost.length === 0 ? 'Refused: provably never took effect. Unknown: no answer after sending, may or may not exist. Lost: acknowledged, but not there when read back.' : `Lost: ${lost.slice(0, 12).join(', ')}${lost.length > 12 ? ` and ${lost.length - 12} more` : ''}`}</td></tr></tbody></table></div>`
}

const phaseWords = [['requested', 'Requested'], ['proven', 'Proven'], ['healed', 'Healed'], ['proven-healed', 'Proven healed']] as const

function faultParts({ faults }: ScenarioReport): Markup {
  return html`<h3>What was done to the cluster</h3>${faults.map(fault => html`<div class="fault"><p><b>${fault.title}</b> <span class="muted">${fault.fault} on ${fault.node}${fault.what && html`. ${fault.what}`}</span></p>
<div class="scroll"><table class="stack"><thead><tr><th>Phase</th><th class="number">At</th><th class="number">After the request</th><th>Proof</th></tr></thead><tbody>
${phaseWords.map(([phase, said]) => phaseRow(fault, phase, said))}</tbody></table></div></div>`)}`
}

function phaseRow({ phases }: FaultReport, phase: keyof FaultReport['phases'], said: string): Markup {
  const told = phases[phase]
  const { requested } = phases
  return html`<tr class="${told ? 'pass' : 'unknown'}"><td class="nowrap">${said}</td>
<td class="number" data-label="At">${told ? sayMoment(told.t) : word('unknown', 'never')}</td>
<td class="number" data-label="After the request">${told && requested && phase !== 'requested' ? precise(told.t - requested.t) : '–'}</td><td>${told && phase !== 'requested' ? told.detail : ''}</td></tr>`
}

function stepPart(step: StepReport, anchor: string, exhibits: Exhibit[]): Markup {
  const tone: Tone = step.outcome ?? (step.to === undefined ? 'unknown' : 'none')
  const told = step.outcome ? outcomeWords[step.outcome] : step.to === undefined ? 'Never ended' : 'Done'
  return html`<div class="step ${tone}" id="${anchor}"><div class="title">${step.outcome ? icon(step.outcome) : step.to === undefined && icon('unknown')}<b>${step.title}</b><span class="word ${tone}">${told}</span><span class="time">${sayMoment(step.from)}${step.to !== undefined && `, took ${precise(step.to - step.from)}`}</span></div>
${(step.expected !== undefined || step.observed !== undefined) && html`<dl>${step.expected !== undefined && html`<dt>Expected</dt><dd>${step.expected}</dd>`}${step.observed !== undefined && html`<dt>Observed</dt><dd>${capped(step.observed)}</dd>`}</dl>`}
${(step.rows.length > 0 || step.check) && html`<div class="tags">${step.check && html`<span>${step.check}</span>`}${step.rows.map(row => html`<span>${row}</span>`)}</div>`}
${exhibits.length > 0 && html`<details${new Markup(tone === 'fail' || tone === 'unknown' ? ' open' : '')}><summary>Evidence: ${exhibits.map(exhibitWord).join(', ')}</summary><div class="exhibits">${exhibits.map(exhibitPart)}</div></details>`}</div>`
}

const observedCharacters = 4000

function capped(text: string): string {
  return text.length <= observedCharacters ? text : `${text.slice(0, observedCharacters)}… (${(text.length - observedCharacters).toLocaleString('en')} more characters in history.jsonl)`
}

function exhibitWord({ kind, title }: Exhibit): string {
  return `${{ text: 'transcript', picture: 'screenshot', file: 'file' }[kind]} “${title}”`
}

function exhibitPart(exhibit: Exhibit): Markup {
  const { title, path } = exhibit
  if (exhibit.kind === 'file') return html`<div class="exhibit"><h5>${title} ${exhibit.linked ? fileLink(path, sayBytes(exhibit.bytes)) : html`<span class="muted">${path}</span>`}</h5>${exhibit.why && html`<p class="muted">${exhibit.why}</p>`}</div>`
  if (exhibit.kind === 'picture') return html`<div class="exhibit"><h5>${title} ${fileLink(path, 'open')}</h5><img alt="Screenshot: ${title}" src="${new Markup(exhibit.dataUri)}" loading="lazy" decoding="async"></div>`
  return html`<div class="exhibit"><h5>${title} ${fileLink(path, 'open')}</h5><pre tabindex="0">${exhibit.head}${exhibit.leftOutBytes > 0 && html`<span class="cut">… ${sayBytes(exhibit.leftOutBytes)} left out here; the whole transcript: ${fileLink(path, path)} …</span>${exhibit.tail}`}</pre></div>`
}

/** Relative and percent-encoded, so that it can name nothing but a file beside the report. */
function fileLink(path: string, text: string): Markup {
  return html`<a href="./${path.split('/').map(encodeURIComponent).join('/')}">${text}</a>`
}

function rowTable(rows: RowReport[], anchors: Map<string, string>): Markup {
  return html`<h3>Acceptance rows</h3><div class="scroll"><table class="stack"><thead><tr><th>Row</th><th>State</th><th>Statement</th><th>Assertions that ran</th></tr></thead><tbody>
${rows.map(row => html`<tr class="${row.outcome ?? 'none'}"><td class="mono nowrap">${row.id}</td><td>${word(row.outcome ?? 'none', rowWords[row.outcome ?? 'none'])}</td><td>${row.statement}${row.source && html`<small>Source: ${row.source}</small>`}</td>
<td>${row.provenBy.length === 0 ? html`<span class="muted">none</span>` : row.provenBy.map((step, index) => html`${index > 0 && ', '}<a href="#${anchors.get(step) ?? ''}">step ${(anchors.get(step) ?? '').split('-')[1]}</a>`)}</td></tr>`)}</tbody></table></div>`
}

function howToRead(report: Report): Markup {
  const kinds = [...new Map(report.scenarios.flatMap(({ faults }) => faults).map(fault => [fault.fault, fault.what])).entries()].filter(([, what]) => what !== '')
  return html`<section class="card"><h2>How to read this report</h2><dl class="glossary">
<div><dt>Held, broken, not known</dt><dd>A check is a statement about the whole recorded history. “Not known” means that the evidence does not decide it; it never counts as held.</dd></div>
<div><dt>Proven fault</dt><dd>A fault counts only once something independent has shown that it took hold, and that it was undone.</dd></div>
<div><dt>Outage</dt><dd>From the first attempt at the VIP that got no answer to the first answer after it, by the probe that proves most (TCP every 10 ms, HTTPS every 200 ms). The figure after ± says how far off it can be: the gaps between looks, and how late the probe was.</dd></div>
<div><dt>Proven row</dt><dd>An acceptance row is proven only by an assertion that ran in this very run.</dd></div>
<div><dt>One clock</dt><dd>All times are of one monotonic clock, counted from the start of the run, as in <code>history.jsonl</code> and on the console.</dd></div>
${kinds.map(([kind, what]) => html`<div><dt>${kind}</dt><dd>${what}</dd></div>`)}
</dl></section>`
}

function sayDate(utc: string): string {
  return `${utc.slice(0, 10)} ${utc.slice(11, 19)} UTC`
}

function sayLength(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function sayMoment(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

function sayBytes(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
