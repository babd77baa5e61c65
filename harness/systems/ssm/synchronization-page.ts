// The page Synchronization: when each account was synchronized with Cisco Software Central, when it is due, and how it went.
import type { Page } from 'playwright-core'
import { attribute, choose, send, type Sending } from './form.ts'
import { readTable } from './table.ts'

export interface Synchronization {
  name: string
  satellite: string
  /** `2021-Jun-20 18:39:00`, UTC; `--` before the first */
  last: string
  due: string
  alert: string
}

export interface Schedule {
  name: string
  frequency: string
  next: string
}

export const synchronizationPath = '/synchronization'
export const schedulesPath = '/synchronization?tab=schedules'

export async function readSynchronizations(page: Page): Promise<Synchronization[]> {
  return (await readTable(page, 'data-synchronization')).map(row => ({
    name: row.Name ?? '', satellite: row['Satellite Name'] ?? '', last: row['Last Synchronization'] ?? '', due: row['Synchronization Due'] ?? '', alert: row.Alerts ?? '',
  }))
}

export async function readSchedules(page: Page): Promise<Schedule[]> {
  return (await readTable(page, 'data-schedule')).map(row => ({ name: row.Name ?? '', frequency: row.Frequency ?? '', next: row['Next Synchronization'] ?? '' }))
}

/** Asks for it by the row's menu; it goes on by itself. */
export async function synchronize(page: Page, account: string, options: Sending): Promise<void> {
  await choose(page, `tr${attribute('data-synchronization', account)}`, 'Synchronize', options)
}

/** `next` in UTC. */
export async function schedule(page: Page, { account, everyDays, next }: { account: string; everyDays: number; next: Date }, options: Sending): Promise<void> {
  const chosen = await page.locator('select[name=account] option').evaluateAll((all, name) => all.find(option => option.textContent.trim() === name)?.getAttribute('value') ?? '', account)
  await send(page, 'form[action="/synchronization/schedules"]', { account: chosen, every: String(everyDays), next: next.toISOString().slice(0, 19).replace('T', ' ') }, options)
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A time as the product writes it, in ms since 1970; NaN where it is none. */
export function timeOf(stamp: string): number {
  const [, year, month = '', day, time] = /^(\d{4})-(\w{3})-(\d\d) (\d\d:\d\d:\d\d)$/.exec(stamp) ?? []
  return months.includes(month) ? Date.parse(`${year}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${day}T${time}Z`) : NaN
}
