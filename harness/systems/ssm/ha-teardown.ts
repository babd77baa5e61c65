// `ha_teardown` as typed data: whether it was confirmed, and what it says it removed and created.
import { ConsoleTranscript } from './console-transcript.ts'

export interface HaTeardown {
  /** it was answered `yes`, and did all of it */
  destroyed: boolean
  /** the links of services that start no more, as printed */
  removed: string[]
  /** those of services that do from now on */
  created: string[]
}

const warning = [
  'WARNING: You are about to destroy the HA cluster configuration', 'and convert this service node into stand-alone mode without a cluster.',
  'This script operates on the local service node and will not', 'affect the remote service node.',
]

/** Reads both servers' (on one of them a tunnel service is listed that is not yet down). Throws NotUnderstood, also for a teardown that ended in an error or was cut off. */
export function parseHaTeardown(transcript: string): HaTeardown {
  const reader = new ConsoleTranscript(transcript, 'ha_teardown', /^(?:WARNING: .*|Destroy HA cluster .*|Adjusting firewall\.\.\.|Error: .*|HA is not enabled\.)$/)
  for (const line of warning) reader.expectText(line)
  // The answer is behind the question where a terminal shows it, and the first line of what follows where none does.
  const [, rest = ''] = reader.expect(/^Destroy HA cluster and convert to stand-alone\? Enter 'yes' to continue: ?(.*)$/, 'the question')
  if (!reader.next && rest !== 'Adjusting firewall...') return { destroyed: false, removed: [], created: [] }
  if (!['', 'yes', 'Adjusting firewall...'].includes(rest)) reader.reject(`the answer ${JSON.stringify(rest)} was taken for yes`)
  if (rest !== 'Adjusting firewall...') reader.expectText('Adjusting firewall...')
  while (reader.match(/^(?:success|The interface is under control of NetworkManager, setting zone to default\.)$/));
  reader.expect(/^Destroying HA [Cc]luster\.\.\.$/, 'Destroying HA cluster...')
  for (const line of ['Stopping Cluster (pacemaker)...', 'Stopping Cluster (corosync)...', 'Shutting down pacemaker/corosync services...', 'Killing any remaining services...', 'Removing all cluster configuration files...', 'Disabling HA services...']) reader.expectText(line)
  const removed = [...links(reader)]
  reader.expect(/^Stopping SS[HM] tunnel\.\.\.$/, 'Stopping SSH tunnel...')
  while (reader.match(/^\S+\.service loaded activating auto-restart /));
  removed.push(...links(reader))
  reader.expectText('Cleaning up...')
  // The network of the product's own containers.
  reader.match(/^[a-z]+_default$/)
  reader.expect(/^Enabling SSMS? stand-alone mode\.\.\.$/, 'Enabling SSMS stand-alone mode...')
  const created = [...createdLinks(reader)]
  reader.expectText('Deleting SSH tunnel user...')
  reader.expect(/^HA cluster has been destroyed\. SSMS? is now in stand-alone mode\.$/, 'HA cluster has been destroyed.')
  reader.expectEnd()
  return { destroyed: true, removed, created }
}

function* links(reader: ConsoleTranscript): Generator<string> {
  for (let link = removedLink(reader); link !== undefined; link = removedLink(reader)) yield link
}

/** As systemd worded it then, and as it does today. */
function removedLink(reader: ConsoleTranscript): string | undefined {
  return reader.match(/^Removed (?:symlink )?"?(\/[^"]*?)"?\.$/)?.[1]
}

function* createdLinks(reader: ConsoleTranscript): Generator<string> {
  for (let link = createdLink(reader); link !== undefined; link = createdLink(reader)) yield link
}

function createdLink(reader: ConsoleTranscript): string | undefined {
  return reader.match(/^Created symlink (?:from )?(\S+) (?:to|→) \S+\.$/)?.[1]
}
