/** Starts the HID host as a child process of plain Node. */
import { fork } from 'node:child_process'
import type { HidHostChannel } from '../../services/ports.ts'

/**
 * What of the environment the native module needs: how to find its shared libraries. Keys of backends and options of Node
 * stay here. (On Windows the system adds what every process must have.)
 */
const PASSED_ON = ['LD_LIBRARY_PATH']

export const hidHostEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))

/** `file` is the built `hid-host.js`. Throws where the system can't make a process. */
export function forkHidHost(file: string, env: NodeJS.ProcessEnv = process.env): HidHostChannel {
  const child = fork(file, [], {
    env: hidHostEnv(env),
    execArgv: [],
    serialization: 'json',
    // What a native module has to say when it dies is nothing a person should find among the answers of a command.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  // A call that waits has a timer; the host by itself keeps no program running.
  child.unref()
  child.channel?.unref()
  const kill = (): void => void child.kill('SIGKILL')
  // A host that can't be heard is of no use. Its exit follows.
  child.on('disconnect', kill)
  return {
    // One that could not be sent has no answer either, and `exit` is on its way.
    post: (message) => void child.send(message, () => undefined),
    onMessage: (listener) => void child.on('message', listener),
    onExit(listener) {
      let hasEnded = false
      const tell = (exit: Parameters<typeof listener>[0]): void => {
        if (hasEnded) return
        hasEnded = true
        listener(exit)
      }
      child.on('exit', (code, signal) => tell({ code: code ?? undefined, signal: signal ?? undefined }))
      // Not started, then; an `exit` does not follow.
      child.on('error', () => child.pid === undefined && tell({}))
    },
    kill,
  }
}
