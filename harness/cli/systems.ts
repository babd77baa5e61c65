// The products that scenarios can be run on.
import { ssm } from '../systems/ssm/system.ts'
import type { System } from '../systems/system.ts'

export const systems: Readonly<Record<string, System>> = { ssm }
