// A harness that has switched a machine off and is about to be killed: `doomed-harness.ts CONTEXT`.
import { startGuardian } from '../harness/guardian.ts'
import { Journal } from '../harness/journal.ts'
import { identityOf } from '../harness/process-identity.ts'
import { readRunContext } from '../harness/run-context.ts'

const contextPath = process.argv[2] ?? ''
const { journalPath } = readRunContext(contextPath)
const guardian = await startGuardian(contextPath)
const journal = new Journal(journalPath)
const owner = identityOf(process.pid)
if (!owner) throw new Error('no /proc')
const fault = { kind: 'power-off', node: 'primary-node', parameters: {}, title: 'power off primary-node' }
const deadline = { deadlineNs: String(process.hrtime.bigint() + 300_000_000_000n), deadlineUtc: '' }
journal.append({ type: 'lease', id: 'one', phase: 'requested', by: 'harness', owner, fault, ...deadline }, { durable: true })
journal.append({ type: 'lease', id: 'one', phase: 'injecting', by: 'harness', parameters: {} }, { durable: true })
process.stdout.write(`${guardian.pid}\n`)
process.stdin.resume().once('data', () => { void guardian.end().then(() => process.exit(0)) })
