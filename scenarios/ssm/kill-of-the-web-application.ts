// The web application of the active server is killed: the cluster starts it again.
import { killProcess } from '../../harness/faults/kill-process.ts'
import { webLoss } from '../../harness/systems/ssm/bounds.ts'
import { serviceLoss } from '../../harness/systems/ssm/service-loss.ts'

export default serviceLoss('ssm/kill-of-the-web-application', {
  title: 'When the web application dies on the active server, it serves again within the bound',
  fault: active => killProcess(active, 'ssm-web'),
  lasts: '20s',
  outage: webLoss,
})
