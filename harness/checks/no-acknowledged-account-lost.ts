// An account whose creation was acknowledged is there at the end, once, on every server; one that was refused is not.
import { accountsMade } from './reading/ledger.ts'
import { nothingAcknowledgedLost } from './reading/lost.ts'

export const noAcknowledgedAccountLost = nothingAcknowledgedLost(
  'no-acknowledged-account-lost', 'Every acknowledged account is there at the end, exactly once, through the VIP and on every server; no refused one is.', accountsMade)
