// A Chromium of whatever make is there, without a window.
import { accessSync, constants, existsSync, rmSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { chromium, type Browser, type LaunchOptions } from 'playwright-core'
import { AccessError } from '../access.ts'
import { makeBrowserFolder } from './browser-folder.ts'

/**
 * The one that can nothing but do without a window starts in half the time and needs half the processor for a page. Debian's command of
 * that name is a shell script that stays its parent: a kill would hit the script alone.
 */
const windowless = ['/usr/lib/chromium/chromium-headless-shell', 'chrome-headless-shell']
/** As Debian, Ubuntu, Google and Chromium's own builds call it. */
const names = [...windowless, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** The path of a browser: the one that CHROMIUM names, one on the PATH, or the one that Playwright downloaded. */
export function findBrowser(): string | undefined {
  const named = process.env.CHROMIUM
  if (named) return named
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = names.flatMap(name => (isAbsolute(name) ? [name] : folders.map(folder => join(folder, name))))
  return [...candidates, chromium.executablePath()].find(isProgram)
}

/** One browser for all pages of this process: it takes a second to start. */
export class KeptBrowser {
  #launching: Promise<Browser> | undefined
  #folder: string | undefined

  /** Launched when it is first asked for, and again when it has died. Rejects with an AccessError of kind `missing` where there is none. */
  async launched(): Promise<Browser> {
    const launching = this.#launching ??= this.#launch()
    try {
      const browser = await launching
      if (browser.isConnected()) return browser
    } catch (error) {
      if (this.#launching === launching) this.#launching = undefined
      throw error
    }
    // Of all who find it dead the first one launches.
    if (this.#launching === launching) this.#launching = this.#launch()
    return this.#launching ?? this.launched()
  }

  async close(): Promise<void> {
    const browser = await this.#launching?.catch(() => undefined)
    try {
      await browser?.close()
    } finally {
      // Its last process may still write.
      if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    }
  }

  async #launch(): Promise<Browser> {
    const executablePath = findBrowser()
    if (!executablePath) throw new AccessError('missing', 'there is no Chromium or Chrome: install one, or name it in the environment variable CHROMIUM')
    this.#folder ??= makeBrowserFolder()
    return launchIn(this.#folder, optionsFor(executablePath))
  }
}

/** Playwright makes its folders where temporary files go, and so does Chromium. */
async function launchIn(folder: string, options: LaunchOptions): Promise<Browser> {
  const usual = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    return await chromium.launch(options)
  } finally {
    if (usual === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = usual
  }
}

function optionsFor(executablePath: string): LaunchOptions {
  return {
    executablePath,
    // Ctrl-C is for the harness: it still has pages to look at while it heals.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--disable-gpu',
      '--disable-background-networking',
      // Chromium's sandbox refuses to run as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  }
}

function isProgram(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
