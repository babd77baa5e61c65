// The probes' own process: `process.ts CONTEXT.json`, from its line `ready` until its standard input ends.
//
//   main thread, at raised priority: the VIP by TCP and HTTPS, the nodes' own addresses     its worker: everything that takes its time (views.ts)
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { clockOf, readRunContext } from '../run-context.ts'
import { SampleWriter } from './samples.ts'
import { watchFromHere } from './from-here.ts'

/** Closing a browser and some connections takes well under a second; what hangs then is left to the end of the process, in ms. */
const endLimitMs = 5000

const contextPath = process.argv[2] ?? ''
const context = readRunContext(contextPath)
const stop = new AbortController()
const samples = new SampleWriter(context.historyPath)

// Before the priority is raised: threads and browsers inherit it, and those must not push the cluster aside.
const views = new Worker(join(import.meta.dirname, 'views.ts'), { workerData: contextPath })
const viewsEnded = once(views, 'exit')
views.on('error', error => { throw error })
views.on('exit', code => { if (!stop.signal.aborted) throw new Error(`the views' thread ended by itself with ${code}`) })
raisePriority()

const watching = watchFromHere({ target: context.target, clock: clockOf(context), emit: samples.emit, signal: stop.signal })

process.stdin.resume().once('end', () => void end())
process.once('SIGTERM', () => void end())
// Ctrl-C is for the harness: what happens while it heals has to be seen too.
process.on('SIGINT', () => undefined)
process.stdout.on('error', () => undefined)
process.stdout.write('ready\n')

async function end(): Promise<void> {
  if (stop.signal.aborted) return
  setTimeout(() => process.exit(0), endLimitMs).unref()
  stop.abort(new Error('the probes are being stopped'))
  views.postMessage('end')
  await Promise.all([watching, viewsEnded])
  await samples.flush()
  process.exit(0)
}

/** In vain where that is not allowed: then the slip tells what it costs. */
function raisePriority(): void {
  try {
    // Of the main thread only: on Linux each thread has a priority of its own.
    setPriority(process.pid, -10)
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as { info?: { code?: string } }).info?.code ?? '')) throw error
  }
}
