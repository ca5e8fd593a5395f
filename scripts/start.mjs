// `npm start`: Latchkey's window by Electron where it runs, else the browser shell, and one line that says why.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, root } from './built.mjs'
import { electronBinary } from './electron-binary.mjs'
import { proxyEnvironment, readArguments, USAGE, whatEnded, whyNoWindow } from './start-decisions.mjs'

/** Kept of what Electron says before its window is there. */
const MAX_HELD_BACK = 64 * 1024

const wants = readArguments(process.argv.slice(2))
if (wants.wrong) {
  process.stderr.write(`${wants.wrong}\n\n${USAGE}`)
  process.exit(2)
}
if (wants.wantsHelp) {
  process.stdout.write(USAGE)
  process.exit(0)
}
if (!wants.wantsBrowser) {
  const { platform, env } = process
  const reason = whyNoWindow({ platform, env, uid: process.getuid?.() }) ?? (await fetchElectron()) ?? (await window())
  process.stderr.write(`Latchkey opens in the browser instead of its own window: ${reason}.\n`)
}
await browserShell()

/** Answers why there is no binary, if there is none. */
async function fetchElectron() {
  if (electronBinary()) return undefined
  let reason = 'for an unknown reason'
  const fetching = spawn(process.execPath, [join(root, 'scripts/electron-fetch.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...proxyEnvironment(process.env) },
  })
  fetching.on('message', (message) => ({ reason } = message))
  const { wasInterrupted } = await ended(fetching)
  if (wasInterrupted) process.exit(130)
  return electronBinary() ? undefined : `Electron's binary could not be fetched (${reason})`
}

/** Ends with the window, or answers why it could not open. */
async function window() {
  ensureBuilt(['client', 'main', 'preload'])
  const env = { ...process.env }
  // Set by editors in their terminals: Electron would be a plain Node.
  delete env.ELECTRON_RUN_AS_NODE
  const electron = spawn(electronBinary(), [root, ...wants.window], {
    cwd: root,
    stdio: ['inherit', 'inherit', 'pipe', 'ipc'],
    env,
  })
  let isReady = false
  let heldBack = ''
  const release = () => {
    process.stderr.write(heldBack)
    heldBack = ''
  }
  electron.stderr?.setEncoding('utf8').on('data', (text) => {
    if (isReady) process.stderr.write(text)
    else heldBack = (heldBack + text).slice(-MAX_HELD_BACK)
  })
  electron.on('message', (message) => {
    if (message !== 'ready') return
    isReady = true
    release()
  })
  const { code, signal, wasInterrupted } = await ended(electron)
  const end = whatEnded({ isReady, wasInterrupted, code, signal, stderr: heldBack })
  if ('fellBack' in end) return end.fellBack
  release()
  return process.exit(end.exit)
}

/** Waits for a child. Ctrl+C reaches it by itself, as it does all of the terminal's group; other signals are handed on. */
function ended(child) {
  return new Promise((resolve) => {
    let wasInterrupted = false
    const onSignal = (signal) => {
      wasInterrupted = true
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, onSignal)
    const end = (code, signal) => {
      for (const each of signals) process.off(each, onSignal)
      resolve({ code, signal, wasInterrupted })
    }
    child.once('error', () => end(127, null))
    // Not at `exit`: what it wrote last may still be on its way.
    child.once('close', end)
  })
}

async function browserShell() {
  ensureBuilt(['client', 'node'])
  process.argv = [process.execPath, join(root, 'dist/node/browser.js'), ...wants.browser]
  await import(pathToFileURL(process.argv[1]).href)
}
