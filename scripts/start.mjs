// `npm start`: Latchkey's window by Electron where it runs, else the browser shell. `--browser` asks for the browser shell at once.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, root } from './built.mjs'

const args = process.argv.slice(2)
const wantsBrowser = args.includes('--browser')
const passOn = args.filter((argument) => argument !== '--browser')

if (!wantsBrowser) {
  const reason = whyNoWindow() ?? (await fetchElectron()) ?? (await runElectron())
  if (reason === undefined) process.exit(0)
  process.stderr.write(`Latchkey opens in the browser instead of its own window: ${reason}.\n`)
}
await browserShell()

/** A window can't open here at all; known without trying. */
function whyNoWindow() {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display'
  if (process.platform === 'linux' && process.getuid?.() === 0) return 'Electron refuses to run its sandbox as root'
  return undefined
}

/** Electron's binary, fetched the way its own package does it, with its own progress. */
async function fetchElectron() {
  if (electronPath()) return undefined
  process.stderr.write("Fetching Electron's binary (once)…\n")
  const code = await run(process.execPath, [join(root, 'node_modules/electron/install.js')], { timeoutMs: 600_000 })
  return code === 0 && electronPath() ? undefined : "Electron's binary could not be fetched"
}

function electronPath() {
  const folder = join(root, 'node_modules/electron')
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const path = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim())
  return existsSync(path) ? path : undefined
}

async function runElectron() {
  ensureBuilt(['client', 'main', 'preload'])
  const startedAt = Date.now()
  const code = await run(electronPath(), [join(root, 'dist/electron/main.js'), ...passOn], {})
  // An exit within seconds and with a fault is a start that failed (a sandbox or library missing), not a person who quit.
  return code === 0 || Date.now() - startedAt > 8_000 ? undefined : `Electron could not start (exit code ${code})`
}

function run(command, commandArguments, { timeoutMs }) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArguments, { cwd: root, stdio: 'inherit' })
    const timer = timeoutMs && setTimeout(() => child.kill(), timeoutMs)
    const end = (code) => {
      clearTimeout(timer)
      resolve(code)
    }
    child.once('error', () => end(-1))
    child.once('exit', (code, signal) => end(code ?? (signal ? -1 : 0)))
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
  })
}

async function browserShell() {
  ensureBuilt(['client', 'node'])
  process.argv = [process.execPath, join(root, 'dist/node/browser.js'), ...passOn]
  await import(pathToFileURL(process.argv[1]).href)
}
