// `haywire lab`: a twin that stays up, for people and for runs against it as if it were a real cluster.
import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { readSecret } from '../access/secrets.ts'
import type { Target } from '../target.ts'
import { checkDefects, readDefect } from './defect.ts'
import { ExitError, exitCodes } from './exit.ts'
import { collect } from './options.ts'
import { listenForInterrupts } from './run/interrupts.ts'
import { targetFileText } from './target-file.ts'
import { checkDemonstration, labsUp, labDir, removeLab, twins, type TwinKind } from './twins.ts'

const say = (text: string): void => void process.stderr.write(`${text}\n`)

export function labCommand(): Command {
  return new Command('lab')
    .description('a twin that stays up')
    .addCommand(new Command('up')
      .description('start a twin, print its addresses, URLs and credentials, and write a target file for it')
      .argument('<twin>', Object.keys(twins).join(', '))
      .option('--name <name>', 'of the lab (default: the twin\'s)')
      .option('--defect <dir>', 'plant this defect first (repeatable)', collect, [])
      .option('--demonstration <name>', 'which of the document\'s demonstrations it is: addresses and version (default: the first)')
      .option('--out <file>', 'the target file (default: target-NAME.yaml here)')
      .option('--json', 'machine-readable, on stdout')
      .action(up))
    .addCommand(new Command('down')
      .description('remove a lab whole: containers, networks, keys')
      .argument('<name>', 'of the lab, as `lab status` shows it')
      .action(down))
    .addCommand(new Command('status')
      .description('which labs are up')
      .argument('[name]', 'only this one')
      .option('--json', 'machine-readable, on stdout')
      .action(status))
}

async function up(name: string, options: { name?: string; defect: string[]; demonstration?: string; out?: string; json?: boolean }): Promise<void> {
  const twin = knownTwin(name)
  checkDemonstration(options.demonstration, twin)
  const lab = options.name ?? name
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(lab)) throw new ExitError(exitCodes.usage, `a lab's name is of small letters, digits and dashes; ${JSON.stringify(lab)} is not`)
  if (existsSync(labDir(lab))) throw new ExitError(exitCodes.usage, `a lab called ${lab} is there already: haywire lab status ${lab}; remove it with haywire lab down ${lab}, or name another with --name`)
  const defects = options.defect.map(readDefect)
  checkDefects(defects, twin.system, twin.nodes)
  const interrupts = listenForInterrupts()
  try {
    const { target } = await twin.up({ defects, say, signal: interrupts.interrupted, name: lab, keep: true, demonstration: options.demonstration, databaseDisks: true })
    // A user runs against it as against a real cluster: it asks for --yes.
    const file = resolve(options.out ?? `target-${lab}.yaml`)
    const asReal = { ...target, twin: false }
    writeFileSync(file, targetFileText(asReal), { mode: 0o600 })
    if (options.json) process.stdout.write(`${JSON.stringify({ name: lab, targetFile: file, target: asReal, password: readSecret(target.gui.password) }, null, 2)}\n`)
    else process.stdout.write(describe(target, file))
  } finally {
    interrupts.stop()
  }
}

function describe(target: Target, file: string): string {
  const key = target.nodes[0]?.ssh.privateKey?.replace(/^file:/, '')
  return [
    `GUI      ${target.gui.url}   user ${target.gui.username}, password ${readSecret(target.gui.password)}`,
    ...target.nodes.map(node => `console  ssh -i ${key} admin@${node.addresses.public}   # ${node.name}; heartbeat ${node.addresses.heartbeat}; root@… is a shell`),
    ...(target.surroundings ? surroundings(target.surroundings, key) : []),
    `target   ${file}`,
    `run      npx haywire run --target ${file} --yes ${target.name}`,
    `remove   npx haywire lab down ${target.name}`,
    '',
  ].join('\n')
}

function surroundings({ central, products }: NonNullable<Target['surroundings']>, key: string | undefined): string[] {
  return [
    `Central  ssh -i ${key} root@${central.address}   # Cisco Software Central; \`central help\``,
    ...products.map(({ name, ssh, url }) => `product  ${url}   ssh -i ${key} ${ssh.user}@${ssh.host}   # ${name}`),
  ]
}

async function down(name: string): Promise<void> {
  const removed = await removeLab(name, { asked: true, say: line => void process.stderr.write(`${line}\n`) })
  if (removed.length === 0) throw new ExitError(exitCodes.usage, `no lab is called ${name}; \`haywire lab status\` shows those there are`)
  process.stdout.write(`removed: ${removed.join(', ')}\n`)
}

async function status(name: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const labs = (await labsUp()).filter(lab => name === undefined || lab.name === name)
  if (name !== undefined && labs.length === 0) throw new ExitError(exitCodes.usage, `no lab is called ${name}`)
  if (json) {
    process.stdout.write(`${JSON.stringify({ labs }, null, 2)}\n`)
    return
  }
  if (labs.length === 0) process.stdout.write('no lab is up\n')
  for (const lab of labs) {
    const target = join(process.cwd(), `target-${lab.name}.yaml`)
    process.stdout.write(`${lab.name}: ${lab.containers.map(({ name, running }) => `${name} ${running ? 'running' : 'stopped'}`).join(', ')}${existsSync(target) ? `; ${target}` : ''}\n`)
  }
}

function knownTwin(name: string): TwinKind {
  const twin = twins[name]
  if (!twin) throw new ExitError(exitCodes.usage, `there is no twin called ${JSON.stringify(name)}; there are: ${Object.keys(twins).join(', ')}`)
  return twin
}
