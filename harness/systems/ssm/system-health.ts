// The panel System Health of the admin workspace.
import type { Page } from 'playwright-core'
import { fieldOf, seen } from './page.ts'

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
  /** each with how long: `admin 00:00:18` */
  users: string[]
}

export async function readSystemHealth(page: Page): Promise<SystemHealth> {
  const [shown, users] = await Promise.all([seen(page), page.$$eval('li[data-user]', items => items.map(item => Array.from(item.children, part => part.textContent.trim()).join(' ')))])
  const field = (name: string): string => fieldOf(shown, name)
  return {
    verdict: field('health'), sentence: field('health-message'), server: field('server-name'), version: field('version'), uptime: field('uptime'),
    cpu: field('cpu'), ram: field('ram'), disk: field('disk'), interface: field('interface'), sent: field('sent'), received: field('received'),
    alerts: shown.fields.filter(([name]) => name === 'alert').map(([, text]) => text.replaceAll(/\s+/g, ' ').trim()).filter(text => text !== 'No recent alerts'),
    users,
  }
}
