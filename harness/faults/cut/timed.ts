// Short cuts one after the other, timed and measured on the node itself: no command that has to come over SSH is exact to the millisecond.
import { undoFile } from '../armed-undo.ts'
import { nft, ruleset, table } from './nft.ts'
import { packets, type Plan } from './survey.ts'

/**
 * One nft is kept for all of it, since starting one takes longer than the narrowest cut: it is fed line by line, and what it prints after each
 * line says when that was done.
 */
export function timedCuts({ lease, widthsMs, pauseMs, plan }: { lease: string; widthsMs: number[]; pauseMs: number; plan: Plan }): string {
  const outgoing = plan.links.flatMap(({ known }) => known?.peers.map(({ address }) => address) ?? [])
  return `exec bash -s <<'BLIPS'
set -e
# Held by this script and by its nft: whoever heals waits for both to be gone.
exec 8> ${lockFile(lease)}
flock -n 8
[ -e ${undoFile(lease)} ] || { rm -f ${lockFile(lease)}; exit 0; }
cat > ${rulesFile(lease)} <<'RULES'
${ruleset({ lease, direction: 'both', manner: 'drop', plan })}RULES
coproc NFT { exec nft -i 2>&1; }
# Nothing but a built-in is exact to the millisecond: reading from a pipe that nobody writes to.
exec 9<> <(:)
pause() { if [ "$1" -gt 0 ]; then read -rt "$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))" -u 9 || :; fi; }
told=
tell() { # gives when it was done, in microseconds since the epoch, and what it told
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
  # Whoever heals takes the undo away: from then on nothing is cut, and nothing is written down.
  [ -e ${undoFile(lease)} ] || exit 0
  before=\${EPOCHREALTIME/./}
  tell 'include "${rulesFile(lease)}"'
  begun=$done
  ${packets(outgoing)}
  pause $((width * 1000 - (\${EPOCHREALTIME/./} - begun) - removal))
  ending=\${EPOCHREALTIME/./}
  tell 'list counters table ${table(lease, 'drop')}' 'delete table ${table(lease, 'drop')}'
  removal=$(((done - ending) / 2))
  [ -e ${undoFile(lease)} ] || exit 0
  echo "blip $width $((ending - begun)) $((done - before)) $told" >> ${resultFile(lease)}
  pause ${pauseMs * 1000}
done
BLIPS`
}

export function rulesFile(lease: string): string {
  return `/run/haywire-${lease}.nft`
}

export function lockFile(lease: string): string {
  return `/run/haywire-${lease}.lock`
}

/** One line for each cut: `blip WIDTH_MS LEAST_US MOST_US` and what the table had counted. Goes with the undo's own file. */
export function resultFile(lease: string): string {
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
