// Who waits for something to happen, and is woken when it does.

export class Waiters<Event> {
  readonly #waiting = new Set<(event: Event) => void>()

  /** Settles at the first event that is meant; rejects with the signal's reason. */
  wait(signal: AbortSignal, isMeant: (event: Event) => boolean = () => true): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (event: Event): void => {
        if (!isMeant(event)) return
        end()
        resolve()
      }
      const stop = (): void => {
        end()
        reject(signal.reason as Error)
      }
      const end = (): void => {
        this.#waiting.delete(look)
        signal.removeEventListener('abort', stop)
      }
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop, { once: true })
      this.#waiting.add(look)
    })
  }

  wake(event: Event): void {
    for (const look of this.#waiting) look(event)
  }
}
