// Accounts at Cisco Software Central, certificates, product instances and licences, as whichever server is active shows them.
import { fromSteps } from './reading/steps.ts'

export const licensingAsDocumented = fromSteps('licensing-as-documented', 'Accounts synchronize, products register by the certificate of the Host Common Name, and the pages list them as the document gives.')
