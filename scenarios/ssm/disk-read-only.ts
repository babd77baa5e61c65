// The disk under the active server's database returns errors, and the kernel makes it read-only: the database dies at its next write, and cannot start there.
import { diskReadOnly } from '../../harness/faults/disk-read-only.ts'
import { diskRefuses } from '../../harness/systems/ssm/bounds.ts'
import { componentFailure } from '../../harness/systems/ssm/component-failure.ts'
import { diskIsReadOnly } from '../../harness/systems/ssm/expected-lines.ts'

// An operator demands that the other server takes over, that no account is said to be kept that is not, and that a boot, which checks the disk, mends it.
export default componentFailure('ssm/disk-read-only', {
  title: 'When the disk under the active database turns read-only, one server takes writes again and nothing acknowledged is lost',
  fault: active => diskReadOnly(active),
  lasts: '60s',
  outage: diskRefuses,
  refuses: true,
  needs: ['database-disk', 'power'],
  expectedLines: diskIsReadOnly,
})
