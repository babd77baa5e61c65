// Programs of ours that run on other machines: sent with the command that starts them, so nothing has to be installed or cleared away.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { quote } from '../access.ts'

export function scriptOnNode(name: string): string {
  return readFileSync(join(import.meta.dirname, 'on-node', name), 'utf8')
}

/** A shell command that reads that script from its standard input and becomes it; what follows there is the script's own input. */
export function runFromStdin(script: string, name: string, options: object): string {
  // Exactly its length and not through Python's buffer, which would swallow what follows.
  const reader = `import os
code, left = b'', ${Buffer.byteLength(script)}
while left:
    part = os.read(0, left)
    if not part:
        raise SystemExit('the script was cut off')
    code, left = code + part, left - len(part)
exec(compile(code, '${name}', 'exec'))`
  return `exec python3 -c ${quote(reader)} ${quote(JSON.stringify(options))}`
}
