// A small ext4 in a file, mounted where only our own commands see it: it can be filled and broken, and is gone when we are, however we end.
import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Shell } from '../../harness/access.ts'
import { searchPath } from '../../harness/programs.ts'

const env = { ...process.env, PATH: searchPath() }
/** Longer than any test; whoever holds the mount ends by itself. In s. */
const lifeS = 600

export class DiskOfOurOwn {
  readonly path: string
  readonly #folder: string
  readonly #holder: ChildProcess

  /** A disk, or why there can be none here. */
  static make(): DiskOfOurOwn | string {
    const disk = new DiskOfOurOwn()
    try {
      execFileSync('sh', ['-c', `truncate --size 32M ${disk.#image} && mkfs.ext4 -q -J size=4 ${disk.#image}`], { env, stdio: 'pipe' })
      // Before it has come to that, its mounts are everybody's.
      execFileSync('sh', ['-c', `until [ "$(cat /proc/${disk.#holder.pid}/comm)" = sleep ]; do sleep 0.01; done`], { env, stdio: 'pipe', timeout: 5000 })
      execFileSync('nsenter', disk.#inside(disk.#mount), { env, stdio: 'pipe' })
      return disk
    } catch (error) {
      disk.end()
      return `no file system in a file can be mounted here: ${(error as Error).message.split('\n')[1] ?? ''}`
    }
  }

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'haywire-disk-'))
    this.path = join(this.#folder, 'disk')
    mkdirSync(this.path)
    this.#holder = spawn('unshare', ['--mount', 'sleep', String(lifeS)], { env, stdio: 'ignore' })
    this.#holder.on('error', () => undefined)
    this.#holder.unref()
  }

  readonly shell: Shell = {
    run: (command, { signal, timeoutMs } = {}) => new Promise(resolve => {
      const started = performance.now()
      execFile('nsenter', this.#inside(command), { env, signal, timeout: timeoutMs }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr, tookMs: performance.now() - started })
      })
    }),
    stream: () => Promise.reject(new Error('no streams')),
  }

  async holds(condition: string): Promise<boolean> {
    return (await this.shell.run(condition)).code === 0
  }

  /** What a boot does with it. */
  async mountAnew(): Promise<void> {
    const { code, stderr } = await this.shell.run(`umount ${this.path} && { e2fsck -p ${this.#image} >&2 || [ $? = 1 ]; } && ${this.#mount}`)
    if (code !== 0) throw new Error(stderr)
  }

  end(): void {
    this.#holder.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #image(): string {
    return join(this.#folder, 'image')
  }

  get #mount(): string {
    return `mount -o loop,errors=remount-ro ${this.#image} ${this.path}`
  }

  #inside(command: string): string[] {
    return ['--mount', '--target', String(this.#holder.pid), 'sh', '-c', command]
  }
}
