// PostgreSQL of the active server hangs: it holds its port, takes connections, and answers nothing.
import { pauseProcess } from '../../harness/faults/pause-process.ts'
import { databaseHangs } from '../../harness/systems/ssm/bounds.ts'
import { componentFailure } from '../../harness/systems/ssm/component-failure.ts'
import { databaseKilled } from '../../harness/systems/ssm/expected-lines.ts'

export default componentFailure('ssm/hang-of-the-database', {
  title: 'When PostgreSQL hangs on the active server, one server serves again and nothing acknowledged is lost',
  fault: active => pauseProcess(active, 'postgres'),
  lasts: '60s',
  outage: databaseHangs,
  // A stop that hangs is followed by a kill.
  expectedLines: databaseKilled,
})
