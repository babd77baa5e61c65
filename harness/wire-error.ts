// What the network did to an attempt, in one word that every probe and the workload use alike.

const words: Record<string, string> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ETIMEDOUT: 'timeout',
}

/** `refused`, `reset`, `unreachable`, `timeout`; `certificate …` for a server that cannot prove who it is; the error's own code for anything else. */
export function wireWord(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return message === 'socket hang up' ? 'reset' : String(message ?? error)
  // How Node's TLS calls it when the other side leaves in the middle of the handshake or the answer.
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ERR_SSL_UNEXPECTED_EOF_WHILE_READING') return 'reset'
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code)) return `certificate ${code}`
  return words[code] ?? code
}
