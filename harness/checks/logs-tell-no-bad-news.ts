// A cluster may serve and still tell in its logs that something is wrong: what is bad news whoever asks, and every error that nobody expected, is a failure.
import { unknown, type Check, type ScenarioView } from '../check.ts'
import { sayMs } from '../duration.ts'
import { errorPriority, matches, type LogLists } from '../logs.ts'
import { evidenceOf, nodesOf, readingsOf } from './reading/evidence.ts'
import { sinceFault } from './reading/faults.ts'
import { conclude, finding, type Finding } from './reading/findings.ts'
import { stoodStill } from './reading/host.ts'
import { listsOf, readLogs, type Logs } from './reading/logs.ts'
import { atTime } from './reading/say.ts'

/** A log that begins so soon after the scenario, or after its machine was started, has missed nothing, in ms: a boot logs from its first second on. */
const soonMs = 5000

export const logsTellNoBadNews: Check = {
  name: 'logs-tell-no-bad-news',
  statement: 'The product logs nothing that is bad news, and no error but those that somebody has looked at and expects.',
  needs: ['root-shell'],
  applies: view => evidenceOf(view).samples.has('logs'),
  judge(view) {
    const lists = listsOf(view)
    if (!lists) return unknown('the scenario\'s begin carries no lists of bad news and expected lines, so there is nothing to judge by')
    const nodes = nodesOf(view).map(node => {
      const { readings, odd } = readingsOf(view, { probe: 'logs', node }, readLogs)
      return { node, last: readings.at(-1), odd }
    })
    const judged = nodes.flatMap(({ node, last }) => (last?.value ? [{ node, ...judge(view, node, last.value, lists) }] : []))
    return conclude({
      broken: judged.flatMap(({ broken }) => broken),
      missing: [
        ...nodes.flatMap(({ odd }) => odd),
        ...nodes.flatMap(({ node, last, odd }) => (last?.value || odd.length > 0 ? [] : [last ? finding(`the logs of ${node} could not be read: ${last.error ?? 'no answer'} (${atTime(last.t)})`, last.t) : finding(`the logs of ${node} were never read`)])),
        ...judged.flatMap(({ missing }) => missing),
        ...(nodes.length === 0 ? [finding('no node is known whose logs could be read')] : []),
      ],
      seen: () => finding(`no bad news and no unexpected error in the logs of ${judged.map(({ seen }) => seen).join('; ')}`, ...nodes.flatMap(({ last }) => last?.t ?? [])),
    })
  },
}

function judge(view: ScenarioView, node: string, { since, startedAt, logs, told, more }: Logs, { badNews, expected }: LogLists): { broken: Finding[]; missing: Finding[]; seen: string } {
  const explained = told.map(line => {
    const bad = badNews.find(news => matches(news, line))
    return { line, bad, known: expected.some(entry => (!bad || entry.excusesBadNews === true) && matches(entry, line)) }
  })
  const anew = startedAt > since
  const missing: Finding[] = more > 0 ? [finding(`${node}: ${more} more errors are not in the history`)] : []
  const spans = logs.map(({ log, from, to, dropped, error }) => {
    if (error !== undefined) missing.push(finding(`${node}: ${log} could not be read: ${error}`, to))
    if (dropped > 0) missing.push(finding(`${node}: ${dropped} lines of ${log} were too many to be kept`, to))
    if (from - since <= soonMs) return log
    // What was in memory only went with the power; that is told, and is nobody's fault.
    if (!anew || from - startedAt > soonMs) missing.push(finding(`${node}: what ${log} held from ${sayMs(since)} to ${sayMs(from)} is gone`, from))
    return `${log} from ${sayMs(from)} on`
  })
  const broken: Finding[] = []
  for (const { known, line, bad } of explained) {
    if (known || (!bad && line.priority > errorPriority)) continue
    const what = bad ? `bad news (${bad.why})` : 'an error that nobody expects'
    const told = `${node}: ${line.program} told ${what} in ${line.log} ${atTime(line.t)}${line.times > 1 ? `, ${line.times} times` : ''} (${sinceFault(view, line.t)}): ${inOneLine(line.text)}`
    // A time limit of the product's own may have passed because it got no processor.
    if (!bad && [line.t, line.last ?? Infinity].every(t => stoodStill(view, t))) missing.push(finding(`the host stood still, and that may be why: ${told}`, line.t))
    else broken.push(finding(told, line.t))
  }
  return {
    broken,
    missing,
    // A disk gets what is logged seconds later.
    seen: `${node}: ${spans.join(', ')}${anew ? ` (started anew ${atTime(startedAt)}: its last words before may be gone)` : ''}${told.length > 0 ? `; ${told.length} expected` : ''}`,
  }
}

/** What goes on over several lines: its first, and its last, where a traceback has its point. */
function inOneLine(text: string): string {
  const lines = text.split('\n').map(line => line.trim())
  return lines.length > 1 ? `${lines[0]} … ${lines.at(-1)}` : text
}
