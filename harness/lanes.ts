// Jobs in lanes beside each other: each lane takes the next when it is done with its last.

/** What is done in a lane; it gets the lane's number, from 0 on. */
export type Job = (lane: number) => Promise<void>

/**
 * Resolves when all are done, or when the signal is aborted and those under way have ended. `others`: the lanes beside the first begin when it resolves, or the first has ended.
 * The first job that fails ends all lanes, each with the job that it is at; its error is what this rejects with.
 */
export async function inLanes(jobs: Job[], { lanes, others, signal }: { lanes: number; others: Promise<unknown>; signal: AbortSignal }): Promise<void> {
  const waiting = [...jobs]
  const firstEnded = Promise.withResolvers<void>()
  let failed: { error: unknown } | undefined
  await Promise.all(Array.from({ length: Math.min(lanes, jobs.length) }, async (_, lane) => {
    if (lane > 0) await Promise.race([others, firstEnded.promise])
    try {
      for (let job = waiting.shift(); job && !signal.aborted; job = waiting.shift()) await job(lane)
    } catch (error) {
      waiting.length = 0
      failed ??= { error }
    } finally {
      firstEnded.resolve()
    }
  }))
  if (failed) throw failed.error
}
