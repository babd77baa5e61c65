// The page Security, tab Certificates: the Host Common Name that is set, and the one in the certificate that products are shown.
import type { Page } from 'playwright-core'
import { send, type Sending } from './form.ts'
import { fieldOf, seen } from './page.ts'

export interface SecurityPage {
  hostCommonName: string
  /** `--` before the first synchronization */
  certificateCommonName: string
  /** whether the page asks for a synchronization, which alone makes a certificate of the name that is set */
  synchronizationAsked: boolean
}

export const securityPath = '/security'

export async function readSecurityPage(page: Page): Promise<SecurityPage> {
  const [shown, hostCommonName] = await Promise.all([seen(page), page.inputValue('input[name=common_name]')])
  return { hostCommonName, certificateCommonName: fieldOf(shown, 'certificate.common-name'), synchronizationAsked: shown.fields.some(([name]) => name === 'certificate.note') }
}

export async function setHostCommonName(page: Page, name: string, options: Sending): Promise<void> {
  await send(page, 'form[action="/security/common-name"]', { common_name: name }, options)
}
