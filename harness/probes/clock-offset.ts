// How far another machine's clock is from ours, by asking it: what it says was so at some moment between our question and its answer.
import type { Shell, StreamHandle } from '../access.ts'
import { either } from '../limit.ts'

/** `theirs = ours + offset`, give or take the error; all in nanoseconds. */
export interface ClockOffset {
  offsetNs: bigint
  errorNs: bigint
}

/** A machine that shares our clock: a container on this host. */
export const sharedClock: ClockOffset = { offsetNs: 0n, errorNs: 0n }

export function offsetFrom({ asked, theirs, answered }: { asked: bigint; theirs: bigint; answered: bigint }): ClockOffset {
  return { offsetNs: theirs - (asked + answered) / 2n, errorNs: (answered - asked) / 2n }
}

/** The one that is known best. Clocks drift: an estimate that is much older than the others should not be among them. */
export function best(estimates: ClockOffset[]): ClockOffset | undefined {
  return estimates.toSorted((a, b) => (a.errorNs < b.errorNs ? -1 : 1))[0]
}

/** A question and its answer over a LAN take well under 1 ms once the channel is open; the best of these is taken. */
const questions = 8

/** Asks the machine behind that shell. Rejects when it does not answer. */
export async function measureClock(shell: Shell, signal: AbortSignal): Promise<ClockOffset> {
  const estimates: ClockOffset[] = []
  const over = new AbortController()
  using until = either(signal, over.signal)
  let asked = 0n
  const ask = (): void => {
    asked = process.hrtime.bigint()
    handle.write('\n')
  }
  const onLine = (line: string): void => {
    estimates.push(offsetFrom({ asked, theirs: BigInt(line), answered: process.hrtime.bigint() }))
    if (estimates.length < questions) ask()
    else over.abort(new Error('asked often enough'))
  }
  const handle: StreamHandle = await shell.stream('exec python3 -uc "import sys, time\nfor line in sys.stdin: print(time.monotonic_ns())"', { onLine, signal: until.signal })
  ask()
  await handle.ended
  signal.throwIfAborted()
  const found = best(estimates)
  if (!found) throw new Error('its clock could not be read')
  return found
}
