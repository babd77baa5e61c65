// A child that ends as its parent does: signals are handed on once, its exit is the parent's, and it does not outlive it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGWINCH']
/** Ctrl-C under npm comes twice, from the terminal and from npm; a person who means it twice needs longer. In ms. */
const sameSignalMs = 300
/** Its file is run by the shell's own search path; it sets what happens to a child whose parent is killed. */
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(path => existsSync(path))

/**
 * Runs it with this process's terminal; `stdout: 'pipe'` captures that instead. Resolves with its exit code, or the signal that ended it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, stdout?: 'inherit' | 'pipe', stderr?: 'inherit' | 'pipe' }} [options]
 * @returns {Promise<{ code: number | null, signal: string | null, stdout: string, output: string }>}
 */
export function runChild(command, args, { cwd, env, stdout = 'inherit', stderr = 'inherit' } = {}) {
  const whole = setpriv ? [setpriv, '--pdeathsig', 'KILL', command, ...args] : [command, ...args]
  // In a session of its own the terminal's Ctrl-C reaches it through us alone, so that one key press is one signal.
  const child = spawn(whole[0], whole.slice(1), { cwd, env: env ?? process.env, detached: true, stdio: ['inherit', stdout, stderr] })
  const captured = { stdout: '', output: '' }
  child.stdout?.setEncoding('utf8').on('data', text => { captured.stdout += text; captured.output += text })
  child.stderr?.setEncoding('utf8').on('data', text => { captured.output += text })
  const last = {}
  const forward = signal => {
    const now = performance.now()
    if (now - (last[signal] ?? -Infinity) < sameSignalMs && signal !== 'SIGWINCH') return
    last[signal] = now
    child.kill(signal)
  }
  for (const signal of forwarded) process.on(signal, forward)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      for (const name of forwarded) process.off(name, forward)
      resolve({ code, signal, ...captured })
    })
  })
}

/** Ends this process as the child ended. */
export function endLike({ code, signal }) {
  if (signal) process.kill(process.pid, signal)
  else process.exitCode = code ?? 1
}
