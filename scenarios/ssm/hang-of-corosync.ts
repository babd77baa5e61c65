// Corosync of the active server hangs: it is there, and passes nothing on.
import { pauseProcess } from '../../harness/faults/pause-process.ts'
import { unplannedOutage } from '../../harness/systems/ssm/bounds.ts'
import { componentFailure } from '../../harness/systems/ssm/component-failure.ts'

export default componentFailure('ssm/hang-of-corosync', {
  title: 'When corosync hangs on the active server, one server serves, and they find each other again when it goes on',
  fault: active => pauseProcess(active, 'corosync'),
  lasts: '30s',
  outage: unplannedOutage,
  viewsMayDiffer: true,
})
