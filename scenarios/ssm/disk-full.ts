// The disk under the active server's database fills up, and once more when there was room again. What is read is in memory, so the server looks well, and cannot keep anything any more.
import { diskFull } from '../../harness/faults/disk-full.ts'
import { haStop } from '../../harness/faults/ha-stop.ts'
import { convergenceOfTheFailed, diskRefuses } from '../../harness/systems/ssm/bounds.ts'
import { componentFailure } from '../../harness/systems/ssm/component-failure.ts'
import { diskIsFull } from '../../harness/systems/ssm/expected-lines.ts'

// An operator demands that the server with room takes over, that no refused account is said to be kept, and that room alone mends it.
export default componentFailure('ssm/disk-full', {
  title: 'When the disk under the active database is full, and fills up again later, one server takes writes again and nothing acknowledged is lost',
  fault: active => diskFull(active),
  lasts: '60s',
  outage: diskRefuses,
  refuses: true,
  needs: ['database-disk'],
  converges: convergenceOfTheFailed,
  twiceBy: haStop,
  expectedLines: diskIsFull,
})
