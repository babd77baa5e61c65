// A product whose registration was acknowledged is there at the end, and its licence is counted once, on every server; one that was refused is not.
import { registrationsMade } from './reading/ledger.ts'
import { nothingAcknowledgedLost } from './reading/lost.ts'

export const noAcknowledgedRegistrationLost = nothingAcknowledgedLost(
  'no-acknowledged-registration-lost', 'Every acknowledged product registration is there at the end, its licence counted exactly once, through the VIP and on every server; no refused one is.', registrationsMade)
