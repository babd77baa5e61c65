// The page High Availability Status: its state in words, two servers as tiles, and what the system says of its machines.
import { fieldOf, NoPage, partOf, type SeenPage } from './page.ts'

export interface HaPage {
  cluster: 'Normal' | 'Degraded'
  message: string
  heartbeat: 'Connected' | 'Disconnected'
  vip: string
  /** the line between the servers, as the drawing says of itself: whole, or with the sign ⃠ over it */
  line: 'joined' | 'broken'
  active: ServerTile
  standby: ServerTile
  /** the tabs of the window */
  tabs: string[]
  systemInformation: { active: SystemInformation; standby: SystemInformation }
}

/** The role tile (`Standby Server`) and the state button (`Degraded`) are two facts. */
export interface ServerTile {
  node: string
  publicAddress: string
  heartbeatAddress: string
  role: string
  state: string
}

/** `--` where the product shows no figure. */
export interface SystemInformation {
  memory: string
  disk: string
  version: string
}

export const haPagePath = '/high-availability'

/** Throws NoPage for a page that is another, or that says what it never says. */
export function readHaPage(page: Pick<SeenPage, 'fields' | 'tabs'>): HaPage {
  const field = (name: string): string => fieldOf(page, name)
  return {
    cluster: oneOf(field('cluster-state'), ['Normal', 'Degraded']),
    message: field('cluster-message'),
    heartbeat: oneOf(field('heartbeat'), ['Connected', 'Disconnected']),
    vip: partOf(field('vip'), /^VIP (\S+)$/, 'vip'),
    line: oneOf(field('link'), ['joined', 'broken']),
    active: tile('active'),
    standby: tile('standby'),
    tabs: page.tabs,
    systemInformation: { active: information('active'), standby: information('standby') },
  }

  function tile(key: 'active' | 'standby'): ServerTile {
    const node = field(`${key}.node`)
    return {
      node: partOf(node, /^(\S+) \(/, `${key}.node`),
      publicAddress: partOf(field(`${key}.public`), /\((\S+)\)$/, `${key}.public`),
      heartbeatAddress: partOf(node, /\((\S+)\)$/, `${key}.node`),
      role: field(`${key}.role`),
      state: field(`${key}.state`),
    }
  }

  function information(key: 'active' | 'standby'): SystemInformation {
    return { memory: field(`${key}.memory`), disk: field(`${key}.disk`), version: field(`${key}.version`) }
  }
}

function oneOf<Word extends string>(text: string, words: Word[]): Word {
  const word = words.find(word => word === text)
  if (!word) throw new NoPage(`the page says ${JSON.stringify(text)}, which is none of ${words.join(', ')}`)
  return word
}
