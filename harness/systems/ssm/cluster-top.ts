// The top of `ha_status`, pacemaker's own words on nodes and resources, read for what is still going on. The documents show none of it and terminals scroll it away: nothing is demanded of it but that.
import { linesOf } from '../transcript.ts'

/**
 * Nodes that the cluster of that server does not see online, and resources that it is about to move, as printed; none where the top is not there.
 * The words are pacemaker's: native_pending_state in lib/pengine/native.c, and what crm_mon prints of nodes (1.1 and 2.1).
 */
export function unsettledIn(transcript: string): string[] {
  return linesOf(transcript).map(({ text }) => text.replaceAll(/\s+/g, ' ').trim()).filter(line => line.length <= lineLimit && (nodeAway.test(line) || underWay.test(line)))
}

/** Far longer than any of these lines. */
const lineLimit = 400

/** `* Node secondary-node (2): OFFLINE`, pending, standby and the like; or all of a kind in one line: `OFFLINE: [ secondary-node ]`. */
const nodeAway = /^(?:\* )?(?:Node \S+(?: \(\d+\))?: (?!online\b)\S.*|OFFLINE: \[ .+ \])$/
/** `* db (ocf:haywire:ssm-db): Promoting secondary-node` */
const underWay = /^(?:\* )?\S+ \(\S+:\S+\): (?:Starting|Stopping|Promoting|Demoting|Migrating)\b/
