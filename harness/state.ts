// Where Haywire keeps what outlives a command: its engine, its labs, its locks, and the list of runs.
import { homedir } from 'node:os'
import { join } from 'node:path'

export function stateDir(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'haywire')
}
