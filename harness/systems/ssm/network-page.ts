// The page Network, tab Network Interface: which interface, its state, and whether it may be edited or only viewed.
import { fieldOf, type SeenPage } from './page.ts'

export interface NetworkPage {
  interface: string
  /** `Connected`, `Disconnected` */
  state: string
  /** `View Interface` while HA is active, `Edit Interface` on a stand-alone server */
  link: string
  tabs: string[]
}

export const networkPagePath = '/network?tab=interface'

/** Throws NoPage for a page that is another. */
export function readNetworkPage(page: Pick<SeenPage, 'fields' | 'tabs'>): NetworkPage {
  return { interface: fieldOf(page, 'network.interface'), state: fieldOf(page, 'network.state'), link: fieldOf(page, 'network.link'), tabs: page.tabs }
}
