/** How a command ends: its answer or its error, in words or as JSON, and the exit code. */
import { CallError, readContractError } from '../../../shared/contract/index.ts'
import type { Answer } from './commands.ts'
import { EXIT, exitOf, type ExitCode } from './exit-codes.ts'
import { CommandFault } from './fault.ts'
import { Interrupted, TooMuchInput, type CliIo } from './io.ts'
import { errorWords } from './words.ts'

/** Prints the answer, where there is one, or the error, in words or as JSON, and gives the exit code. */
export async function conclude(io: CliIo, json: boolean, work: () => Promise<Answer | undefined>): Promise<ExitCode> {
  const fail = (exit: ExitCode, words: string, error: unknown) => {
    io.err(json ? `${JSON.stringify({ error })}\n` : `${words}\n`)
    return exit
  }
  try {
    const answer = await work()
    if (answer) io.out(`${json ? JSON.stringify(answer.json) : answer.text}\n`)
    return EXIT.done
  } catch (error) {
    if (error instanceof CommandFault) return fail(error.exit, error.message, { code: error.code })
    if (error instanceof Interrupted) return fail(EXIT.interrupted, 'Stopped.', { code: 'cancelled' })
    if (error instanceof TooMuchInput) return fail(EXIT.refused, 'That is too much input.', { code: 'too-large' })
    const known = error instanceof CallError ? readContractError(error.error) : undefined
    if (known) return fail(exitOf(known), errorWords(known), known)
    // An error of our own making: its message could hold anything, so only its kind is said.
    const kind = error instanceof Error ? error.name : typeof error
    return fail(EXIT.failed, `Something went wrong inside (${kind}).`, { code: 'internal', detail: { kind } })
  }
}
