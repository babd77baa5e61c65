// The standby is cut off from everything, the active server goes on alone and dies; the standby's networks come back, and nobody is there to tell it what it missed.
import { isolate } from '../../harness/faults/isolate.ts'
import { powerOff } from '../../harness/faults/power-off.ts'
import { staleStandby } from '../../harness/systems/ssm/stale-standby.ts'

export default staleStandby('ssm/stale-standby-back-alone', {
  title: 'A standby that was cut off from everything is not promoted when it comes back to find the active server dead',
  long: true,
  cutOff: standby => isolate(standby),
  lose: active => powerOff(active),
  backAlone: true,
})
