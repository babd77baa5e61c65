// The document shows the product twice. What differs is the version, and where servers, heartbeat and VIP are: the last numbers of their addresses.

export interface Demonstration {
  version: '8-202006' | '8-202105'
  nodes: readonly { name: 'primary-node' | 'secondary-node'; public: number; heartbeat: number }[]
  vip: number
}

export const demonstrations = {
  A: { version: '8-202006', nodes: [{ name: 'primary-node', public: 5, heartbeat: 4 }, { name: 'secondary-node', public: 10, heartbeat: 5 }], vip: 12 },
  B: { version: '8-202105', nodes: [{ name: 'primary-node', public: 11, heartbeat: 1 }, { name: 'secondary-node', public: 9, heartbeat: 2 }], vip: 14 },
} as const satisfies Record<string, Demonstration>

export type DemonstrationName = keyof typeof demonstrations
