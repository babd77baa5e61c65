// A planted defect: a folder with defect.json and apply.sh, from anywhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { ExitError, exitCodes } from './exit.ts'
import { projectRoot } from './project.ts'

const schema = z.strictObject({
  name: z.string().min(1),
  system: z.string().min(1),
  nodes: z.union([z.literal('all'), z.array(z.string().min(1)).min(1)]),
  /** one sentence */
  what: z.string().min(1),
  /** the checks that ought to see it */
  breaks: z.array(z.string()).optional(),
  /** ids of the scenarios that provoke it, where not all that promise what it breaks do */
  scenarios: z.array(z.string()).optional(),
  /** whether `detect` leaves it out unless asked for all: its check is broken sooner by another */
  long: z.literal(true).optional(),
  when: z.enum(['before-start', 'formed']).default('before-start'),
})

export interface Defect extends z.infer<typeof schema> {
  /** absolute path of its folder */
  dir: string
}

export function readDefect(folder: string): Defect {
  const dir = resolve(folder)
  const descriptor = join(dir, 'defect.json')
  if (!existsSync(descriptor)) throw new ExitError(exitCodes.usage, `${folder} is not a planted defect: it has no defect.json`)
  if (!existsSync(join(dir, 'apply.sh'))) throw new ExitError(exitCodes.usage, `${folder} is not a planted defect: it has no apply.sh`)
  let json: unknown
  try {
    json = JSON.parse(readFileSync(descriptor, 'utf8'))
  } catch (cause) {
    throw new ExitError(exitCodes.usage, `${descriptor} is not JSON: ${(cause as Error).message}`, { cause })
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw new ExitError(exitCodes.usage, `${descriptor}:\n${parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'the file'}: ${message}`).join('\n')}`)
  return { ...parsed.data, dir }
}

/** The defects that come with a twin. */
export function plantedDefects(system: string): Defect[] {
  const folder = join(projectRoot, 'containers', system, 'defects')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => readDefect(join(folder, entry.name)))
}

/** Refuses a defect for another system, or for nodes that the twin does not have. */
export function checkDefects(defects: Defect[], system: string, nodes: string[]): void {
  for (const defect of defects) {
    if (defect.system !== system) throw new ExitError(exitCodes.usage, `${basename(defect.dir)} is a defect for ${defect.system}, but the target is of ${system}`)
    const stranger = defect.nodes === 'all' ? undefined : defect.nodes.find(node => !nodes.includes(node))
    if (stranger) throw new ExitError(exitCodes.usage, `${basename(defect.dir)} is for the node ${stranger}, but the twin has: ${nodes.join(', ')}`)
  }
}
