// All links of a node are cut for some milliseconds, again and again, each time measured on the node: what a switch that restarts a port, or a live migration, does to a cluster.
import { nameOf, type NodeLike } from '../cluster.ts'
import type { Fault, FaultKind } from '../fault.ts'
import { arm, disarmByHand, onlyIfArmed, undoFile } from './armed-undo.ts'
import { nft } from './cut/nft.ts'
import { survey, type Plan } from './cut/survey.ts'
import { lockFile, parseBlips, resultFile, rulesFile, timedCuts } from './cut/timed.ts'
import { goneAndPassing, takeAway } from './cut/undoing.ts'
import { asRoot, unlessOff } from './on-node.ts'

/** A cut that lasts so much longer than it should is another fault, in ms: the host was too busy to end it. */
const slackMs = 250

/** Longest that a script whose undo is gone may go on, in ms: its widest cut, or its pause, and nft's answer. */
const scriptEndsWithinMs = 10_000

interface Blips {
  /** of each cut, in ms: how long it is to last */
  widthsMs: number[]
  /** between two cuts, in ms */
  pauseMs: number
  plan?: Plan
}

/** `blips(node, [5, 50, 500])`: as many cuts as there are widths, all links at once, both directions. */
export function blips(node: NodeLike, widthsMs: number[], { pauseMs = 700 }: { pauseMs?: number } = {}): Fault<Blips> {
  return { kind: 'blips', node: nameOf(node), parameters: { widthsMs, pauseMs }, title: `cut ${nameOf(node)} off from every network ${widthsMs.length} times, for ${Math.min(...widthsMs)} to ${Math.max(...widthsMs)} ms` }
}

export const blipsKind: FaultKind<Blips> = {
  name: 'blips',
  what: 'All links of a node are cut at once for some milliseconds, several times in a row, silently and in both directions; how long each lasted is measured on the node. The narrowest is as wide as nft needs to put a table in and take it out, some 5 ms.',
  needs: ['root-shell', 'nft'],

  async prepare(parameters, node, context) {
    const plan = await survey({}, node, context)
    await asRoot(node, `for tool in bash flock; do command -v $tool >/dev/null || { echo "there is no $tool" >&2; exit 1; }; done\n${nft.check({ lease: context.lease, direction: 'both', manner: 'drop', plan })}`, context)
    return { ...parameters, plan }
  },

  async inject({ widthsMs, pauseMs, plan }, node, context) {
    if (!plan) throw new Error('the links of the node are not known: prepare comes first')
    const { lease, deadlineMs } = context
    await asRoot(node, arm({ lease, undo: nft.end(lease, 'drop'), afterMs: deadlineMs }), context)
    context.armed(`the node takes a cut that was left away by itself after ${deadlineMs} ms`)
    await asRoot(node, `${onlyIfArmed(lease)}\n${timedCuts({ lease, widthsMs, pauseMs, plan })}`, context)
  },

  async prove({ widthsMs, plan }, node, context) {
    if (!plan) return { proven: false, why: 'the links of the node are not known' }
    const blips = parseBlips(await asRoot(node, `cat ${resultFile(context.lease)}`, context))
    const links = plan.links.flatMap(({ known }, index) => (known && known.peers.length > 0 ? [index] : []))
    const missed = blips.filter(({ counted }) => links.some(index => (counted.get(`packets_out_${index}`) ?? 0) + (counted.get(`questions_out_${index}`) ?? 0) === 0))
    const said = `asked for and measured, in ms: ${blips.map(({ widthMs, leastMs, mostMs }) => `${widthMs}: ${leastMs.toFixed(1)} to ${mostMs.toFixed(1)}`).join(', ')}`
    const wide = blips.filter(({ widthMs, mostMs }) => mostMs > widthMs + slackMs)
    if (links.length === 0) return { proven: false, why: `nobody is known on any link of ${node} to send a packet to` }
    if (blips.length !== widthsMs.length) return { proven: false, why: `${blips.length} of ${widthsMs.length} cuts were made; ${said}` }
    if (wide.length > 0) return { proven: false, why: `${wide.length} of ${blips.length} cuts lasted more than ${slackMs} ms too long; ${said}` }
    return missed.length === 0 ? { proven: true, evidence: `in each of ${blips.length} cuts packets of our own were lost on every link where a peer is known; ${said}` } : { proven: false, why: `in ${missed.length} of ${blips.length} cuts no packet of ours was lost on some link; ${said}` }
  },

  async heal(_parameters, node, context) {
    // A script that has outlived its command finds nothing to cut with, and is waited for: the cut that is under way ends before we look.
    await unlessOff(node, context, () => asRoot(node, `rm -f ${rulesFile(context.lease)} ${undoFile(context.lease)}; flock -w ${Math.ceil(scriptEndsWithinMs / 1000)} ${lockFile(context.lease)} true`, context))
    await takeAway(nft, 'drop', node, context)
  },

  async proveHealed({ plan }, node, context) {
    return plan ? goneAndPassing(nft, 'drop', plan, node, context) : { proven: true, evidence: 'it was never done' }
  },

  undo: (_parameters, node, lease) => `as root on ${node}: ${nft.undo(lease, 'drop')}; ${disarmByHand(lease)}`,
}
