// Losing the standby may keep writes waiting, but makes none fail: whoever waits for long enough is told that it is done.
import type { Check } from '../check.ts'
import { sayMs } from '../duration.ts'
import { faultsOf, sinceFault } from './reading/faults.ts'
import { conclude, finding } from './reading/findings.ts'
import { createsOf, type Operation } from './reading/ledger.ts'
import { boundOf, fromTo } from './reading/say.ts'

export const noWriteFails: Check = {
  name: 'no-write-fails',
  statement: 'No attempt to write is refused or broken off, and none is left waiting while later ones are acknowledged.',
  // The product gives up on a database that does not answer in time.
  timed: true,
  // Where reads may have a gap, writes fail in it.
  applies: view => boundOf(view, 'readGapMs') !== undefined && createsOf(view).length > 0,
  judge(view) {
    const creates = createsOf(view)
    const acknowledged = creates.filter(({ outcome }) => outcome === 'ok')
    const unfinished = creates.filter(({ completed }) => completed === Infinity)
    // Whoever gave up waiting while nobody got on shows a pause: how long that may be is another check's.
    const gaveUp = creates.filter(({ error }) => error === 'timeout')
    const refused = creates.filter(({ outcome, error, completed }) => outcome !== 'ok' && error !== 'timeout' && completed !== Infinity)
    const leftBehind = gaveUp.filter(attempt => acknowledged.some(other => other.invoked > attempt.invoked && other.completed < attempt.completed))
    const said = ({ outcome, error, invoked, completed }: Operation, how: string): ReturnType<typeof finding> => finding(
      `expected every attempt to create an account to be acknowledged, late perhaps; one ${how} ${fromTo(invoked, completed)}: ${outcome === 'fail' ? 'refused' : 'nobody knows what became of it'} (${error ?? 'no reason'}; ${sinceFault(view, completed)})`, invoked, completed)
    return conclude({
      broken: [...refused.map(attempt => said(attempt, 'failed')), ...leftBehind.map(attempt => said(attempt, 'waited in vain while others got on'))],
      missing: [
        ...(acknowledged.length === 0 ? [finding('no account was acknowledged at all')] : []),
        ...(faultsOf(view).length === 0 ? [finding('no fault was injected, so there was nothing to fail for')] : []),
        ...unfinished.map(({ invoked }) => finding(`what became of the attempt ${fromTo(invoked, view.events.at(-1)?.t ?? invoked)} was never told`, invoked)),
      ],
      seen: () => {
        const slowest = acknowledged.reduce((most, { invoked, completed }) => Math.max(most, completed - invoked), 0)
        return finding(`none of ${creates.length} attempts failed${gaveUp.length > 0 ? `; ${gaveUp.length} gave up waiting while nobody got on` : ''}; the slowest was acknowledged after ${sayMs(slowest)}`)
      },
    })
  },
}
