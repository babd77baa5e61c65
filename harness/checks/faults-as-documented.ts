// Commands that break and mend the cluster through the product itself do and print what the document says.
import { fromSteps } from './reading/steps.ts'

export const faultsAsDocumented = fromSteps('faults-as-documented', 'What the product says while it is stopped, started or broken is what the document says.')
