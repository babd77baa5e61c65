// What decides by time who may be active dies on the active server: nobody notices, and it is there again.
import { killProcess } from '../../harness/faults/kill-process.ts'
import { readGap, writeStall } from '../../harness/systems/ssm/bounds.ts'
import { componentFailure } from '../../harness/systems/ssm/component-failure.ts'

export default componentFailure('ssm/kill-of-the-guard', {
  title: 'When the guard dies on the active server clients notice nothing, and it runs again by itself',
  fault: active => killProcess(active, 'ssm-guard'),
  lasts: '10s',
  outage: readGap,
  stall: writeStall,
  mends: true,
})
