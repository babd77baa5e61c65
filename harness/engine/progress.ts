// Says that something slow is still at work, and for how long.

/** The first line soon, so that nobody wonders; then no more than a log can bear. In ms. */
const firstMs = 2_000
const everyMs = 10_000

export async function saying<T>(what: string | (() => string), say: (line: string) => void, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  const tick = (): void => say(`  ${typeof what === 'string' ? what : what()} … ${Math.round((performance.now() - started) / 1000)} s`)
  let repeated: NodeJS.Timeout | undefined
  const first = setTimeout(() => {
    tick()
    repeated = setInterval(tick, everyMs)
  }, firstMs)
  try {
    return await work()
  } finally {
    clearTimeout(first)
    clearInterval(repeated)
  }
}
