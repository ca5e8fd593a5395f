import type { ExitCode } from './exit-codes.ts'

/** A refusal of the command line's own, with words and an exit code. `code` is for `--json`. */
export class CommandFault extends Error {
  readonly exit: ExitCode
  readonly code: string
  constructor(exit: ExitCode, code: string, words: string) {
    super(words)
    this.exit = exit
    this.code = code
  }
}
