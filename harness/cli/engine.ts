// `haywire engine`: the container engine that twins run in; ours is ended, and removed, with one command.
import { rmSync } from 'node:fs'
import { Command } from 'commander'
import { labels } from '../engine/engine.ts'
import { findEngine, openEngine, openOwnEngine, removeFrom } from '../engine/open.ts'
import { privateDir, privateSocket, runningDaemon, stopPrivate, wasKilled } from '../engine/private.ts'
import { ensureImages, labDir } from './twins.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

export function engineCommand(): Command {
  return new Command('engine')
    .description('the container engine that twins run in: one that is there, else one of our own')
    .addCommand(new Command('start')
      .description('find an engine, or start one of our own, and build the images of the twins')
      .action(async () => {
        const engine = await openEngine(say)
        await ensureImages(engine, say)
        process.stdout.write(`${sayWhich(engine.socket)}\nuse     export DOCKER_HOST=unix://${engine.socket}\n`)
      }))
    .addCommand(new Command('status')
      .description('which engine would be used now')
      .option('--json', 'machine-readable, on stdout')
      .action(status))
    .addCommand(new Command('stop')
      .description('end our own engine, with every twin in it; an engine that we did not start stays as it is')
      .option('--purge', 'also delete its images')
      .action(stop))
}

async function status({ json }: { json?: boolean }): Promise<void> {
  const engine = await findEngine()
  if (json) process.stdout.write(`${JSON.stringify({ socket: engine?.socket ?? null, own: engine?.socket === privateSocket() })}\n`)
  else process.stdout.write(engine ? `${sayWhich(engine.socket)}\n` : 'no engine runs; one of our own is started when it is needed\n')
}

async function stop({ purge = false }: { purge?: boolean }): Promise<void> {
  const done: string[] = []
  if (runningDaemon() || wasKilled()) {
    // Its bridges would outlive it.
    const engine = await openOwnEngine(say)
    const labs = new Set((await engine.containers({})).flatMap(container => container.labels[labels.lab] ?? []))
    done.push(...(await removeFrom(engine, {}, { asked: true, say })).map(name => `removed ${name}`))
    for (const lab of labs) rmSync(labDir(lab), { recursive: true, force: true })
  }
  done.push(...(await stopPrivate({ purge, say })))
  process.stdout.write(done.length > 0 ? `${done.join('\n')}\n` : `our own engine does not run${purge ? ', and has left nothing' : ''} (${privateDir()})\n`)
}

function sayWhich(socket: string): string {
  return socket === privateSocket() ? `engine  our own, in ${privateDir()}` : `engine  ${socket}`
}
