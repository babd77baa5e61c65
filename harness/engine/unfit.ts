// The container engine, or this host, cannot carry a twin; the message says why and what mends it.
export class EngineUnfit extends Error {
  override name = 'EngineUnfit'
}

/** The engine keeps a network because it counts containers on it that there are not. */
export class Miscounted extends EngineUnfit {
  override name = 'Miscounted'

  constructor(networks: string[], socket: string) {
    super(`the container engine at ${socket} does not remove ${networks.join(' and ')}: it counts containers there, and has none. It counts anew when it is started anew (moby/moby#42119): then run haywire heal`)
  }
}
