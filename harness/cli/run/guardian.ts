// The guardian's process: `guardian.ts CONTEXT PID STARTTIME`, started by the harness with a pipe as its standard input.
import { openAccess } from '../../access/index.ts'
import { guard } from '../../guardian.ts'
import { noted } from '../../heal.ts'
import { readRunContext } from '../../run-context.ts'
import { healingOf } from './healing.ts'

const [contextPath = '', pid = '', startTime = ''] = process.argv.slice(2)
const context = readRunContext(contextPath)
const access = openAccess(context.target)
const say = (text: string): void => noted(() => process.stderr.write(`${new Date().toISOString()} ${text}\n`))

// Signals are for the harness. What it leaves open when it is gone is for us, however it went.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => say(`${signal} ignored: the guardian ends when the run does`))
// The harness reads one line from us and then nothing more.
process.stdout.on('error', () => undefined)

process.stdout.write('ready\n')
const report = await guard({
  contextPath,
  harness: { pid: Number(pid), startTime },
  pipe: process.stdin,
  healing: healingOf(context, access, 'guardian'),
  say,
})
await access.close()
process.exit(report.left.length === 0 ? 0 : 5)
