// Ctrl-C once: heal and stop. Twice: stop healing, and say what is left.

/** One Ctrl-C under npx comes twice, from the terminal and from npm; a person who means it twice needs longer. In ms. */
const sameSignalMs = 300

export interface Interrupts {
  interrupted: AbortSignal
  abandoned: AbortSignal
  stop(): void
}

export function listenForInterrupts(): Interrupts {
  const interrupt = new AbortController()
  const abandon = new AbortController()
  let last = -Infinity
  const onSignal = (name: NodeJS.Signals): void => {
    const since = performance.now() - last
    last = performance.now()
    if (since < sameSignalMs) return
    if (interrupt.signal.aborted) abandon.abort(new Error(`${name} for the second time`))
    else {
      process.stderr.write(`\n${name}: healing what was done, then stopping. Once more stops the healing, too.\n`)
      interrupt.abort(new Error(`interrupted by ${name}`))
    }
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    interrupted: interrupt.signal,
    abandoned: abandon.signal,
    stop() {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
