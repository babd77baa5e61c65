// A process is its number and its start time: numbers come again, the pair does not.
import { readFileSync } from 'node:fs'

export interface ProcessIdentity {
  pid: number
  /** field 22 of /proc/PID/stat, in clock ticks since boot */
  startTime: string
}

/** Undefined when there is no such process, or only a zombie of it. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name before it, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, startTime] = [fields[0], fields[19]]
    return startTime === undefined || state === 'Z' || state === 'X' ? undefined : { pid, startTime }
  } catch {
    return undefined
  }
}

export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  return identityOf(pid)?.startTime === startTime
}
