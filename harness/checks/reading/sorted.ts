// A history is in the order of its times: whoever wants a moment of it need not read the whole.

/** How many of the sorted numbers are below the limit (or not above it). */
export function countBelow(sorted: number[], limit: number, orEqual = false): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const value = sorted[middle] as number
    if (value < limit || (orEqual && value === limit)) low = middle + 1
    else high = middle
  }
  return low
}
