// What passed on the clients' network while a scenario ran, as tcpdump wrote it down on the client machine: kept where the scenario did not pass, thrown away where it did.
import { quote, type Access, type Shell, type StreamHandle } from '../access.ts'
import { limited } from '../limit.ts'

/** The newest packets are kept: so many files of so many million bytes, each packet up to that many bytes (headers, and the beginning of a page). */
const files = 4
const megabytes = 4
const bytesOfEach = 256
/** Longest that starting it, and fetching a file, may take, in ms. */
const startLimitMs = 5_000
const fetchLimitMs = 60_000

export class PacketCapture {
  readonly #client: Shell
  readonly #folder: string
  readonly #over = new AbortController()
  #handle: StreamHandle | undefined

  private constructor(client: Shell, run: string) {
    this.#client = client
    this.#folder = `/tmp/haywire-packets-${run.replaceAll(/[^\w.-]/g, '-')}`
  }

  /** Rejects where the target's client has no tcpdump; undefined where the target has no client. */
  static async start({ access, run, signal }: { access: Access; run: string; signal: AbortSignal }): Promise<PacketCapture | undefined> {
    const client = access.client()
    if (!client || !access.target.client) return undefined
    const capture = new PacketCapture(client, run)
    await capture.#start(access.target.client.address, signal)
    return capture
  }

  async #start(address: string, signal: AbortSignal): Promise<void> {
    const started = Promise.withResolvers<void>()
    const said: string[] = []
    const onLine = (line: string): void => {
      said.push(line)
      if (line.includes('listening on')) started.resolve()
    }
    // It ends, and takes its files away, when our end of its standard input does: whatever becomes of us.
    const script = `set -e
device=$(ip -o -4 address show | awk -v own=${quote(address)} '{ split($4, part, "/"); if (part[1] == own) print $2 }')
rm -rf ${quote(this.#folder)}; mkdir -m 700 ${quote(this.#folder)}
tcpdump -Z root -i "$device" -n -U -s ${bytesOfEach} -W ${files} -C ${megabytes} -w ${quote(`${this.#folder}/packets`)} 2>&1 &
cat > /dev/null
kill $! 2>/dev/null
rm -rf ${quote(this.#folder)}`
    this.#handle = await this.#client.stream(script, { onLine, signal: this.#over.signal })
    const ended = this.#handle.ended.then(({ code }) => { throw new Error(`the packets of the clients' network cannot be written down: tcpdump on the client ended with ${code ?? 'a signal'}${said.length > 0 ? `: ${said.join('; ')}` : ''}`) })
    ended.catch(() => undefined)
    using limit = limited(startLimitMs, signal)
    const late = new Promise<never>((_, reject) => { limit.signal.addEventListener('abort', () => reject(new Error('tcpdump on the client did not begin')), { once: true }) })
    await Promise.race([started.promise, ended, late])
  }

  /** What there is, as pcap files, the oldest packets first. */
  async fetch(signal: AbortSignal): Promise<Uint8Array[]> {
    const names = (await this.#run(`ls -tr ${quote(this.#folder)}`, signal)).split('\n').filter(line => line !== '')
    const fetched: Uint8Array[] = []
    for (const name of names) fetched.push(Buffer.from(await this.#run(`base64 -w0 ${quote(`${this.#folder}/${name}`)}`, signal), 'base64'))
    return fetched
  }

  /** Ends it and throws its files away. */
  stop(): void {
    this.#over.abort(new Error('the packets are not needed any more'))
  }

  async #run(command: string, signal: AbortSignal): Promise<string> {
    const { code, stdout, stderr } = await this.#client.run(command, { signal, timeoutMs: fetchLimitMs })
    if (code !== 0) throw new Error(`the packets of the clients' network cannot be fetched: ${stderr.trim()}`)
    return stdout
  }
}
