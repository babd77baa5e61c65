// Which file system the database is on, from what a node says; its root is never one that may be harmed.
import { expect, test } from 'vitest'
import { readDisk } from '../../harness/faults/database-disk.ts'

test('a disk of its own', () => {
  expect(readDisk('7:3 ext4 /var/lib/postgresql/15\n0:61\n4096 131072\n/sys/devices/virtual/block/loop3\n', 'node', '/var/lib/postgresql/15/x')).toEqual({ mountPoint: '/var/lib/postgresql/15', device: 'loop3', type: 'ext4', sizeGiB: 0.5 })
})

test('one without a single device under it', () => {
  expect(readDisk('0:42 btrfs /data\n8:1\n4096 262144\n/sys/dev/block/0:42\n', 'node', '/data')).toEqual({ mountPoint: '/data', type: 'btrfs', sizeGiB: 1 })
})

test('the root is refused, wherever it is mounted once more', () => {
  expect(() => readDisk('8:1 ext4 /data\n8:1\n4096 262144\n/sys/devices/sda1\n', 'node', '/data/pg')).toThrow('/data/pg is on the root file system of node: whatever harms that harms the whole node, and our way into it')
})

test('what is not understood is no answer', () => {
  expect(() => readDisk('8:1 ext4\n', 'node', '/data')).toThrow('it cannot be told which file system of node /data is on: "8:1 ext4\\n"')
})
