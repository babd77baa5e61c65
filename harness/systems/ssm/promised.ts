// How an expectation is waited for, and which rows it proves.
import type { Duration } from '../../duration.ts'

export interface Promised {
  rows?: string[]
  within?: Duration
  for?: Duration
}
