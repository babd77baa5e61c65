// What the GUI shows at each step is what the document shows, word by word where it gives words.
import { fromSteps } from './reading/steps.ts'

export const guiAsDocumented = fromSteps('gui-as-documented', 'The GUI shows at each step what the document shows.')
