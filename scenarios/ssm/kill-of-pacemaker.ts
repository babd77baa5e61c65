// Pacemaker of the active server is killed, all its daemons at once: nobody looks after what they had started.
import { killProcess } from '../../harness/faults/kill-process.ts'
import { unplannedOutage } from '../../harness/systems/ssm/bounds.ts'
import { pacemakerDaemons, componentFailure } from '../../harness/systems/ssm/component-failure.ts'
import { guardGivesUp } from '../../harness/systems/ssm/expected-lines.ts'

export default componentFailure('ssm/kill-of-pacemaker', {
  title: 'When pacemaker dies on the active server, one server serves again and nothing acknowledged is lost',
  fault: active => killProcess(active, ...pacemakerDaemons),
  lasts: '20s',
  outage: unplannedOutage,
  expectedLines: guardGivesUp,
  mends: true,
})
