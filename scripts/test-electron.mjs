// `npm run test:electron`: the desktop shell's journeys in Electron itself, where its binary, a display and a sandbox are. With
// `-- --imitated`: the same journeys with the main process in plain Node and the page in Chromium.
import { spawnSync } from 'node:child_process'
import { ensureBuilt } from './built.mjs'
import { electronBinary } from './electron-binary.mjs'
import { whyNoWindow } from './start-decisions.mjs'
import { findChromium, playwrightRun, run, runSuites } from './suites.mjs'

const CONFIG = 'test/electron/playwright.config.ts'
const { env, platform } = process
const isImitated = process.argv.includes('--imitated')
const more = process.argv.slice(2).filter((argument) => argument !== '--imitated')
const skipped = (name, why) => ({ passed: 0, failed: 0, skipped: [`${name}: ${why}`] })

if (!isImitated && electronBinary() && whyNoWindow({ platform, env, uid: 1 }) && hasXvfb()) {
  // A display of its own for all that follows; this script then finds it.
  process.exit(await run('xvfb-run', ['-a', process.execPath, ...process.argv.slice(1)]))
}
await runSuites([isImitated ? imitated('desktop shell, Electron imitated') : real('desktop shell in Electron')])

function real(name) {
  return {
    name,
    async run() {
      const binary = electronBinary()
      if (!binary) return skipped(name, 'no Electron binary (npx install-electron)')
      const noWindow = whyNoWindow({ platform, env, uid: process.getuid?.() })
      if (noWindow) return skipped(name, `${noWindow}${hasXvfb() ? '' : ' (Debian: apt-get install xvfb xauth)'}`)
      ensureBuilt(['client', 'main', 'preload'])
      return playwrightRun(CONFIG, more, { ELECTRON_BINARY: binary })
    },
  }
}

function imitated(name) {
  return {
    name,
    async run() {
      const chromium = findChromium()
      if (!chromium)
        return skipped(name, 'no Chromium (Debian: apt-get install chromium; else set CHROMIUM to its path)')
      ensureBuilt(['client', 'main', 'preload'])
      return playwrightRun(CONFIG, more, { CHROMIUM: chromium })
    },
  }
}

function hasXvfb() {
  return platform === 'linux' && spawnSync('xvfb-run', ['--help'], { stdio: 'ignore' }).status === 0
}
