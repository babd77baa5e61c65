// What is in use of each licence is what the registered products use: nothing lost, nothing counted twice, the same wherever one asks.
import { fromSteps } from './reading/steps.ts'

export const licencesAddUp = fromSteps('licences-add-up', 'Of each licence so many are in use as the registered products use together, by the page, by REST and in the database of every server.')
