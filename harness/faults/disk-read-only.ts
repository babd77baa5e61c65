// The disk under a node's database turns read-only, as the kernel makes it when a disk returns errors: what is in the journal is given up, and nothing is written any more.
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultContext, FaultKind } from '../fault.ts'
import { databaseDisk, known, tryWrite, type DatabaseDisk, type WriteEnd } from './database-disk.ts'
import { asRoot, proofOf, unlessOff } from './on-node.ts'

/** The kernel refuses from the moment on in which it is told of the error. */
const readOnlyWithin = '5s'
/** From power on to a shell that answers, as for a loss of power; the check of the file system comes on top. */
const bootWithin = '150s'

interface DiskReadOnly {
  /** found on the node before */
  found?: DatabaseDisk & { device: string }
}

export function diskReadOnly(node: NodeLike): Fault<DiskReadOnly> {
  return { kind: 'disk-read-only', node: nameOf(node), parameters: {}, title: `the disk under the database of ${nameOf(node)} turns read-only` }
}

export const diskReadOnlyKind: FaultKind<DiskReadOnly> = {
  name: 'disk-read-only',
  what: 'The ext4 under the database is told that its disk returned an error: it gives its journal up and refuses every write from then on; what was read can be read. Nothing but a mount anew ends that, and processes are in its way, so it is healed as an operator does it: the node\'s power is switched off and on, and its boot has to check and mount the file system. The node cannot undo it by itself; it can be reached all the while.',
  needs: ['root-shell', 'database-disk', 'power'],

  async prepare(_parameters, node, context) {
    const { device, ...disk } = await databaseDisk(node, context)
    if (disk.type !== 'ext4' || device === undefined) throw new Error(`the file system at ${disk.mountPoint} of ${node} is ${disk.type}; only an ext4 on a device of its own can be made to fail`)
    const options = await asRoot(node, `cat /proc/fs/ext4/${device}/options`, context)
    if (!options.split('\n').includes('errors=remount-ro')) throw new Error(`the file system at ${disk.mountPoint} of ${node} is not mounted with errors=remount-ro, so it would go on after an error, or take the node with it`)
    const end = await tryWrite(disk, node, context)
    if (end !== 'written') throw new Error(`${disk.mountPoint} of ${node} refuses writes already (${end}), and not by us`)
    if ((await context.access.power(node).status(context.signal)) !== 'on') throw new Error(`the power of ${node} is said to be off, so nobody could mend its disk by switching it off and on`)
    return { found: { ...disk, device } }
  },

  async inject({ found }, node, context) {
    await asRoot(node, tellOfError(known(found).device, context.lease), context)
  },

  async prove({ found }, node, context) {
    const disk = known(found)
    return proofOf(eventually(`${disk.mountPoint} of ${node} refuses writes`, async () => {
      const end = await tryWrite(disk, node, context)
      return { value: end, satisfied: end === 'read-only', observed: said(disk, node, end) }
    }, { within: readOnlyWithin, signal: context.signal }))
  },

  async inForce({ found }, node, context) {
    const disk = known(found)
    const end = await unlessOff(node, context, () => tryWrite(disk, node, context))
    if (end === 'off') return { proven: true, evidence: `${node} has no power: nothing is written` }
    return end === 'read-only' ? { proven: true, evidence: said(disk, node, end) } : { proven: false, why: said(disk, node, end) }
  },

  async heal({ found }, node, context) {
    if (!found) return
    const power = context.access.power(node)
    // It was on when it was begun, so whoever switched it off was mending it, and died.
    if ((await power.status(context.signal)) === 'on') {
      // It may be on its way up, for the same reason.
      const { value: end } = await eventually(`${node} answers`, async () => ({ value: await writeAsMounted(node, context), satisfied: true, observed: 'it answers' }), { within: bootWithin, every: '200ms', signal: context.signal })
      if (end !== 'read-only') return
      await power.off(context.signal)
    }
    await power.on(context.signal)
    return 'its power was switched off and on'
  },

  async proveHealed({ found }, node, context) {
    if (!found) return { proven: true, evidence: 'it was never done' }
    return proofOf(eventually(`${found.mountPoint} of ${node} is mounted and can be written to`, async () => {
      const end = await writeAsMounted(node, context)
      return { value: end, satisfied: end === 'written', observed: said(found, node, end) }
    }, { within: bootWithin, every: '200ms', signal: context.signal }))
  },

  undo: ({ found }, node) => `switch the power of ${node} off and on: its boot checks and mounts the file system. Or stop whatever uses it, and then as root on ${node}: umount ${found?.mountPoint ?? 'MOUNT-POINT'}; e2fsck -p /dev/${found?.device ?? 'DEVICE'}; mount ${found?.mountPoint ?? 'MOUNT-POINT'}`,
}

/** Throws where it is not mounted: what is written then goes to the root file system. */
async function writeAsMounted(node: string, context: FaultContext): Promise<WriteEnd> {
  return tryWrite(await databaseDisk(node, context), node, context)
}

function said({ user, mountPoint }: DatabaseDisk, node: string, end: WriteEnd): string {
  return `a write of ${user} to ${mountPoint} of ${node} ends with: ${end}`
}

/** Shell commands. In a container /sys is read-only, and so is what is mounted there: a second mount of it makes it writable, and read-only again. */
function tellOfError(device: string, lease: string): string {
  const trigger = `fs/ext4/${device}/trigger_fs_error`
  const own = `/run/haywire-${lease}.sys`
  return `if [ -w /sys/${trigger} ]; then echo haywire > /sys/${trigger}; exit; fi
set -e
mkdir ${own}
trap 'umount ${own}; rmdir ${own}' EXIT
mount -t sysfs sysfs ${own}
mount -o remount,rw ${own}
echo haywire > ${own}/${trigger}
mount -o remount,ro ${own}`
}
