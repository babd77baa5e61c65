// PostgreSQL of the active server is killed, every process of it.
import { killProcess } from '../../harness/faults/kill-process.ts'
import { databaseLoss } from '../../harness/systems/ssm/bounds.ts'
import { serviceLoss } from '../../harness/systems/ssm/service-loss.ts'

export default serviceLoss('ssm/kill-of-the-database', {
  title: 'When PostgreSQL dies on the active server, one server serves again and nothing acknowledged is lost',
  fault: active => killProcess(active, 'postgres'),
  lasts: '25s',
  outage: databaseLoss,
})
