// The web application of the active server hangs: its port takes connections, and no page comes.
import { pauseProcess } from '../../harness/faults/pause-process.ts'
import { webLoss } from '../../harness/systems/ssm/bounds.ts'
import { componentFailure } from '../../harness/systems/ssm/component-failure.ts'

export default componentFailure('ssm/hang-of-the-web-application', {
  title: 'When the web application hangs on the active server, a page comes again within the bound',
  fault: active => pauseProcess(active, 'ssm-web'),
  lasts: '25s',
  outage: webLoss,
})
