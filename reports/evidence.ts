// Evidence as a report shows it: transcripts cut to a readable size, pictures as data, everything else as a file beside the report.
import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import type { Evidence } from '../harness/history.ts'

export type Exhibit = { title: string; path: string; bytes: number } & (
  | { kind: 'text'; head: string; tail: string; leftOutBytes: number }
  | { kind: 'picture'; dataUri: string }
  /** shown by its name; `linked` unless opening it would let a node's text act */
  | { kind: 'file'; linked: boolean; why: string }
)

const shownHeadBytes = 14_000
const shownTailBytes = 6000
/** All pictures of a report together: it has to fit into a mail. */
export const picturesBytes = 6_000_000

const pictureTypes = new Set(['image/png', 'image/jpeg', 'image/webp'])
/** What a browser opens as text, picture or download, and never runs. */
const harmless = /\.(txt|log|json|jsonl|csv|png|jpe?g|webp|pcap|pcapng|zip|gz)$/i

/** Reads evidence of one run's folder; pictures are taken as long as the budget lasts. */
export class Exhibits {
  readonly #folder: string
  #leftBytes = picturesBytes

  constructor(folder: string) {
    this.#folder = realpathSync(folder)
  }

  read({ title, path, contentType }: Evidence): Exhibit {
    const file = this.resolve(path)
    if (file === undefined) return { title, path, bytes: 0, kind: 'file', linked: false, why: 'this file is missing' }
    const bytes = statSync(file).size
    if (pictureTypes.has(contentType)) return this.#picture(file, { title, path, bytes }, contentType)
    if (/^(text\/plain|application\/(json|x-ndjson)|text\/csv)/.test(contentType)) return { title, path, bytes, kind: 'text', ...excerpt(file, bytes) }
    return { title, path, bytes, kind: 'file', linked: harmless.test(path), why: harmless.test(path) ? '' : 'not linked: it could act when opened' }
  }

  #picture(file: string, { title, path, bytes }: { title: string; path: string; bytes: number }, contentType: string): Exhibit {
    if (bytes > this.#leftBytes) return { title, path, bytes, kind: 'file', linked: harmless.test(path), why: 'left beside the report to keep it small' }
    this.#leftBytes -= bytes
    return { title, path, bytes, kind: 'picture', dataUri: `data:${contentType};base64,${readFileSync(file).toString('base64')}` }
  }

  /** The file itself, if it is one of this run's folder. */
  resolve(path: string): string | undefined {
    try {
      const file = realpathSync(resolve(this.#folder, path))
      return file.startsWith(this.#folder + sep) && statSync(file).isFile() ? file : undefined
    } catch {
      return undefined
    }
  }
}

function excerpt(file: string, bytes: number): { head: string; tail: string; leftOutBytes: number } {
  const leftOutBytes = bytes - shownHeadBytes - shownTailBytes
  if (leftOutBytes <= 0) return { head: readFileSync(file, 'utf8'), tail: '', leftOutBytes: 0 }
  const descriptor = openSync(file, 'r')
  try {
    const part = (position: number, length: number): string => {
      const buffer = Buffer.alloc(length)
      readSync(descriptor, buffer, 0, length, position)
      return buffer.toString('utf8')
    }
    return { head: part(0, shownHeadBytes), tail: part(bytes - shownTailBytes, shownTailBytes), leftOutBytes }
  } finally {
    closeSync(descriptor)
  }
}
