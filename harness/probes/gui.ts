// What the page High Availability Status at the VIP says, read by a browser every two seconds.
import type { HaPage } from '../systems/ssm/ha-page.ts'
import { lookEvery, type Looking } from './looks.ts'

const periodMs = 2000

/** The page has a time limit of its own (4 s), after which it says what it saw instead. */
export function watchGui(gui: { glanceAtHaPage(signal: AbortSignal): Promise<HaPage> }, looking: Looking): void {
  lookEvery(periodMs, { probe: 'gui', from: 'harness' }, signal => gui.glanceAtHaPage(signal), looking)
}
