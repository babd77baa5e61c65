// After a cut: whether packets pass again, or why that is not ours to bring about.
import { AccessError, quote } from '../../access.ts'
import { eventually } from '../../eventually.ts'
import type { FaultContext, Proof } from '../../fault.ts'
import { proofOf } from '../on-node.ts'
import type { Plan } from './survey.ts'

/** After a cut, peers look for each other's addresses once a second; an overloaded node takes its time. Nothing but the proof waits for it. */
const passesWithin = '30s'
/** Longest that one question to a node may take, in ms. */
const askLimitMs = 10_000

/** `gone` says what is no longer there; everybody who answered before answers again, unless they are down or cut off by another fault. */
export async function passing(gone: string, answering: Plan['answering'], node: string, context: FaultContext): Promise<Proof> {
  if (answering.length === 0) return { proven: true, evidence: gone }
  const proof = await proofOf(eventually(`packets pass between ${node} and its peers again`, async () => {
    const parts = await Promise.all(answering.map(peer => passes(peer, node, context)))
    return { value: parts, satisfied: parts.every(({ satisfied }) => satisfied), observed: parts.map(({ observed }) => observed).join('; ') }
  }, { within: passesWithin, every: '50ms', signal: context.signal }))
  return proof.proven ? { proven: true, evidence: `${gone}; ${proof.evidence}` } : proof
}

async function passes({ node: peer, address }: { node: string; address: string }, node: string, context: FaultContext): Promise<{ satisfied: boolean; observed: string }> {
  const { code } = await context.access.root(node).run(`ping -n -q -c1 -W1 ${quote(address)}`, { signal: context.signal, timeoutMs: askLimitMs })
  if (code === 0) return { satisfied: true, observed: `${address} answers` }
  const excuse = (await cutStill(node, context)) ?? (await cutStill(peer, context))
  return excuse ? { satisfied: true, observed: `${address} does not answer: ${excuse}` } : { satisfied: false, observed: `${address} does not answer` }
}

/** Why nothing can pass at that node for reasons that are not ours to heal here. */
async function cutStill(node: string, { access, signal }: FaultContext): Promise<string | undefined> {
  try {
    const { stdout } = await access.root(node).run('nft list tables 2>/dev/null; iptables-save 2>/dev/null; exit 0', { signal, timeoutMs: askLimitMs })
    const other = /^(?:table (?:netdev|inet) haywire_|:HAYWIRE_)/m.exec(stdout)
    return other ? `${node} is cut by another fault` : undefined
  } catch (error) {
    if (error instanceof AccessError && error.kind !== 'refused-login') return `${node} cannot be reached`
    throw error
  }
}
