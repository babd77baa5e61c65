// report.html opens offline anywhere; what nodes print stays text in it, and megabytes of it stay out.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { HistoryEvent } from '../../harness/history.ts'
import { Exhibits } from '../../reports/evidence.ts'
import { dataBlock, html } from '../../reports/html/markup.ts'
import { timelineOf } from '../../reports/html/pack.ts'
import { htmlReport } from '../../reports/html/report.ts'
import { reportOf } from '../../reports/model.ts'
import { begin, ended, glossary, report, run, steps, temporaryFolder, verdict } from './literal.ts'
import { synthetic, writeSynthetic } from './synthetic.ts'

const hostile = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'\u001B[31m\u2028'

function folder(): string {
  const path = temporaryFolder()
  mkdirSync(join(path, 'evidence'))
  return path
}

test('inserted text is text', () => {
  expect(String(html`<p title="${hostile}">${[html`<b>${1}</b>`, undefined, false, null]}</p>`)).toBe('<p title="&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;&quot;&#39;\u2028"><b>1</b></p>')
  expect(String(dataBlock('d', [hostile]))).toBe('<script type="application/json" id="d">["\\u003c/script>\\u003cscript>alert(1)\\u003c/script>\\u003cimg src=x onerror=alert(2)>\\"\'\\u001b[31m\\u2028"]</script>')
})

