import { expect, test } from 'vitest'
import { keptContents } from '../../harness/engine/images.ts'

test.each([
  ['the first', ['a'], 'a', ['a']],
  ['the second', ['b', 'b', 'a'], 'b', ['b', 'a']],
  ['the third: the first goes', ['c', 'b', 'b', 'a'], 'c', ['c', 'b']],
  ['one that was built from the cache, and so looks old', ['c', 'b', undefined, 'a'], 'a', ['a', 'c']],
])('the present content and one before are kept: %s', (_, contents, present, kept) => {
  expect(keptContents(contents, present)).toEqual(kept)
})
