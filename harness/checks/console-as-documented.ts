// What the console prints at each step is what the document prints.
import { fromSteps } from './reading/steps.ts'

export const consoleAsDocumented = fromSteps('console-as-documented', 'The console prints at each step what the document prints.')
