// PostgreSQL of the active server is killed, every process of it.
import { killProcess } from '../../harness/faults/kill-process.ts'
import { databaseLoss } from '../../harness/systems/ssm/bounds.ts'
import { componentFailure } from '../../harness/systems/ssm/component-failure.ts'
import { databaseKilled } from '../../harness/systems/ssm/expected-lines.ts'

export default componentFailure('ssm/kill-of-the-database', {
  title: 'When PostgreSQL dies on the active server, one server serves again and nothing acknowledged is lost',
  fault: active => killProcess(active, 'postgres'),
  lasts: '25s',
  outage: databaseLoss,
  expectedLines: databaseKilled,
  mends: true,
})
