// The web application of the active server is killed: the cluster starts it again.
import { killProcess } from '../../harness/faults/kill-process.ts'
import { webLoss } from '../../harness/systems/ssm/bounds.ts'
import { componentFailure } from '../../harness/systems/ssm/component-failure.ts'

export default componentFailure('ssm/kill-of-the-web-application', {
  title: 'When the web application dies on the active server, it serves again within the bound',
  fault: active => killProcess(active, 'ssm-web'),
  lasts: '20s',
  outage: webLoss,
  mends: true,
  forgets: true,
})
