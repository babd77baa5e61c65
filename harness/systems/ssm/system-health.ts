// The panel System Health of the admin workspace.
import { fieldOf, type SeenPage } from './page.ts'

export interface SystemHealth {
  verdict: string
  sentence: string
  server: string
  version: string
  uptime: string
  /** per cent */
  cpu: string
  ram: string
  disk: string
  interface: string
  sent: string
  received: string
  /** `No recent alerts` is none */
  alerts: string[]
}

export function readSystemHealth(page: Pick<SeenPage, 'fields'>): SystemHealth {
  const field = (name: string): string => fieldOf(page, name)
  return {
    verdict: field('health'), sentence: field('health-message'), server: field('server-name'), version: field('version'), uptime: field('uptime'),
    cpu: field('cpu'), ram: field('ram'), disk: field('disk'), interface: field('interface'), sent: field('sent'), received: field('received'),
    alerts: page.fields.filter(([name]) => name === 'alert').map(([, text]) => text.replaceAll(/\s+/g, ' ').trim()).filter(text => text !== 'No recent alerts'),
  }
}
