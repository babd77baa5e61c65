// Every kind of fault there is, by its name: what `haywire list` shows, and what a journal is healed with.
import type { FaultKind } from '../fault.ts'
import { blipsKind } from './blips.ts'
import { centralBehaviourKind } from './central-behaviour.ts'
import { clockOffsetKind } from './clock-offset.ts'
import { diskFullKind } from './disk-full.ts'
import { diskReadOnlyKind } from './disk-read-only.ts'
import { engineDisconnectKind } from './engine-disconnect.ts'
import { freezeNodeKind } from './freeze-node.ts'
import { haStopKind } from './ha-stop.ts'
import { isolateKind } from './isolate.ts'
import { killProcessKind } from './kill-process.ts'
import { linkDownKind } from './link-down.ts'
import { pauseProcessKind } from './pause-process.ts'
import { powerOffKind } from './power-off.ts'
import { secondFamilyKind } from './second-family.ts'

const kinds: FaultKind[] = [haStopKind, powerOffKind, isolateKind, blipsKind, linkDownKind, engineDisconnectKind, freezeNodeKind, killProcessKind, pauseProcessKind, diskFullKind, diskReadOnlyKind, secondFamilyKind, clockOffsetKind, centralBehaviourKind]

export const faultKinds: Readonly<Record<string, FaultKind>> = Object.fromEntries(kinds.map(kind => [kind.name, kind]))
