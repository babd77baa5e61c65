// Docker as the switch of the machines that its containers stand for.
import Docker from 'dockerode'

/** What a container engine is asked in order to switch a machine. */
export interface Containers {
  state(name: string): Promise<{ running: boolean; frozen: boolean; /** of its first process, as this host numbers it */ pid: number }>
  /** runs a command in it, as root */
  execute(name: string, command: string[]): Promise<{ code: number; output: string }>
  /** SIGKILL to its first process; settles when the engine has taken note of the end */
  kill(name: string): Promise<void>
  start(name: string): Promise<void>
  /** every process of it stops where it is, and goes on */
  freeze(name: string): Promise<void>
  thaw(name: string): Promise<void>
  /** settles when it is no longer running */
  stopped(name: string): Promise<void>
  /** that it is connected to, running or not, with its fixed addresses */
  networks(name: string): Promise<{ network: string; address: string | undefined }[]>
  disconnect(name: string, network: string): Promise<void>
  connect(name: string, network: string, address: string): Promise<void>
}

export function dockerContainers(socketPath: string): Containers {
  const docker = new Docker({ socketPath })
  return {
    async state(name) {
      const { State } = await docker.getContainer(name).inspect()
      return { running: State.Running, frozen: State.Paused, pid: State.Pid }
    },
    async execute(name, command) {
      const call = await docker.getContainer(name).exec({ Cmd: command, User: 'root', AttachStdout: true, AttachStderr: true, Tty: true })
      const output = await call.start({ Tty: true })
      let text = ''
      for await (const chunk of output) text += String(chunk)
      const { ExitCode } = await call.inspect()
      return { code: ExitCode ?? -1, output: text }
    },
    async kill(name) {
      await docker.getContainer(name).kill({ signal: 'SIGKILL' })
    },
    async start(name) {
      await docker.getContainer(name).start()
    },
    async freeze(name) {
      await docker.getContainer(name).pause()
    },
    async thaw(name) {
      await docker.getContainer(name).unpause()
    },
    async stopped(name) {
      await docker.getContainer(name).wait()
    },
    async networks(name) {
      const { NetworkSettings } = await docker.getContainer(name).inspect()
      // Without an address of its own while it is not running, but with the one that was asked for.
      return Object.entries(NetworkSettings.Networks).map(([network, { IPAMConfig }]) => ({ network, address: (IPAMConfig as { IPv4Address?: string } | null)?.IPv4Address }))
    },
    async disconnect(name, network) {
      await docker.getNetwork(network).disconnect({ Container: name })
    },
    async connect(name, network, address) {
      await docker.getNetwork(network).connect({ Container: name, EndpointConfig: { IPAMConfig: { IPv4Address: address } } })
    },
  }
}
