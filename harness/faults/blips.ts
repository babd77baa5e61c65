// All links of a node are cut for some milliseconds, again and again, each time measured on the node: what a switch that restarts a port, or a live migration, does to a cluster.
import { nameOf, type NodeLike } from '../cluster.ts'
import type { Fault, FaultKind } from '../fault.ts'
import { arm, disarm, onlyIfArmed, whetherArmed } from './armed-undo.ts'
import { nft, ruleset, table } from './cut/nft.ts'
import { passing } from './cut/passing.ts'
import { packets, survey, type Plan } from './cut/survey.ts'
import { asRoot, goneWithPower, unlessOff } from './on-node.ts'

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
    await asRoot(node, `command -v bash >/dev/null || { echo 'there is no bash' >&2; exit 1; }\n${nft.check({ lease: context.lease, direction: 'both', manner: 'drop', plan })}`, context)
    return { ...parameters, plan }
  },

  async inject({ widthsMs, pauseMs, plan }, node, context) {
    if (!plan) throw new Error('the links of the node are not known: prepare comes first')
    const { lease, deadlineMs } = context
    await asRoot(node, arm({ lease, undo: nft.end(lease, 'drop'), afterMs: deadlineMs }), context)
    context.armed(`the node takes a cut that was left away by itself after ${deadlineMs} ms`)
    await asRoot(node, `${onlyIfArmed(lease)}\n${script({ lease, widthsMs, pauseMs, plan })}`, context)
  },

  async prove({ widthsMs, plan }, node, context) {
    if (!plan) return { proven: false, why: 'the links of the node are not known' }
    const blips = parseBlips(await asRoot(node, `cat ${resultFile(context.lease)}`, context))
    const links = plan.links.flatMap(({ known }, index) => (known && known.peers.length > 0 ? [index] : []))
    const missed = blips.filter(({ counted }) => links.some(index => (counted.get(`packets_out_${index}`) ?? 0) + (counted.get(`questions_out_${index}`) ?? 0) === 0))
    const said = `asked for and measured, in ms: ${blips.map(({ widthMs, leastMs, mostMs }) => `${widthMs}: ${leastMs.toFixed(1)} to ${mostMs.toFixed(1)}`).join(', ')}`
    if (blips.length !== widthsMs.length) return { proven: false, why: `${blips.length} of ${widthsMs.length} cuts were made; ${said}` }
    return missed.length === 0 ? { proven: true, evidence: `in each of ${blips.length} cuts packets of our own were lost on every link; ${said}` } : { proven: false, why: `in ${missed.length} of ${blips.length} cuts no packet of ours was lost on some link; ${said}` }
  },

  async heal(_parameters, node, context) {
    await unlessOff(node, context, () => asRoot(node, `(${nft.end(context.lease, 'drop')}) || exit 1\n${disarm(context.lease)}`, context))
  },

  async proveHealed({ plan }, node, context) {
    const state = await unlessOff(node, context, () => asRoot(node, `(${nft.whetherThere(context.lease, 'drop')}) || exit 1\n${whetherArmed(context.lease)}`, context))
    if (state === 'off') return goneWithPower
    if (state.trim() !== '') return { proven: false, why: `${node} still has the cut, or its undo is armed` }
    return passing('no cut and no timer is left', plan?.answering ?? [], node, context)
  },

  undo: (_parameters, node, lease) => `as root on ${node}: ${nft.undo(lease, 'drop')}; systemctl stop haywire-${lease}.timer; rm -f /run/haywire-${lease}.*`,
}

/**
 * One nft is kept for all of it, since starting one takes longer than the narrowest cut: it is fed line by line, and what it prints after each
 * line says when that was done.
 */
function script({ lease, widthsMs, pauseMs, plan }: { lease: string; widthsMs: number[]; pauseMs: number; plan: Plan }): string {
  const outgoing = plan.links.flatMap(({ known }) => known?.peers.map(({ address }) => address) ?? [])
  return `exec bash -s <<'BLIPS'
set -e
cat > ${rulesFile(lease)} <<'RULES'
${ruleset({ lease, direction: 'both', manner: 'drop', plan })}RULES
coproc NFT { exec nft -i 2>&1; }
# Nothing but a built-in is exact to the millisecond: reading from a pipe that nobody writes to.
exec 9<> <(:)
pause() { if [ "$1" -gt 0 ]; then read -rt "$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))" -u 9 || :; fi; }
told=
tell() { # in microseconds since the epoch: when it was done
  printf '%s\\n' "$@" 'describe ip ttl' >&"\${NFT[1]}"
  told=
  while IFS= read -rt 5 -u "\${NFT[0]}" line; do
    case $line in 'payload expression'*) done=\${EPOCHREALTIME/./}; return;; esac
    told="$told $line"
  done
  echo "nft does not answer:$told" >&2
  exit 1
}
tell ''
removal=2000
for width in ${widthsMs.join(' ')}; do
  before=\${EPOCHREALTIME/./}
  tell 'include "${rulesFile(lease)}"'
  begun=$done
  ${packets(outgoing)}
  pause $((width * 1000 - (\${EPOCHREALTIME/./} - begun) - removal))
  ending=\${EPOCHREALTIME/./}
  tell 'list counters table ${table(lease, 'drop')}' 'delete table ${table(lease, 'drop')}'
  removal=$(((done - ending) / 2))
  echo "blip $width $((ending - begun)) $((done - before)) $told" >> ${resultFile(lease)}
  pause ${pauseMs * 1000}
done
BLIPS`
}

function rulesFile(lease: string): string {
  return `/run/haywire-${lease}.nft`
}

/** One line for each cut: `blip WIDTH_MS LEAST_US MOST_US` and what the table had counted. Goes with the undo's own file. */
function resultFile(lease: string): string {
  return `/run/haywire-${lease}.blips`
}

export interface Blip {
  /** asked for */
  widthMs: number
  /** it surely lasted that long: from when the table was in to when its removal began */
  leastMs: number
  /** and no longer than that */
  mostMs: number
  counted: Map<string, number>
}

export function parseBlips(text: string): Blip[] {
  return [...text.matchAll(/^blip (\d+) (\d+) (\d+)(.*)$/gm)].map(([, width, least, most, rest = '']) => ({ widthMs: Number(width), leastMs: Number(least) / 1000, mostMs: Number(most) / 1000, counted: nft.counted(rest) }))
}
