// Secrets are kept where the user keeps them; a target only says where: `env:NAME` or `file:/path`.
import { readFileSync } from 'node:fs'
import { AccessError } from '../access.ts'
import type { SecretRef, SshAccess, Target } from '../target.ts'

/** The secret itself, without the newline that editors put at the end of a file. */
export function readSecret(ref: SecretRef): string {
  const [, kind, place = ''] = /^(env|file):(.+)$/.exec(ref) ?? []
  if (kind === 'env') {
    const value = process.env[place]
    if (value === undefined) throw new AccessError('missing', `the environment variable ${place} is not set; the target refers to a secret in it`)
    return value
  }
  if (kind !== 'file') throw new AccessError('missing', `${JSON.stringify(ref)} does not refer to a secret; write env:NAME or file:/path`)
  try {
    return readFileSync(place, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new AccessError('missing', `the secret file ${place} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** Every secret that a target refers to and that can be read, so that reports can keep them out. */
export function secretsOf({ nodes, gui, client, surroundings }: Target): string[] {
  const logins = [...nodes.flatMap(({ ssh, root }) => [ssh, root]), client?.ssh, surroundings?.central.ssh, ...surroundings?.products.map(({ ssh }) => ssh) ?? []].filter((login): login is SshAccess => login !== undefined)
  const refs = new Set([gui.password, ...logins.flatMap(({ password, privateKey }) => [password, privateKey])].filter(ref => ref !== undefined))
  return [...refs].flatMap(ref => {
    try {
      return [readSecret(ref)]
    } catch {
      // What cannot be read cannot have been written either.
      return []
    }
  })
}
