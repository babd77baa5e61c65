// Leases: what a scenario may rely on, also when a fault does not bite, cannot be undone, or is undone by somebody else.
import { expect, test, vi } from 'vitest'
import type { Fault, FaultKind, Proof } from '../harness/fault.ts'
import { healRun, messageOf } from '../harness/heal.ts'
import { openLeases } from '../harness/journal.ts'
import { Leases, NotProven, type Lease } from '../harness/lease.ts'
import { MemoryCluster } from './memory-cluster.ts'
import { runFiles, type RunFiles } from './run-files.ts'

/** A switch that can be on or off, and that can be broken in every way. */
class Switch {
  readonly log: string[] = []
  broken: Partial<Record<'prepare' | 'inject' | 'prove' | 'inForce' | 'heal' | 'proveHealed', string>> = {}

  kind(name = 'switch'): FaultKind {
    const step = (what: keyof Switch['broken'], node: string): void => {
      this.log.push(`${what} ${node}`)
      const why = this.broken[what]
      if (why !== undefined && what !== 'prove' && what !== 'proveHealed') throw new Error(why)
    }
    const proof = (what: 'prove' | 'proveHealed', node: string): Proof => {
      step(what, node)
      const why = this.broken[what]
      return why === undefined ? { proven: true, evidence: `${what} saw it` } : { proven: false, why }
    }
    return {
      name,
      what: 'A switch.',
      needs: [],
      prepare: async (parameters, node) => {
        step('prepare', node)
        return parameters
      },
      inject: async (_parameters, node) => {
        step('inject', node)
        return 'click'
      },
      prove: async (_parameters, node) => proof('prove', node),
      inForce: async () => (this.broken.inForce === undefined ? { proven: true, evidence: 'still turned' } : { proven: false, why: this.broken.inForce }),
      heal: async (_parameters, node) => {
        step('heal', node)
        return 'clack'
      },
      proveHealed: async (_parameters, node) => proof('proveHealed', node),
      undo: (_parameters, node, lease) => `turn ${node} back (${lease})`,
    }
  }
}

function set(): { device: Switch; leases: Leases; files: RunFiles; kinds: Record<string, FaultKind> } {
  const device = new Switch()
  const files = runFiles()
  const kinds = { switch: device.kind() }
  return { device, files, kinds, leases: new Leases({ access: new MemoryCluster(), ...files, kinds }) }
}

const turn = (node: string): Fault => ({ kind: 'switch', node, parameters: {}, title: `turn ${node}` })

test('a lease tells what the product said, and heals at the end of its scope', async () => {
  const { device, leases, files } = set()
  {
    await using lease = await leases.inject(turn('a'))
    expect(lease.said).toBe('click')
    await lease.heal()
    expect(lease.saidAtHeal).toBe('clack')
  }
  expect(device.log).toEqual(['prepare a', 'inject a', 'prove a', 'heal a', 'proveHealed a'])
  expect(files.faults().map(({ phase, detail }) => [phase, detail?.replace(/\d+ ms/, 'N ms')])).toEqual([
    ['requested', 'turn a'], ['proven', 'prove saw it'], ['healed', 'after N ms'], ['proven-healed', 'proveHealed saw it'],
  ])
})

test('a fault that cannot be prepared is never done, and leaves nothing to heal', async () => {
  const { device, leases, files } = set()
  device.broken = { prepare: 'a is off already' }
  await expect(leases.inject(turn('a'))).rejects.toThrow(new NotProven('turn a: not injected: a is off already'))
  expect(device.log).toEqual(['prepare a'])
  expect(openLeases(files.journal.read())).toEqual([])
  expect(await leases.healAll()).toEqual({ left: [], lapsed: [] })
})

test.each([
  ['does not bite', { prove: 'no packet was counted' }, 'turn a: not proven, so nothing can be concluded: no packet was counted'],
  ['breaks half-way', { inject: 'nft: syntax error' }, 'turn a: not proven, so nothing can be concluded: nft: syntax error'],
])('a fault that %s is healed at once, and nothing can be concluded', async (_how, broken, message) => {
  const { device, leases, files } = set()
  device.broken = broken
  const error = await leases.inject(turn('a')).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(NotProven)
  expect((error as Error).message).toBe(message)
  expect(device.log.slice(-2)).toEqual(['heal a', 'proveHealed a'])
  expect(files.phases()).toEqual(['requested switch', 'healed switch', 'proven-healed switch'])
  expect(openLeases(files.journal.read())).toEqual([])
})

test('everything is healed in reverse order, past what cannot be, which is reported with how to undo it by hand', async () => {
  const { device, leases, files, kinds } = set()
  await leases.inject(turn('a'))
  const stuck = await leases.inject(turn('b'))
  await leases.inject(turn('c'))
  kinds.switch = { ...device.kind(), heal: async (_parameters, node) => {
    device.log.push(`heal ${node}`)
    if (node === 'b') throw new Error('b hangs')
  } }
  device.log.length = 0
  expect(await leases.healAll()).toEqual({ left: [`turn b is not healed: b hangs\n  by hand: turn b back (${stuck.id})`], lapsed: [] })
  expect(device.log).toEqual(['heal c', 'proveHealed c', 'heal b', 'heal a', 'proveHealed a'])
  expect(openLeases(files.journal.read()).map(({ fault }) => fault.node)).toEqual(['b'])

  kinds.switch = device.kind()
  expect(await leases.healAll()).toEqual({ left: [], lapsed: [] })
  expect(openLeases(files.journal.read())).toEqual([])
})

