/** Starts the HID host in a utility process, since the desktop's fuses forbid running it as plain Node. */
import { utilityProcess } from 'electron'
import type { HidHostChannel } from '../../services/ports.ts'
import { hidHostEnv } from '../node/hid-host.ts'

/** `file` is the built `hid-host.js`. Only when the app is ready. */
export function forkHidHost(file: string): HidHostChannel {
  const child = utilityProcess.fork(file, [], {
    env: hidHostEnv(process.env),
    execArgv: [],
    serviceName: 'Latchkey security keys',
    stdio: 'ignore',
  })
  let isWanted = true
  let hasEnded = false
  let onExit: Parameters<HidHostChannel['onExit']>[0] = () => undefined
  // One that has no process yet can't be ended yet.
  child.once('spawn', () => isWanted || child.kill())
  // Unheard, it would be thrown in this process; `exit` follows.
  child.on('error', () => undefined)
  child.once('exit', (code) => {
    hasEnded = true
    onExit({ code })
  })
  return {
    // Posting to one that is just ending takes Electron itself down (electron/electron#53923).
    post(message) {
      // oxlint-disable-next-line require-post-message-target-origin -- a process, not a window
      if (!hasEnded) child.postMessage(message)
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void (onExit = listener),
    kill() {
      isWanted = false
      if (!hasEnded) child.kill()
    },
  }
}
