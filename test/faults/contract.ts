// What every kind of fault keeps to, whatever it is done to: journalled before it is done, proven, healed by anybody from the journal alone, twice if need be.
import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Access } from '../../harness/access.ts'
import type { Fault, FaultContext, FaultKind } from '../../harness/fault.ts'
import { healRun } from '../../harness/heal.ts'
import { openLeases, type LeasePhase } from '../../harness/journal.ts'
import { Leases } from '../../harness/lease.ts'
import { runFiles } from '../run-files.ts'

export interface Subject {
  access: Access
  fault: Fault
  /** what the fault leaves in the world, seen without the harness; `undefined` where nothing can look */
  inForce?: () => Promise<boolean>
}

export interface ContractOptions {
  title: string
  kind: FaultKind
  open: () => Promise<Subject>
  /** why it cannot run here; it is then shown as skipped, with the reason */
  skip?: string
  timeoutMs?: number
}

export function faultContract({ title, kind, open, skip, timeoutMs = 10_000 }: ContractOptions): void {
  describe.skipIf(skip !== undefined)(`${kind.name}: ${title}${skip === undefined ? '' : ` (skipped: ${skip})`}`, { timeout: timeoutMs }, () => {
    const kinds = { [kind.name]: kind }
    const opened = async (): Promise<Subject> => {
      const subject = await open()
      onTestFinished(() => subject.access.close())
      return subject
    }

    test('is on disk before it is done, proven, healed and proven healed, in this order', async () => {
      const { access, fault, inForce } = await opened()
      const files = runFiles()
      const journalledAtInject: LeasePhase[] = []
      const watched: FaultKind = {
        ...kind,
        async inject(...call) {
          journalledAtInject.push(...files.journal.read().leases.map(({ phase }) => phase))
          return kind.inject(...call)
        },
      }
      const leases = new Leases({ access, ...files, kinds: { [kind.name]: watched } })
      const lease = await leases.inject(fault)
      expect(journalledAtInject).toEqual(['injecting'])
      expect(await inForce?.() ?? true).toBe(true)
      const context: FaultContext = { access, lease: lease.id, deadlineMs: 60_000, signal: AbortSignal.timeout(timeoutMs), armed: () => undefined }
      const lasts = async (): Promise<boolean | undefined> => (await kind.inForce?.(lease.fault.parameters, fault.node, context))?.proven
      expect(await lasts() ?? true).toBe(true)
      await lease.heal()
      expect(await inForce?.() ?? false).toBe(false)
      // A process that is paused is known by a file that the undo removes.
      expect(await lasts().catch(() => false) ?? false).toBe(false)
      expect(files.phases()).toEqual(['requested', 'proven', 'healed', 'proven-healed'].map(phase => `${phase} ${fault.kind}`))
      expect(openLeases(files.journal.read())).toEqual([])
    })

    test('can be healed twice, by scope end and by hand', async () => {
      const { access, fault, inForce } = await opened()
      const files = runFiles()
      const leases = new Leases({ access, ...files, kinds })
      {
        await using lease = await leases.inject(fault)
        await lease.heal()
      }
      expect(await leases.healAll()).toEqual({ left: [], lapsed: [] })
      expect(await inForce?.() ?? false).toBe(false)
    })

    test('is healed by another process, which has nothing but the journal', async () => {
      const { access, fault, inForce } = await opened()
      const files = runFiles()
      await new Leases({ access, ...files, kinds }).inject(fault)
      const { access: another } = await opened()
      const report = await healRun({ access: another, ...files, kinds, by: 'heal' })
      expect(report).toEqual({ healed: [expect.stringContaining(fault.title)], left: [] })
      expect(await inForce?.() ?? false).toBe(false)
      expect(await healRun({ access: another, ...files, kinds, by: 'heal' })).toEqual({ healed: [], left: [] })
    })

    test('healing what never took hold changes nothing', async () => {
      const { access, fault, inForce } = await opened()
      const context: FaultContext = { access, lease: 'never', deadlineMs: 60_000, signal: AbortSignal.timeout(timeoutMs), armed: () => undefined }
      const parameters = await kind.prepare?.(fault.parameters, fault.node, context) ?? fault.parameters
      await kind.heal(parameters, fault.node, context)
      expect(await kind.proveHealed(parameters, fault.node, context)).toMatchObject({ proven: true })
      expect(await inForce?.() ?? false).toBe(false)
    })

    test('says how to undo it by hand', async () => {
      const { access, fault } = await opened()
      const files = runFiles()
      const lease = await new Leases({ access, ...files, kinds }).inject(fault)
      expect(kind.undo(lease.fault.parameters, fault.node, lease.id)).toContain(fault.node)
      await lease.heal()
      expect(readFileSync(files.journal.path, 'utf8')).toMatch(/"phase":"proven-healed"/)
    })
  })
}