test('a heal whose end is not proven is no heal', async () => {
  const { device, leases } = set()
  const lease = await leases.inject(turn('a'))
  device.broken = { proveHealed: 'the table is still there' }
  await expect(lease.heal()).rejects.toThrow(`turn a is not healed: it was undone, but its end is not proven: the table is still there\n  by hand: turn a back (${lease.id})`)
})

test('calls at the same time heal once', async () => {
  const { device, leases } = set()
  const lease = await leases.inject(turn('a'))
  await Promise.all([lease.heal(), lease.heal(), leases.healAll()])
  expect(device.log.filter(line => line === 'heal a')).toHaveLength(1)
})

test('a fault that is still being done when everything is healed is not forgotten', async () => {
  const { device, leases, files, kinds } = set()
  const began = Promise.withResolvers<void>()
  kinds.switch = { ...device.kind(), inject: (_parameters, node, { signal }) => new Promise((_, reject) => {
    device.log.push(`inject ${node}`)
    began.resolve()
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  }) }
  const injected = leases.inject(turn('a'))
  const outcome = expect(injected).rejects.toThrow('turn a: not proven, so nothing can be concluded: everything is being healed')
  await began.promise
  expect(await leases.healAll()).toEqual({ left: [], lapsed: [] })
  await outcome
  expect(device.log).toEqual(['prepare a', 'inject a', 'heal a', 'proveHealed a'])
  expect(openLeases(files.journal.read())).toEqual([])
})

test('nothing is injected while everything is being healed, and again afterwards', async () => {
  const { device, leases, kinds } = set()
  await leases.inject(turn('a'))
  let refused: unknown
  kinds.switch = { ...device.kind(), heal: async () => { refused = await leases.inject(turn('b')).catch((error: unknown) => (error as Error).message) } }
  await leases.healAll()
  expect(refused).toBe('turn b: not injected, because everything is being healed')
  await (await leases.inject(turn('b'))).heal()
})

test('a fault that the guardian has undone meanwhile makes the scenario inconclusive', async () => {
  const { leases, files, kinds } = set()
  const lease = await leases.inject(turn('a'), { for: '2s' })
  await healRun({ access: new MemoryCluster(), ...files, kinds, by: 'guardian' })
  await expect(lease.heal()).rejects.toThrow(new NotProven('turn a: it had lasted 2 s and was undone by the guardian; what was seen after that says nothing. Give it longer: inject(…, { for: … })'))
  expect(await leases.healAll()).toEqual({ left: [], lapsed: [] })
})

test('a fault that ended by itself is healed all the same, and the scenario is inconclusive', async () => {
  const { device, leases, files } = set()
  const lease = await leases.inject(turn('a'))
  device.broken = { inForce: 'somebody turned a back' }
  const early = (node: string): string => `turn ${node}: it was to be undone, and it is not known that it had lasted until then: somebody turned ${node} back; what was seen since it was proven says nothing`
  await expect(lease.heal()).rejects.toThrow(new NotProven(early('a')))
  expect(device.log).toEqual(['prepare a', 'inject a', 'prove a', 'heal a', 'proveHealed a'])
  expect(openLeases(files.journal.read())).toEqual([])

  device.broken = {}
  await leases.inject(turn('b'))
  device.broken = { inForce: 'somebody turned b back' }
  expect(await leases.healAll()).toEqual({ left: [], lapsed: [early('b')] })
})

test('that it had not lasted is said once: where it is healed by hand, or else at the end of its scope', async () => {
  const { device, leases } = set()
  const scope = async (work: (lease: Lease) => Promise<void>): Promise<void> => {
    device.broken = {}
    await using lease = await leases.inject(turn('a'))
    device.broken = { inForce: 'somebody turned a back' }
    await work(lease)
  }
  const lapsed = /^turn a: it was to be undone, and it is not known that it had lasted until then/
  await expect(scope(lease => lease.heal())).rejects.toSatisfy((error: Error) => error instanceof NotProven && lapsed.test(error.message))
  const both = await scope(() => Promise.reject(new Error('the VIP is silent'))).catch((error: unknown) => messageOf(error))
  expect(both).toMatch(/^the VIP is silent\nturn a: it was to be undone/)
})

test('holds a fault for as long as it was asked to, counted from its proof', async () => {
  const { leases } = set()
  const lease = await leases.inject(turn('a'))
  const proven = performance.now()
  await lease.hold('150ms', AbortSignal.timeout(5000))
  // The proof came a little before this clock was read, and timers may be 1 ms early.
  expect(performance.now() - proven).toBeGreaterThan(100)
  await expect(lease.hold('1min', AbortSignal.abort(new Error('the test has ended')))).rejects.toThrow()
})

test('a disk that is full keeps nobody from healing, and nothing new is begun', async () => {
  const { device, leases, files, kinds } = set()
  await leases.inject(turn('a'))
  const full = (): never => { throw new Error('ENOSPC: no space left on device, write') }
  vi.spyOn(files.journal, 'append').mockImplementation(full)
  vi.spyOn(files.history, 'append').mockImplementation(full)
  await expect(leases.inject(turn('b'))).rejects.toThrow(new NotProven('turn b: not injected: ENOSPC: no space left on device, write'))
  expect(await leases.healAll()).toEqual({ left: [], lapsed: [] })
  expect(device.log).toEqual(['prepare a', 'inject a', 'prove a', 'heal a', 'proveHealed a'])
  // What could not be written down is healed once more by whoever comes next.
  vi.restoreAllMocks()
  expect((await healRun({ access: new MemoryCluster(), ...files, kinds, by: 'heal' })).left).toEqual([])
})
