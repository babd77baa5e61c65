// The disk under a node's database is full, to the last block: by a file of our own, as by a log that nobody looks after.
import { nameOf, type NodeLike } from '../cluster.ts'
import { eventually } from '../eventually.ts'
import type { Fault, FaultContext, FaultKind, Proof } from '../fault.ts'
import { arm, disarm, disarmByHand, onlyIfArmed, whetherArmed } from './armed-undo.ts'
import { databaseDisk, known, tryWrite, type DatabaseDisk } from './database-disk.ts'
import { asRoot, proofOf } from './on-node.ts'

/** What others give back just then is taken in the next round. */
const fullWithin = '15s'
/** A file system gives blocks back when its journal has been written. */
const freeWithin = '15s'

interface DiskFull {
  /** found on the node before */
  found?: DatabaseDisk
}

export function diskFull(node: NodeLike): Fault<DiskFull> {
  return { kind: 'disk-full', node: nameOf(node), parameters: {}, title: `the disk under the database of ${nameOf(node)} is full` }
}

export const diskFullKind: FaultKind<DiskFull> = {
  name: 'disk-full',
  what: 'A file of ours takes every block of the disk under the database that is free, those kept for root too; what is written already can be overwritten still. It is in force while that file is there, whole: room that the product itself gives back meanwhile stays free. Never the root file system, never a disk larger than the target allows.',
  needs: ['root-shell', 'database-disk'],

  async prepare(_parameters, node, context) {
    const found = await databaseDisk(node, context)
    const largest = context.access.target.databaseDisk?.largestGiB ?? 0
    if (found.sizeGiB > largest) throw new Error(`the file system at ${found.mountPoint} of ${node} has ${found.sizeGiB.toFixed(1)} GiB, and none larger than ${largest} GiB is filled: databaseDisk.largestGiB in the target file raises that`)
    const end = await tryWrite(found, node, context)
    if (end !== 'written') throw new Error(`${found.mountPoint} of ${node} refuses writes already (${end}), and not by us`)
    return { found }
  },

  async inject({ found }, node, context) {
    const file = fileOf(found, context.lease)
    await asRoot(node, arm({ lease: context.lease, undo: `rm -f ${file}`, afterMs: context.deadlineMs }), context)
    context.armed(`the node removes the file by itself after ${context.deadlineMs} ms`)
    await asRoot(node, `${onlyIfArmed(context.lease)}\n${fill(file)}`, context)
  },

  async prove({ found }, node, context) {
    const disk = known(found)
    return proofOf(eventually(`nothing can be written to ${disk.mountPoint} of ${node}`, async () => {
      await asRoot(node, `${onlyIfArmed(context.lease)}\n${fill(fileOf(found, context.lease))}`, context)
      const { end, leftBytes, said } = await lookAt(disk, node, context)
      return { value: end, satisfied: end === 'no space' && leftBytes === 0, observed: said }
    }, { within: fullWithin, every: '200ms', signal: context.signal }))
  },

  async inForce({ found }, node, context) {
    const { ourMiB, said } = await lookAt(known(found), node, context)
    return ourMiB > 0 ? { proven: true, evidence: said } : { proven: false, why: `somebody else has removed our file: ${said}` }
  },

  async heal({ found }, node, context) {
    if (!found) return
    await asRoot(node, `rm -f ${fileOf(found, context.lease)} || exit 1\n${disarm(context.lease)}`, context)
  },

  async proveHealed({ found }, node, context): Promise<Proof> {
    if (!found) return { proven: true, evidence: 'it was never done' }
    const armed = await asRoot(node, whetherArmed(context.lease), context)
    if (armed.trim() !== '') return { proven: false, why: `the undo on ${node} is still armed` }
    return proofOf(eventually(`${found.mountPoint} of ${node} can be written to`, async () => {
      const { end, ourMiB, said } = await lookAt(found, node, context)
      return { value: end, satisfied: end === 'written' && ourMiB === 0, observed: said }
    }, { within: freeWithin, every: '200ms', signal: context.signal }))
  },

  undo: ({ found }, node, lease) => `as root on ${node}: rm -f ${found?.path ?? 'PATH'}/haywire-${lease}.fill; ${disarmByHand(lease)}`,
}

function fileOf(found: DatabaseDisk | undefined, lease: string): string {
  return `${known(found).path}/haywire-${lease}.fill`
}

/** Shell commands; they may be repeated, and take what has become free since. Large pieces at once, where the file system can; the rest block by block. */
function fill(file: string): string {
  return `file=${file}
touch $file || exit 1
at=$(stat --format %s $file)
size=$(($(stat --file-system --format '%f * %S' $file)))
while [ $size -ge 1048576 ]; do
  if fallocate --offset $at --length $size $file 2>/dev/null; then at=$((at + size)); else size=$((size / 2)); fi
done
# Twice: what was reserved for blocks that are not on the disk yet is known when they are.
for round in 1 2; do
  dd if=/dev/zero of=$file bs=4096 oflag=append conv=notrunc 2>/dev/null
  sync --file-system $file
done
exit 0`
}

/** What a write ends with, what is left for the database's user, and what our file takes. */
async function lookAt(disk: DatabaseDisk, node: string, context: FaultContext): Promise<{ end: string; leftBytes: number; ourMiB: number; said: string }> {
  const sizes = await asRoot(node, `echo $(($(stat --file-system --format '%a * %S' ${disk.path}))) $(stat --format '%s' ${fileOf(disk, context.lease)} 2>/dev/null || echo 0)`, context)
  const [leftBytes = NaN, ourBytes = NaN] = sizes.trim().split(' ').map(Number)
  const end = await tryWrite(disk, node, context)
  const ourMiB = ourBytes / 2 ** 20
  return { end, leftBytes, ourMiB, said: `a write of ${disk.user} to ${disk.mountPoint} of ${node} ends with: ${end}; ${leftBytes} bytes of ${(disk.sizeGiB * 1024).toFixed(0)} MiB are left for it, our file takes ${ourMiB.toFixed(0)} MiB` }
}
