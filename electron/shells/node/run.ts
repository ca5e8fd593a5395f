/** What both plain-Node entries do around their work: private files, faults without their messages, ending on a signal. */
import { EOL } from 'node:os'

/** Files of this process are this user's alone, whatever the folder it is started in. */
export const keepFilesPrivate = (): void => void process.umask(0o077)

/**
 * Ends the process on a fault nobody caught, with its kind and place. Its message is left out: it could hold anything that
 * was being worked on.
 */
export function endOnFaults(): void {
  const end = (fault: unknown) => {
    const { name, stack = '' } = fault instanceof Error ? fault : new Error()
    const places = stack.split('\n').filter((line) => /^\s+at /.test(line))
    process.stderr.write([`Latchkey stopped on a fault: ${name}`, ...places, ''].join(EOL))
    process.exit(1)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}

/** A second signal that comes sooner is the first one, sent again: conf's `when-exit` does that. */
const SAME_SIGNAL_MS = 1000

/** Runs `stop` on the first SIGINT or SIGTERM; another one later ends the process at once. */
export function onEndSignal(stop: () => void): void {
  let firstAt: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (firstAt !== undefined) {
        if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(130)
        return
      }
      firstAt = performance.now()
      stop()
    })
  }
}
