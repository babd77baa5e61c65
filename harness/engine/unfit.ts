// The container engine, or this host, cannot carry a twin; the message says why and what mends it.
export class EngineUnfit extends Error {
  override name = 'EngineUnfit'
}
