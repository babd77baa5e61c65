// The limits SSM scenarios are judged by, from the twin's timers (containers/ssm/README.md), fixed before the first run and since then only tightened. A target overrides them by name.
import { milliseconds, type Duration } from '../../duration.ts'
import type { Bounds } from '../../history.ts'
import type { Bound } from '../../scenario.ts'

/** T1: an active server that is cut off from everything holds nothing any more after this long. */
export const giveUp: Bound = { limit: 5_000, source: 'guard gives up after 4 s without contact, and 1 s to let go of VIP, web and database' }
/** T2: silence of the active server after which the other may take over. */
export const takeOver: Bound = { limit: 8_000, source: 'T1 5 s and a margin of 3 s' }

/** A server that was frozen may believe for that long after its thaw that it is active. */
export const letGo: Bound = { limit: 1_000, source: 'nobody fences it, so it has to see by itself how much time has passed: its guard looks every 0.2 s and then takes the VIP away first; database and web are killed right after (LET_GO_S is their limit, not their usual time)' }

/** Service away while it is handed over in good order. */
export const plannedOutage: Bound = { limit: 15_000, source: 'stop of web, VIP and database, promotion, start of VIP and web: about 1 s each by the resource agents; no time-out is waited for; slack 10 s' }
/** Service away after the active server vanished. */
export const unplannedOutage: Bound = { limit: 20_000, source: 'T2 8 s (token 3 s and consensus 3.6 s pass within), promotion, VIP and web 1 s each, pacemaker transitions 2 s: 13 s; and slack for a busy host' }
/** Service away after the active server lost the network by which clients come, and nothing else. */
export const outOfReach: Bound = { limit: 20_000, source: 'the guard waits 3 s for a gateway that the other server hears, 1 s until the cluster knows; then a handover in good order: web, VIP and database stop, promotion, VIP and web about 1 s each, pacemaker transitions 2 s: 11 s; and slack for a busy host' }
/** Service away after a cut that ended before the other took over: the server that gave up has to join again first. */
export const outageAfterGivingUp: Bound = { limit: 30_000, source: 'T1 5 s, cut ends by 6.5 s, corosync and pacemaker start and join 10 s, database, VIP and web 5 s, and slack for a busy host' }
/** Service away after the active database died. */
export const databaseLoss: Bound = { limit: 25_000, source: 'monitor within 5 s, web and VIP stop 4 s, crash recovery and start 5 s, VIP and web 1 s each: 16 s; and slack for a busy host' }
/** Service away after the active database began to hang. */
export const databaseHangs: Bound = { limit: 60_000, source: 'monitor within 5 s, which gives up after 10 s; a fast stop gives up after 15 s and an immediate one after 5 s; start and recovery 5 s, VIP and web 1 s each: 42 s; and slack for a busy host' }
/** Service away after the disk under the active database began to refuse writes. */
export const diskRefuses: Bound = { limit: 25_000, source: 'the guard waits 3 s for it to end, monitor within 5 s (reads go on until then, where the database lives through it), web and VIP stop 4 s, the database cannot start there, promotion, VIP and web 1 s each, pacemaker transitions 2 s: 17 s; and slack for a busy host' }
/** From a disk that takes writes again to a steady cluster: nothing but time makes pacemaker try there again. */
export const convergenceOfTheFailed: Bound = { limit: 75_000, source: 'failures are forgotten after 30 s (failure-timeout), counted from the last one, which may be just before; then pacemaker transitions 2 s, rewind or copy of the database 10 s, catching up 5 s: 47 s; and slack for a busy host' }
/** Service away after the web application died or began to hang. */
export const webLoss: Bound = { limit: 20_000, source: 'monitor within 5 s, which gives up after 5 s; stop 2 s, start 1 s: 13 s; and slack for a busy host' }
/** Service and writes away while both servers are, one of them 25 s longer than the other. */
export const bothLost: Bound = { limit: 75_000, source: 'the second is switched on after 25 s and as long as the first one takes to be on, 2 s; boot 5 s, corosync and pacemaker join 10 s, crash recovery and promotion 5 s, VIP and web 1 s each: 49 s; and slack for a busy host' }
/** Service and writes away while the network is, for 20 s at most, and nobody has it. */
export const switchAway: Bound = { limit: 50_000, source: 'the cut 20 s, and 2 s to make and to end it on both servers; whoever gave up starts corosync and pacemaker and joins 10 s, database, VIP and web 5 s: 37 s; and slack for a busy host' }
/** Service away while a handover is interrupted by the death of the database that takes over. */
export const failoverInterrupted: Bound = { limit: 45_000, source: 'the stop 5 s; the promotion of a database that has died fails at once, or its monitor sees it within 5 s; stop, crash recovery, start and promotion 10 s, VIP and web 1 s each: 22 s; half as much again for a second try, and slack for a busy host' }
/** Writes wait for a standby that has gone, until it is known not to be promotable. */
export const writeStall: Bound = { limit: 20_000, source: 'wal_sender_timeout 4 s, 1 s without a stream, then the cluster agrees, at most 7 s while a membership forms: 12 s; and slack for a busy host' }
/** Writes wait for a service that is away because of a fault, and then for a standby that is. */
export const writeOutage: Bound = { limit: 45_000, source: 'the outage of at most 30 s, then 12 s until commits go on alone; and slack for a busy host' }
/** GUI, console, database and wire may differ while things change. */
export const viewsAgree: Bound = { limit: 15_000, source: 'token 3 s + consensus 3.6 s, the console is asked every 5 s, the page every 2 s' }
/** From the last heal to a steady cluster. */
export const convergence: Bound = { limit: 40_000, source: 'boot 5 s, corosync and pacemaker join 10 s, rewind or copy of the database 10 s, catching up 5 s: 30 s; and slack for a busy host' }
/** Acknowledged accounts a second outside of faults, below which a run proves little. */
export const load: Bound = { limit: 3, source: 'a third of what the workload asks for' }
/** The same where clients ask as fast as they are answered. */
export const fullLoad: Bound = { limit: 20, source: 'twice what the workload asks for otherwise' }
/** How late the VIP's probe may be (p99 of each second, in all but one second of twenty): a busier host makes the twin itself late. */
export const hostLate: Bound = { limit: 500, source: 'a tenth of T1' }
/** Longest time without an answer that a client may see while the active server stays up. */
export const readGap: Bound = { limit: 1_500, source: 'a client sends a lost packet again after 1 s (RFC 6298): one may be lost' }
/** The same, once the VIP answers again after a fault, for whatever recovers then. */
export const recoveryGap: Bound = readGap

