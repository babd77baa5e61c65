// What the page High Availability Status at the VIP says, read by a browser every two seconds.
import { AccessError } from '../access.ts'
import type { HaPage } from '../systems/ssm/ha-page.ts'
import { lookEvery, type Looking } from './looks.ts'

const periodMs = 2000

/** The page has a time limit of its own (4 s), after which it says what it saw instead; a browser that failed says that it did, in words that no product's silence has. */
export function watchGui(gui: { glanceAtHaPage(signal: AbortSignal): Promise<HaPage> }, looking: Looking): void {
  lookEvery(periodMs, { probe: 'gui', from: 'harness' }, signal => gui.glanceAtHaPage(signal).catch(notTheProduct), looking)
}

function notTheProduct(error: unknown): never {
  throw error instanceof AccessError ? new Error(`no browser: ${error.message}`, { cause: error }) : error
}
