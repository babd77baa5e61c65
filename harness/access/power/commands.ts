// Power by commands of the user's own: whatever switches their machines, `status` prints `on` or `off`.
import { spawn } from 'node:child_process'
import { AccessError, type Power } from '../../access.ts'
import type { PowerDriver } from '../../target.ts'
import { sayMs } from '../../duration.ts'
import { limited } from '../../limit.ts'

/** A management controller may think for a while; one that needs longer hangs. In ms. */
const commandLimitMs = 60_000

export function commandPower(commands: Omit<Extract<PowerDriver, { driver: 'commands' }>, 'driver'>, node: string): Power {
  const { freezer } = commands
  return {
    ...(freezer === undefined ? {} : {
      freezer: {
        async frozen(signal) {
          const printed = (await sh('freezer', freezer.status, node, signal)).trim()
          if (printed !== 'frozen' && printed !== 'running') throw new AccessError('broken', `the freezer command for ${node} must print frozen or running, but printed ${JSON.stringify(printed)}: ${freezer.status}`)
          return printed === 'frozen'
        },
        freeze: async signal => { await sh('freezer', freezer.freeze, node, signal) },
        thaw: async signal => { await sh('freezer', freezer.thaw, node, signal) },
      },
    }),
    async status(signal) {
      const printed = (await sh('power', commands.status, node, signal)).trim()
      if (printed !== 'on' && printed !== 'off') throw new AccessError('broken', `the power command for ${node} must print on or off, but printed ${JSON.stringify(printed)}: ${commands.status}`)
      return printed
    },
    on: async signal => { await sh('power', commands.on, node, signal) },
    off: async signal => { await sh('power', commands.off, node, signal) },
  }
}

function sh(what: 'power' | 'freezer', command: string, node: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    // A process group of its own, so that what the command started ends with it.
    const child = spawn('sh', ['-c', command], { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HAYWIRE_NODE: node } })
    const limit = limited(commandLimitMs, signal)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
    const stop = () => { if (child.pid) process.kill(-child.pid, 'SIGKILL') }
    limit.signal.addEventListener('abort', stop, { once: true })
    child.once('error', reject)
    child.once('close', (code, killedBy) => {
      limit[Symbol.dispose]()
      if (signal.aborted) reject(signal.reason as Error)
      else if (limit.expired) reject(new AccessError('timeout', `the ${what} command for ${node} did not end within ${sayMs(commandLimitMs)}: ${command}`))
      else if (code === 0) resolve(stdout)
      else reject(new AccessError('broken', `the ${what} command for ${node} ended with ${code ?? killedBy}: ${command}\n${(stderr || stdout).trim()}`))
    })
  })
}
