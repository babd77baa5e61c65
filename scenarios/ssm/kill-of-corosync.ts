// Corosync of the active server is killed: without it nobody keeps that server from being replaced, so it must not go on as before.
import { killProcess } from '../../harness/faults/kill-process.ts'
import { unplannedOutage } from '../../harness/systems/ssm/bounds.ts'
import { componentFailure } from '../../harness/systems/ssm/component-failure.ts'
import { guardGivesUp } from '../../harness/systems/ssm/expected-lines.ts'

export default componentFailure('ssm/kill-of-corosync', {
  title: 'When corosync dies on the active server, one server serves again and nothing acknowledged is lost',
  fault: active => killProcess(active, 'corosync'),
  lasts: '20s',
  outage: unplannedOutage,
  expectedLines: guardGivesUp,
  mends: true,
})