/**
 * How long a scenario waits for what has to happen sooner or later. Longer than the bounds, the target's own included: whether it happened in time is for the checks
 * to say, with the time that it took, while a wait that ends early would only say that it was not yet there. `view` alone is as long as its
 * bound, viewsAgree, or the target's own: the page High Availability Status says more than the checks compare.
 */
export function patienceWith({ outageMs = 0, writeStallMs = 0, convergenceMs = 0, viewsAgreeMs = 0 }: Bounds) {
  return {
    takeover: atLeast('35s', outageMs + slackMs), handover: atLeast('20s', outageMs + slackMs), service: atLeast('50s', Math.max(outageMs, writeStallMs) + slackMs), writing: atLeast('25s', writeStallMs + slackMs),
    view: atLeast('15s', viewsAgreeMs), page: atLeast('25s', viewsAgreeMs + slackMs),
    rejoin: atLeast('50s', convergenceMs + slackMs), mended: atLeast('90s', convergenceMs + slackMs),
  }
}

export type Patience = ReturnType<typeof patienceWith>

/** By how much a wait is longer than the target's own bound, in ms. */
const slackMs = 10_000

/** The longer one of a usual wait and what a target's own bound asks for. */
export function atLeast(usual: Duration, ownMs: number): Duration {
  return milliseconds(usual) >= ownMs ? usual : `${ownMs}ms`
}
