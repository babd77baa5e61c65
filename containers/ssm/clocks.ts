// The clocks of the twin's own services: each reads how far its time of day is to be off from a file (node/usr/lib/haywire/clock).
import type { ServiceClock, Target } from '../../harness/target.ts'

export const clocks: NonNullable<Target['clocks']> = {
  // To whole seconds: the date of its answers.
  'ssm-web': clockOf('ssm-web', `curl -sk --max-time 2 -o /dev/null -D - https://127.0.0.1:8443/health | sed -n 's/^Date: //p' | tr -d '\\r' | date -f - +%s`),
  'ssm-guard': clockOf('ssm-guard', `systemctl is-active --quiet ssm-guard && sed -n 's/.*"clock": \\([0-9.]*\\).*/\\1/p' /run/ssm/guard.json`),
}

function clockOf(service: string, show: string): ServiceClock {
  const file = `/run/ssm/clock-of-${service}`
  // Renamed into its place: whoever reads it meanwhile must not read half of it.
  return { set: `echo "$HAYWIRE_OFFSET_S" > ${file}.new && mv ${file}.new ${file}`, unset: `rm -f ${file}.new ${file}`, show }
}
