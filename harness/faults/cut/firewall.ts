// How a node is told to lose packets: by which tool and in which manner; a cut is the same to whoever makes it.
import type { Direction, Plan } from './survey.ts'

/** `drop`: as a pulled cable, nobody is told. `reject`: as a firewall that says no: whoever sends is told at once, and ARP passes. */
export type Manner = 'drop' | 'reject'

export interface Cut {
  lease: string
  direction: Direction
  manner: Manner
  plan: Plan
}

/** Shell commands for a root shell on the node. */
export interface Firewall {
  name: 'nft' | 'iptables'
  /** what it cannot do, for people; undefined where it can do all that is said of the fault */
  shortOf(manner: Manner): string | undefined
  /** fails with why it cannot be done there; changes nothing */
  check(cut: Cut): string
  begin(cut: Cut): string
  /** takes away what is there of it; nothing happens where nothing is */
  end(lease: string, manner: Manner): string
  /** prints `there` while it is in force, and fails where it cannot tell */
  whetherThere(lease: string, manner: Manner): string
  /** prints what it counted, for `counted` */
  counters(lease: string, manner: Manner): string
  /** how many packets of ours each counter has seen, by its name: `packets_in_0`, and `questions_in_0` for ARP */
  counted(text: string): Map<string, number>
  /** one command for people */
  undo(lease: string, manner: Manner): string
}

export const ways = (direction: Direction): ('in' | 'out')[] => (direction === 'both' ? ['in', 'out'] : [direction])
