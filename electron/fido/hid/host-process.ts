/**
 * The HID host as a process: its channel to the program is that of `child_process.fork` or of Electron's `utilityProcess`,
 * and it never outlives the program. It has nothing to save, so it always ends at once: an orderly exit would wait for the
 * native module's threads, and a thread that hangs is a reason to end.
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { serveHost, type ProgramChannel } from './serve-host.ts'
import type { KeySource } from './source.ts'

const PARENT_CHECK_MS = 2_000

/**
 * Serves the source that `makeSource` makes. `entry` is the address of the module that calls this: it is run once more, in
 * a thread that looks whether the program is still there even while the native module holds up this one.
 */
export function runHost(makeSource: () => KeySource, entry: string): void {
  if (!isMainThread) return watchParent(workerData)
  const channel = programChannel()
  if (!channel) {
    process.stderr.write('This is a part of Latchkey, which starts it by itself.\n')
    process.exitCode = 64
    return
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
  // Ctrl-C in a terminal goes to all its processes. The program needs its ports to cancel what it asked a key for.
  process.on('SIGINT', () => undefined)
  const watcher = new Worker(new URL(entry), { workerData: process.ppid, execArgv: [] })
  watcher.unref()
  // In plain Node a host that can't be watched ends by this fault. Chromium watches its processes itself as well.
  if ('parentPort' in process) watcher.on('error', () => undefined)
  serveHost(channel, makeSource())
}

const end = (): void => void process.kill(process.pid, 'SIGKILL')

/** `undefined` where nobody started this as a host. */
function programChannel(): ProgramChannel | undefined {
  // Electron's types say that it is always there.
  const { parentPort } = process as { parentPort?: Electron.ParentPort }
  if (parentPort) {
    return {
      // oxlint-disable-next-line require-post-message-target-origin -- a process, not a window
      post: (message) => parentPort.postMessage(message),
      onMessage: (listener) => void parentPort.on('message', ({ data }) => listener(data)),
      end,
    }
  }
  if (!process.send) return undefined
  process.on('disconnect', end)
  return {
    // The channel may be gone, which is told by `disconnect`.
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', listener),
    end,
  }
}

/** A process whose parent ended gets another one, but on Windows, where the parent's number stays and must be asked for. */
function watchParent(parent: unknown): void {
  setInterval(() => {
    if (process.ppid !== parent || !isRunning(process.ppid)) end()
  }, PARENT_CHECK_MS)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM'
  }
}
