// `show license all` on a product: whether it is registered, what it uses, and whether that is covered.
import { NotUnderstood, quoted } from '../transcript.ts'

export interface ProductLicensing {
  /** REGISTERED, UNREGISTERED, UNREGISTERED - REGISTRATION FAILED */
  status: string
  /** why the last registration failed */
  failure?: string
  smartAccount?: string
  virtualAccount?: string
  instanceName?: string
  /** of its own last report that was answered, `2021-Jun-20 18:39:00` */
  lastContact?: string
  /** AUTHORIZED, OUT OF COMPLIANCE */
  authorization: string
  transport: string
  url?: string
  usage: Record<string, { count: number; status: string }>
}

/** Throws NotUnderstood for what is none. */
export function parseShowLicenseAll(transcript: string): ProductLicensing {
  const sections = sectionsOf(transcript)
  const registration = fieldsOf(sections.Registration ?? [])
  const transport = fieldsOf(sections.Transport ?? [])
  const authorization = fieldsOf(sections['License Authorization'] ?? []).Status
  if (registration.Status === undefined || authorization === undefined || transport.Type === undefined || sections['License Usage'] === undefined) throw new NotUnderstood(1, `expected the sections Registration, License Authorization, Transport and License Usage of \`show license all\`; there is ${quoted(transcript)}`)
  return {
    status: registration.Status,
    ...optional('failure', registration.Failure), ...optional('smartAccount', registration['Smart Account']), ...optional('virtualAccount', registration['Virtual Account']),
    ...optional('instanceName', registration['Product Instance Name']), ...optional('lastContact', registration['Last Contact']),
    authorization,
    transport: transport.Type,
    ...optional('url', transport.URL),
    usage: usageOf(sections['License Usage']),
  }
}

/** By heading, the lines below it. */
function sectionsOf(transcript: string): Record<string, string[]> {
  const sections: Record<string, string[]> = {}
  let current: string[] | undefined
  for (const line of transcript.replaceAll('\r', '').split('\n')) {
    const heading = /^(\S[^:]*):\s*$/.exec(line)?.[1]
    if (heading !== undefined) current = sections[heading] = []
    else if (line.startsWith('  ')) current?.push(line)
  }
  return sections
}

function fieldsOf(lines: string[]): Record<string, string> {
  return Object.fromEntries(lines.flatMap(line => {
    const [, name, value] = /^ {2}([^:]+): (.*)$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[name, value.trim()]]
  }))
}

function usageOf(lines: string[]): ProductLicensing['usage'] {
  const usage: ProductLicensing['usage'] = {}
  let licence: { count: number; status: string } | undefined
  for (const line of lines) {
    const name = /^ {2}(\S.*):\s*$/.exec(line)?.[1]
    if (name !== undefined) usage[name] = licence = { count: 0, status: '' }
    const [, field, value = ''] = /^ {4}(Count|Status): (.*)$/.exec(line) ?? []
    if (licence && field === 'Count') {
      if (!/^\d+$/.test(value)) throw new NotUnderstood(1, `the count ${quoted(value)} of a licence is no number`)
      licence.count = Number(value)
    }
    if (licence && field === 'Status') licence.status = value.trim()
  }
  return usage
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined || value === '' || value === '--' ? {} : { [key]: value } as Partial<Record<K, string>>
}
