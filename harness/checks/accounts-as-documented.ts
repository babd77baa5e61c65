// Accounts made on one server are listed by whichever server is active, with the status the document gives.
import { fromSteps } from './reading/steps.ts'

export const accountsAsDocumented = fromSteps('accounts-as-documented', 'The Accounts page lists the accounts with the status the document gives.')
