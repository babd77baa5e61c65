// The npm packages that package-lock.json names are there, or `npm ci` puts them there.
import { readFileSync } from 'node:fs'

/**
 * Why `npm ci` is needed; undefined when it is not. `installed` is npm's own note of what it has put into node_modules.
 * @param {string | undefined} wanted text of package-lock.json
 * @param {string | undefined} installed text of node_modules/.package-lock.json
 */
export function whyStale(wanted, installed) {
  if (installed === undefined) return 'they are not installed yet'
  const want = JSON.parse(wanted ?? '{}').packages ?? {}
  const have = JSON.parse(installed).packages ?? {}
  for (const [path, entry] of Object.entries(want)) {
    if (path === '') continue
    // What is for other machines is left out.
    if (!have[path] && entry.optional) continue
    const name = path.replace(/^.*node_modules\//, '')
    if (!have[path]) return `${name} ${entry.version} is missing`
    if (have[path].version !== entry.version || have[path].integrity !== entry.integrity) return `${name} is ${have[path].version}, not ${entry.version} as package-lock.json has it`
  }
  const extra = Object.keys(have).find(path => !want[path])
  return extra && `${extra.replace(/^.*node_modules\//, '')} is in package-lock.json no more`
}

/** @param {string} path */
export function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
