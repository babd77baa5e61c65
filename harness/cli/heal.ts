// `haywire heal`: undoes what a crashed run left behind, exactly that, and says what it did.
import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import { removeAbandonedBrowserFolders } from '../access/browser-folder.ts'
import { openAccess } from '../access/index.ts'
import { openOwnEngine } from '../engine/open.ts'
import { wasKilled } from '../engine/private.ts'
import { endOwners, endProcesses, healRun, messageOf, type HealReport } from '../heal.ts'
import { Journal } from '../journal.ts'
import { isAlive } from '../process-identity.ts'
import { readRunContext } from '../run-context.ts'
import { registeredRuns, unregisterRun, type RegisteredRun } from '../run-registry.ts'
import { ExitError, exitCodes } from './exit.ts'
import { healingOf } from './run/healing.ts'
import { readTargetFile } from './target-file.ts'
import { abandonedLabs, labDir, removeLab } from './twins.ts'

/** A guardian that is at work is left to it for that long: as long as its slowest fault may take, in ms. */
const guardianLimitMs = 200_000

export function healCommand(): Command {
  return new Command('heal')
    .description('undo what crashed runs left behind, exactly that, and say what was done')
    .argument('[target]', 'only runs and twins of this target: its name or its file (default: all); what a killed engine or browser of ours left is looked for in any case')
    .option('--json', 'machine-readable, on stdout')
    .action(async (target: string | undefined, { json }: { json?: boolean }) => {
      const report = await healRuns(target, json ? toStderr : toStdout)
      if (json) toStdout(JSON.stringify(report, null, 2))
      if (report.left.length > 0) throw new ExitError(exitCodes.unhealed, `healing is incomplete, ${report.left.length === 1 ? 'one thing is' : `${report.left.length} things are`} left:\n${report.left.map(text => `- ${text}`).join('\n')}`)
    })
}

/** Heals every registered run whose processes are gone. */
export async function healRuns(target: string | undefined, say: (line: string) => void): Promise<HealReport> {
  const name = target !== undefined && existsSync(target) ? readTargetFile(target).name : target
  const runs = registeredRuns().filter(run => name === undefined || run.target === name)
  const reports: HealReport[] = []
  // An engine of our own that was killed may have left twins: what is in it is seen, and healed, when it runs again. One that cannot be started keeps no other cluster from being healed.
  if (wasKilled()) await openOwnEngine(say).catch((error: unknown) => reports.push({ healed: [], left: [`what our own container engine carried when it was killed, because it does not start: ${messageOf(error)}`] }))
  for (const run of runs) reports.push(await healOne(run, say))
  // A twin is healed by being thrown away, once no fault in it is open any more.
  const labs = (await abandonedLabs()).filter(lab => name === undefined || lab === name)
  for (const lab of labs) {
    await removeLab(lab, { say, asked: true })
    reports.push({ healed: [`removed the twin ${lab}, which had no run any more`], left: [] })
    say(`removed the twin ${lab}, which had no run any more`)
  }
  for (const folder of removeAbandonedBrowserFolders()) {
    reports.push({ healed: [`removed ${folder}, which a killed browser left`], left: [] })
    say(`removed ${folder}, which a killed browser left`)
  }
  if (reports.length === 0) say(`Nothing to heal: no run${name === undefined ? '' : ` on ${name}`} has left anything open.`)
  return { healed: reports.flatMap(({ healed }) => healed), left: reports.flatMap(({ left }) => left) }
}

async function healOne(entry: RegisteredRun, say: (line: string) => void): Promise<HealReport> {
  const { run, harness, guardian, contextPath } = entry
  if (isAlive(harness)) {
    say(`${run} is still running (process ${harness.pid}): left alone. End it with kill -INT ${harness.pid}; it heals before it ends.`)
    return { healed: [], left: [] }
  }
  if (guardian && isAlive(guardian)) {
    say(`${run}: its guardian (process ${guardian.pid}) is at work; waiting for it`)
    const limit = performance.now() + guardianLimitMs
    while (isAlive(guardian) && performance.now() < limit) await pause(200)
  }
  if (!existsSync(contextPath)) {
    unregisterRun(entry)
    return { healed: [], left: [`${run}: its folder is gone (${contextPath}), and with it the list of what it began; it is forgotten now. Look at the nodes of ${entry.target} for nft tables and timers named haywire_…`] }
  }
  const report = await healFromFolder(entry, say)
  for (const text of report.healed) say(`${run}: healed: ${text}`)
  if (report.left.length === 0) unregisterRun(entry)
  if (report.left.length === 0 && report.healed.length === 0) say(`${run}: nothing was open any more`)
  return report
}

async function healFromFolder({ run, contextPath }: RegisteredRun, say: (line: string) => void): Promise<HealReport> {
  const context = readRunContext(contextPath)
  const access = openAccess(context.target)
  const journal = new Journal(context.journalPath)
  try {
    for (const text of await endOwners(journal)) say(`${run}: ${text}`)
    if (context.target.twin && !existsSync(labDir(context.target.name))) {
      say(`${run}: its twin ${context.target.name} has been removed, and with it whatever was open on it`)
      return await endProcesses({ journal, access, by: 'heal' }, { only: ({ node }) => node === undefined })
    }
    say(`${run}: healing what ${context.journalPath} leaves open`)
    return await healRun(healingOf(context, access, 'heal'))
  } catch (error) {
    return { healed: [], left: [`${run}: ${messageOf(error)}`] }
  } finally {
    await access.close()
  }
}

function toStdout(line: string): void {
  process.stdout.write(`${line}\n`)
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`)
}
