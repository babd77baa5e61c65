// The slow witnesses (consoles, databases, page, client), in a thread of their own: what they cost must not make the VIP's probes late.
import { parentPort, workerData } from 'node:worker_threads'
import { KeptBrowser } from '../access/browser.ts'
import { openAccess } from '../access/index.ts'
import { clockOf, readRunContext } from '../run-context.ts'
import { SsmGui } from '../systems/ssm/gui.ts'
import { watchConsoles } from './console.ts'
import { watchFromClient } from './from-client.ts'
import { watchGui } from './gui.ts'
import type { Looking } from './looks.ts'
import { SampleWriter } from './samples.ts'
import { watchDatabases } from './sql.ts'

const context = readRunContext(String(workerData))
const { target } = context
const stop = new AbortController()
const samples = new SampleWriter(context.historyPath)
const looking: Looking = { clock: clockOf(context), emit: samples.emit, signal: stop.signal }
const access = openAccess(target)
const browser = new KeptBrowser()
const gui = new SsmGui(target, browser)

watchFromClient(access, looking)
watchConsoles(access, looking)
if (target.capabilities.sql) watchDatabases(access, looking)
watchGui(gui, looking)

parentPort?.once('message', () => void end())

async function end(): Promise<void> {
  stop.abort(new Error('the probes are being stopped'))
  await samples.flush()
  await Promise.allSettled([browser.close(), access.close()])
  parentPort?.close()
}
