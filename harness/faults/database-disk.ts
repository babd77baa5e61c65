// The file system under a node's database: which one it is, whether it may be harmed, and whether it takes a write.
import type { FaultContext } from '../fault.ts'
import { asRoot } from './on-node.ts'

export interface DatabaseDisk {
  path: string
  user: string
  mountPoint: string
  /** as the kernel calls it: `loop0`, `sdb1`; absent where no single device is under it */
  device?: string
  /** `ext4` */
  type: string
  sizeGiB: number
}

/** How a write of the database's user ended. */
export type WriteEnd = 'written' | 'no space' | 'read-only'

/** Throws unless the target names one that is apart from the node's root. */
export async function databaseDisk(node: string, context: Pick<FaultContext, 'access' | 'signal'>): Promise<DatabaseDisk> {
  const named = context.access.target.databaseDisk
  if (!named) throw new Error(`the target ${context.access.target.name} names no disk of the database's own (databaseDisk)`)
  const { path, user } = named
  const said = await asRoot(node, `set -e
findmnt --noheadings --raw --first-only --output MAJ:MIN,FSTYPE,TARGET --target ${path}
findmnt --noheadings --raw --first-only --output MAJ:MIN --target /
stat --file-system --format '%S %b' ${path}
readlink -f "/sys/dev/block/$(findmnt --noheadings --raw --first-only --output MAJ:MIN --target ${path})"`, context)
  return { path, user, ...readDisk(said, node, path) }
}

/** Throws when it is the node's root, or was not understood. */
export function readDisk(said: string, node: string, path: string): Pick<DatabaseDisk, 'mountPoint' | 'device' | 'type' | 'sizeGiB'> {
  const [, number = '', type = '', mountPoint = '', rootNumber = '', blockBytes = '', blocks = '', link = ''] = /^(\d+:\d+) (\S+) (\S+)\n(\d+:\d+)\n(\d+) (\d+)\n(\S*)\s*$/.exec(said) ?? []
  if (number === '') throw new Error(`it cannot be told which file system of ${node} ${path} is on: ${JSON.stringify(said)}`)
  if (number === rootNumber) throw new Error(`${path} is on the root file system of ${node}: whatever harms that harms the whole node, and our way into it`)
  const device = link.split('/').at(-1) ?? ''
  return { mountPoint, type, sizeGiB: Number(blockBytes) * Number(blocks) / 2 ** 30, ...(device === '' || device === number ? {} : { device }) }
}

/** What was found before the fault was done. */
export function known<D extends DatabaseDisk>(found: D | undefined): D {
  if (!found) throw new Error('the file system is not known: prepare comes first')
  return found
}

/** Writes 64 KiB to the disk as the database's user, and takes them away again. Throws when that ends in a way that neither fault causes. */
export async function tryWrite({ path, user }: Pick<DatabaseDisk, 'path' | 'user'>, node: string, context: Pick<FaultContext, 'access' | 'signal' | 'lease'>): Promise<WriteEnd> {
  const file = `${path}/haywire-${context.lease}.probe`
  const said = await asRoot(node, `said=$(LC_ALL=C runuser -u ${user} -- dd if=/dev/zero of=${file} bs=4096 count=16 conv=fsync 2>&1) && said=written
rm -f ${file} 2>/dev/null
printf '%s\\n' "$said"`, context)
  if (said.trim() === 'written') return 'written'
  if (said.includes('No space left on device')) return 'no space'
  if (said.includes('Read-only file system')) return 'read-only'
  throw new Error(`${user} on ${node} could not write to ${path}: ${said.trim()}`)
}
