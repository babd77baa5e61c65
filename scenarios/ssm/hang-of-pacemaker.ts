// Pacemaker of the active server hangs, all its daemons: it neither stops nor starts anything.
import { pauseProcess } from '../../harness/faults/pause-process.ts'
import { unplannedOutage } from '../../harness/systems/ssm/bounds.ts'
import { pacemakerDaemons, componentFailure } from '../../harness/systems/ssm/component-failure.ts'

export default componentFailure('ssm/hang-of-pacemaker', {
  title: 'When pacemaker hangs on the active server, one server serves, and the cluster is whole again when it goes on',
  fault: active => pauseProcess(active, ...pacemakerDaemons),
  lasts: '30s',
  outage: unplannedOutage,
})
