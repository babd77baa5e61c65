// What the process says of itself when it ends: the exit codes are a contract with other people's scripts.

export const exitCodes = {
  pass: 0,
  failed: 1,
  /** wrong usage or configuration */
  usage: 2,
  /** environment unfit before the first fault */
  unfit: 3,
  inconclusive: 4,
  /** healing incomplete */
  unhealed: 5,
  /** interrupted and healed */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends the command with that code; the message goes to stderr as it is, so it says what was expected, what was seen and what to do next. */
export class ExitError extends Error {
  override name = 'ExitError'
  readonly code: ExitCode

  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const precedence: ExitCode[] = [5, 130, 1, 4, 3, 2, 0]

/** Where several hold, the one that matters most. */
export function gravest(codes: ExitCode[]): ExitCode {
  return precedence.find(code => codes.includes(code)) ?? exitCodes.pass
}
