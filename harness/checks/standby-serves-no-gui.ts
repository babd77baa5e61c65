// Only the active server serves the GUI; the other refuses, healthy or not.
import { fromSteps } from './reading/steps.ts'

export const standbyServesNoGui = fromSteps('standby-serves-no-gui', 'A server that is not active serves no GUI on its own address.')