test('hostile text everywhere: no element but our own, and a policy that lets only our own script and style act', () => {
  const path = folder()
  writeFileSync(join(path, 'evidence', 'a.txt'), hostile)
  writeFileSync(join(path, 'evidence', 'p.html'), hostile)
  const evidence = [{ title: hostile, path: 'evidence/a.txt', contentType: 'text/plain' }, { title: 'page', path: 'evidence/p.html', contentType: 'text/html' }, { title: 'x', path: '../../../etc/passwd', contentType: 'text/plain' }, { title: 'y', path: 'javascript:alert(3)', contentType: 'text/plain' }]
  const events = [...begin, ...steps('fail', hostile).map(event => (event.type === 'step' && event.phase === 'end' && event.outcome ? { ...event, title: hostile, expected: hostile, evidence } : event)), ended, verdict(hostile, 'fail', hostile)] as HistoryEvent[]
  const history: HistoryEvent[] = [...events, { t: 50, type: 'sample', probe: 'vip-tcp', from: hostile, error: hostile }, { t: 60, type: 'sample', probe: 'gui', from: 'harness', value: { cluster: hostile } }]
  const page = htmlReport(reportOf(history, run('fail', { target: hostile, again: hostile, versions: { [hostile]: hostile } }), glossary), history, new Exhibits(path))
  expect(page.match(/<script/g)).toHaveLength(2)
  expect(page).not.toMatch(/<img|href="(javascript|\.\/\.\.|[^"]*p\.html)|root:x:0/)
  expect(page).not.toContain('\u001B')
  const [, style, script] = /style-src '([^']+)'; script-src '([^']+)'/.exec(page) ?? []
  const hash = (text: string | undefined): string => `sha256-${createHash('sha256').update(text ?? '').digest('base64')}`
  expect([style, script]).toEqual([hash(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1]), hash(/<script>([\s\S]*?)<\/script>/.exec(page)?.[1])])
  expect(page).toContain('default-src \'none\'')
  expect(page.match(/ (?:src|href)="[^"]*"/g)?.filter(link => !/"(#|\.\/evidence\/|data:image)/.test(link))).toEqual([])
  expect(page).not.toMatch(/ style="| on[a-z]+="/)
})

test('a transcript of megabytes is cut, says so, and leads to the whole', () => {
  const path = folder()
  writeFileSync(join(path, 'evidence', 'long log.txt'), `begin ${'x'.repeat(5_000_000)} end`)
  const exhibit = new Exhibits(path).read({ title: 'log', path: 'evidence/long log.txt', contentType: 'text/plain' })
  expect(exhibit).toMatchObject({ kind: 'text', leftOutBytes: 4_980_010 })
  const events = [...begin, ...steps('pass').map(event => (event.type === 'step' && event.outcome ? { ...event, evidence: [{ title: 'log', path: 'evidence/long log.txt', contentType: 'text/plain' }] } : event)), ended]
  const page = htmlReport(report(events, 'pass'), events, new Exhibits(path))
  expect(page.length).toBeLessThan(120_000)
  expect(page).toContain('5.0 MB left out here; the whole transcript: <a href="./evidence/long%20log.txt">')
})

test('what was planted, taken out or left out on purpose is said, as text', () => {
  const path = folder()
  const events = [...begin, ...steps('fail'), ended]
  const page = htmlReport(reportOf(events, run('fail', { planted: [{ name: 'gives-up-too-late', what: `It keeps ${hostile}.` }], without: ['views-agree'], leftOut: [{ id: 'ssm/blips', why: 'which --short leaves out' }, { id: 'ssm/products', why: 'which --short leaves out' }] }), glossary), events, new Exhibits(path))
  expect(page).toContain('<b>Planted on purpose: <span class="mono">gives-up-too-late</span>.</b> It keeps &lt;/script&gt;')
  expect(page).toContain('<b>Taken out on purpose:</b> <span class="mono">views-agree</span>.')
  expect(page).toContain('<li>ssm/blips, ssm/products: which --short leaves out</li>')
  expect(htmlReport(report(events, 'fail'), events, new Exhibits(path))).not.toMatch(/on purpose|Left out/)
})

test('a report whose run was taken again says how that ended, and where', () => {
  const path = folder()
  const events = [...begin, ...steps('pass'), ended]
  const made = (takes?: Record<string, string>): string => htmlReport(report(events, 'inconclusive'), events, new Exhibits(path), { verdict: 'pass', ...(takes ? { takes } : {}) })
  const page = made({ 'ssm/one': '.', 'ssm/two': 'retakes/1' })
  expect(page).toContain('<b>With what was taken again: Passed.</b>')
  expect(page).toContain('<span class="mono">ssm/two</span> (what counts: <a href="retakes/1/report.html">retakes/1/report.html</a>)')
  expect(page).not.toContain('ssm/one</span> (what counts')
  expect(made()).not.toContain('taken again')
})

test('evidence outside of the run\'s folder is not read', () => {
  const path = folder()
  symlinkSync('/etc/passwd', join(path, 'evidence', 'link.txt'))
  const read = (file: string): unknown => new Exhibits(path).read({ title: 'x', path: file, contentType: 'text/plain' })
  for (const file of ['evidence/link.txt', '/etc/passwd', '../x', 'evidence', 'missing']) expect(read(file)).toEqual({ title: 'x', path: file, bytes: 0, kind: 'file', linked: false, why: 'this file is missing' })
})

test('every sample of the VIP is in the timeline, at full resolution', () => {
  const { events, run: file } = synthetic('pass')
  const data = timelineOf(events, reportOf(events, file, glossary))
  const samples = events.filter(event => event.type === 'sample' && event.probe === 'vip-tcp')
  const packed = data.strips.map(({ from, t, took, code }) => {
    const bytes = (text: string): Buffer => Buffer.from(text, 'base64')
    return { from, t: bytes(t).length / 4, took: bytes(took).length / 2, code: bytes(code).length, failed: bytes(code).filter(byte => byte > 0).length }
  })
  const of = (from: string): number => samples.filter(event => event.type === 'sample' && event.from === from).length
  const failed = (from: string): number => samples.filter(event => event.type === 'sample' && event.from === from && event.error !== undefined).length
  expect(packed).toEqual(['harness', 'client'].map(from => ({ from, t: of(from), took: of(from), code: of(from), failed: failed(from) })))
  expect(of('harness')).toBe(12_000)
})

test('a quarter of an hour makes a page that can be mailed', () => {
  const path = folder()
  const made = synthetic('fail', { scenarios: 7 })
  writeSynthetic(path, made)
  const page = htmlReport(reportOf(made.events, made.run, glossary), made.events, new Exhibits(path))
  expect(page.length).toBeLessThan(10_000_000)
})
