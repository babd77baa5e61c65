// The heartbeat network is cut while clients reach both servers; then the active one dies while the standby is behind: nothing stale is promoted.
import { isolate } from '../../harness/faults/isolate.ts'
import { powerOff } from '../../harness/faults/power-off.ts'
import { staleStandby } from '../../harness/systems/ssm/stale-standby.ts'

export default staleStandby('ssm/stale-standby', {
  title: 'A standby that fell behind while the heartbeat network was cut is not promoted when the active server dies',
  cutOff: standby => isolate(standby, { from: ['heartbeat'] }),
  lose: active => powerOff(active),
})
