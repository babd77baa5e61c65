// Power: silence comes before death, and whatever was half done is finished before it is undone.
import { expect, test } from 'vitest'
import { commandPower } from '../../harness/access/power/commands.ts'
import { enginePower } from '../../harness/access/power/engine.ts'
import type { Containers } from '../../harness/engine/power.ts'

const soon = (): AbortSignal => AbortSignal.timeout(5000)

/** A container in memory; its first process is one that no host has, so it is gone as soon as somebody looks. */
function container({ running = true, silences = true, linksDown = false } = {}): { log: string[]; containers: Containers } {
  const log: string[] = []
  let state = { running, frozen: false, pid: running ? process.pid : 0 }
  return {
    log,
    containers: {
      state: async () => state,
      async execute(_name, [, , script = '']) {
        const asks = script.includes('flags')
        log.push(asks ? 'are any links down?' : 'links down')
        return asks ? { code: linksDown ? 1 : 0, output: '' } : { code: silences ? 0 : 1, output: 'no ip command' }
      },
      async kill() {
        log.push('kill')
        state = { running: false, frozen: false, pid: 0 }
      },
      async start() {
        log.push('start')
        state = { running: true, frozen: false, pid: process.pid }
      },
      async freeze() {
        log.push('freeze')
        state = { ...state, frozen: true }
      },
      async thaw() {
        log.push('thaw')
        state = { ...state, frozen: false }
      },
      async stopped() {
        log.push('stopped')
      },
      networks: async () => [],
      disconnect: async () => undefined,
      connect: async () => undefined,
    },
  }
}

test('a container that is on is silent first, and then dead', async () => {
  const { log, containers } = container()
  const power = enginePower({ ...containers, state: async () => ({ running: !log.includes('kill'), frozen: false, pid: log.includes('kill') ? 0 : 4_194_305 }) }, 'node')
  await power.off(soon())
  expect(log).toEqual(['links down', 'kill'])
  expect(await power.status(soon())).toBe('off')
})

test('a container is installed anew, and then it is started; one that cannot be stays as it is', async () => {
  const { log, containers } = container()
  const installing = (code: number): Containers => ({
    ...containers,
    state: async () => ({ running: !log.includes('kill'), frozen: false, pid: log.includes('kill') ? 0 : 4_194_305 }),
    async execute(name, command) {
      if (command[0] !== '/usr/lib/haywire/reinstall') return containers.execute(name, command)
      log.push('reinstall')
      return { code, output: 'no such file' }
    },
  })
  await expect(enginePower(installing(127), 'node').reinstall?.(soon())).rejects.toThrow('node could not be installed anew: no such file')
  expect(log).toEqual(['reinstall'])
  await enginePower(installing(0), 'node').reinstall?.(soon())
  expect(log).toEqual(['reinstall', 'reinstall', 'links down', 'kill', 'stopped', 'start'])
})

test('a container is mute before it is frozen, and speaks again once it goes on; one that is not mute is not frozen', async () => {
  const { log, containers } = container()
  const { freezer } = enginePower({ ...containers, execute: async (_name, [, , script = '']) => {
    log.push(script.includes('delete') ? 'speak' : 'mute')
    return { code: 0, output: '' }
  } }, 'node')
  await freezer?.freeze(soon())
  expect(await freezer?.frozen(soon())).toBe(true)
  await freezer?.thaw(soon())
  await freezer?.thaw(soon())
  expect(log).toEqual(['mute', 'freeze', 'thaw', 'speak', 'speak'])
  await expect(enginePower({ ...containers, execute: async () => ({ code: 1, output: 'no nft' }) }, 'node').freezer?.freeze(soon())).rejects.toThrow('node cannot be frozen, because it cannot be silenced: no nft')
  expect(log.filter(what => what === 'freeze')).toHaveLength(1)
})

test('a frozen container is thawed before it loses its power: nothing can be run in it', async () => {
  const { log, containers } = container()
  const frozen = { ...containers, state: async () => ({ running: !log.includes('kill'), frozen: !log.includes('thaw'), pid: log.includes('kill') ? 0 : 4_194_305 }) }
  await enginePower(frozen, 'node').off(soon())
  expect(log).toEqual(['thaw', 'links down', 'kill'])
})

test('a container whose first process survives is not off', async () => {
  const { containers } = container()
  await expect(enginePower({ ...containers, kill: async () => undefined }, 'node').off(soon())).rejects.toThrow(`node: its first process ${process.pid} is still there after SIGKILL`)
})

test('a container that could not be silenced is dead even so, but that is no power loss', async () => {
  const { log, containers } = container({ silences: false })
  await expect(enginePower({ ...containers, state: async () => ({ running: true, frozen: false, pid: 4_194_305 }) }, 'node').off(soon())).rejects.toThrow('node: it was killed, but not silent before: no ip command')
  expect(log).toEqual(['links down', 'kill'])
})

test.each([
  ['off', { running: false }, ['stopped', 'start']],
  ['on', {}, ['are any links down?']],
  ['half off, with its links down', { linksDown: true }, ['are any links down?', 'kill', 'stopped', 'start']],
])('switching on a container that is %s', async (_how, state, expected) => {
  const { log, containers } = container(state)
  await enginePower(containers, 'node').on(soon())
  expect(log).toEqual(expected)
})

test('commands of the user are run with the node in HAYWIRE_NODE', async () => {
  const power = commandPower({ status: 'test "$HAYWIRE_NODE" = primary-node && echo on', on: 'true', off: 'exit 7' }, 'primary-node')
  expect(await power.status(soon())).toBe('on')
  await power.on(soon())
  await expect(power.off(soon())).rejects.toThrow('the power command for primary-node ended with 7: exit 7')
})

test('a status that is neither on nor off is none', async () => {
  await expect(commandPower({ status: 'echo unknown', on: '', off: '' }, 'primary-node').status(soon())).rejects.toThrow('the power command for primary-node must print on or off, but printed "unknown": echo unknown')
})

test('a freezer is commands of the user as well', async () => {
  const freezer = (status: string) => commandPower({ status: '', on: '', off: '', freezer: { status, freeze: 'true', thaw: 'exit 7' } }, 'primary-node').freezer
  expect(await freezer('echo frozen')?.frozen(soon())).toBe(true)
  expect(await freezer('echo running')?.frozen(soon())).toBe(false)
  await freezer('')?.freeze(soon())
  await expect(freezer('echo paused')?.frozen(soon())).rejects.toThrow('the freezer command for primary-node must print frozen or running, but printed "paused": echo paused')
  await expect(freezer('')?.thaw(soon())).rejects.toThrow('the freezer command for primary-node ended with 7: exit 7')
})

test('a command that hangs ends with everything it started', async () => {
  const stop = new AbortController()
  const power = commandPower({ status: 'sleep 60 & sleep 60; echo on', on: '', off: '' }, 'primary-node')
  const asked = power.status(stop.signal)
  setTimeout(() => stop.abort(new Error('enough')), 50)
  await expect(asked).rejects.toThrow('enough')
})
