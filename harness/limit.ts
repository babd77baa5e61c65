// Time limits that are kept. Node from 24.16 on may lose what AbortSignal.any() and AbortSignal.timeout() give to the garbage collector
// before it aborts (nodejs/node issues 57736 and 65995): a wait that nothing ends. These are held by a timer and by listeners until they are released.
import { sayMs } from './duration.ts'

export interface Limit extends Disposable {
  readonly signal: AbortSignal
  /** whether the time ended it */
  readonly expired: boolean
}

/** Aborts after that many ms with a TimeoutError, or with the first of the signals, for its reason. */
export function limited(ms: number, ...signals: (AbortSignal | undefined)[]): Limit {
  const joined = joinedSignals(signals)
  let expired = false
  const timer = setTimeout(() => {
    expired = true
    joined.abort(new DOMException(`not within ${sayMs(ms)}`, 'TimeoutError'))
  }, ms)
  return {
    signal: joined.signal,
    get expired() { return expired },
    [Symbol.dispose]() {
      clearTimeout(timer)
      joined[Symbol.dispose]()
    },
  }
}

/** Aborts with the first of the signals, for its reason. */
export function either(...signals: (AbortSignal | undefined)[]): Disposable & { readonly signal: AbortSignal } {
  return joinedSignals(signals)
}

function joinedSignals(signals: (AbortSignal | undefined)[]): Disposable & { signal: AbortSignal; abort(reason: unknown): void } {
  const controller = new AbortController()
  const sources = signals.filter(signal => signal !== undefined)
  const listeners = sources.map(source => ({ source, follow: () => controller.abort(source.reason) }))
  const release = (): void => {
    for (const { source, follow } of listeners) source.removeEventListener('abort', follow)
  }
  for (const { source, follow } of listeners) {
    if (source.aborted) follow()
    else source.addEventListener('abort', follow, { once: true })
  }
  return { signal: controller.signal, abort: reason => controller.abort(reason), [Symbol.dispose]: release }
}
