// Where a fault could cut us off, the node undoes it by itself: armed before the fault, disarmed when it is healed.
import { quote } from '../access.ts'

/** The undo as a file on the node, for whoever has to do it by hand: `sh /run/haywire-LEASE.undo`. */
export function undoFile(lease: string): string {
  return `/run/haywire-${lease}.undo`
}

const timer = (lease: string): string => `haywire-${lease}`
/** Only of the process that waits where there is no systemd. */
const pidFile = (lease: string): string => `/run/haywire-${lease}.pid`

/** Shell commands that arm it: `undo` is run after that many ms, whatever becomes of us. */
export function arm({ lease, undo, afterMs }: { lease: string; undo: string; afterMs: number }): string {
  const run = `sh ${undoFile(lease)}`
  return `set -e
printf '%s\\n' ${quote(`# Undoes a fault of Haywire's, and nothing else.\n${undo}\nrm -f /run/haywire-${lease}.*`)} > ${undoFile(lease)}
if [ -d /run/systemd/system ]; then
  systemd-run --quiet --unit=${timer(lease)} --on-active=${Math.ceil(afterMs)}ms --timer-property=AccuracySec=100ms ${run}
else
  setsid sh -c 'sleep ${(afterMs / 1000).toFixed(3)}; ${run}' ${timer(lease)} </dev/null >/dev/null 2>&1 &
  echo $! > ${pidFile(lease)}
fi`
}

/** Shell commands before the fault itself: a command of a harness that has died since must not undo what others have healed. */
export function onlyIfArmed(lease: string): string {
  return `[ -e ${undoFile(lease)} ] || { echo 'no undo is armed any more' >&2; exit 1; }`
}

/** Shell commands that disarm it; nothing happens where nothing is armed. */
export function disarm(lease: string): string {
  return `if [ -d /run/systemd/system ]; then
  systemctl stop ${timer(lease)}.timer ${timer(lease)}.service 2>/dev/null
  systemctl reset-failed ${timer(lease)}.service 2>/dev/null
elif [ -f ${pidFile(lease)} ]; then
  waiting=$(cat ${pidFile(lease)})
  # The number may belong to another process by now; the name of the lease cannot.
  if tr '\\0' ' ' < /proc/$waiting/cmdline 2>/dev/null | grep -q ${timer(lease)}; then kill -- -$waiting; fi
fi
rm -f /run/haywire-${lease}.*`
}

/** For people. */
export function disarmByHand(lease: string): string {
  return `systemctl stop haywire-${lease}.timer; rm -f /run/haywire-${lease}.*`
}

/** Shell commands that print `armed` when it still is. */
export function whetherArmed(lease: string): string {
  return `if [ -e ${undoFile(lease)} ] || systemctl is-active --quiet ${timer(lease)}.timer 2>/dev/null; then echo armed; fi`
}
