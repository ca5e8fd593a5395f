/** The desktop shell as a program: services in Electron's main process, the page in a sandboxed window. */
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app, dialog, powerMonitor, session, type BrowserWindow } from 'electron'
import { composeDemo, composeReal } from './compose.ts'
import { serve } from './dispatch.ts'
import { readFlags } from './shells/desktop/flags.ts'
import { saveByDialog } from './shells/desktop/downloads.ts'
import { serveWindow } from './shells/desktop/ipc-wire.ts'
import { createLockWishes } from './shells/desktop/lock-wishes.ts'
import { lockDown, lockSession } from './shells/desktop/lockdown.ts'
import { setMenu } from './shells/desktop/menu.ts'
import { declareScheme, servePage } from './shells/desktop/page.ts'
import { closeBeforeQuit } from './shells/desktop/quit.ts'
import { reviveAfterCrash } from './shells/desktop/revive.ts'
import { openBoundsFile, openDesktopSettings } from './shells/desktop/settings.ts'
import { desktopShell } from './shells/desktop/shell.ts'
import { bringToFront, openWindow } from './shells/desktop/window.ts'
import { alreadyOpen, cantStart, pageDiedTwice } from './shells/desktop/words.ts'
import { awsPlace } from './shells/node/aws-place.ts'
import { developerKey } from './shells/node/developer-key.ts'
import { createLog } from './shells/node/log.ts'
import { dataFolder } from './shells/node/paths.ts'
import { endOnFaults, keepFilesPrivate } from './shells/node/run.ts'
import { systemClock, systemRandom } from './shells/node/system.ts'
import { readPageFiles } from './shells/page-files.ts'

declare const __LATCHKEY_VERSION__: string

const built = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const { platform } = process
/** Tells who started this process that another shell could do no better (scripts/start-decisions.mjs). */
const NO_USE_TRYING = 78
const clock = systemClock
const random = systemRandom

keepFilesPrivate()
endOnFaults()
const { isDemo, dataDir: override, isDeveloper, wantsLog } = readFlags(process.argv.slice(process.defaultApp ? 2 : 1))
const log = createLog(clock, (line) => process.stderr.write(line), wantsLog)
const dataDir = dataFolder({
  platform,
  env: process.env,
  homedir: homedir(),
  isDemo,
  ...(override === undefined ? {} : { override }),
})

// All of this must be done before `ready`, which comes when this module has run: it must not wait for `ready` itself.
app.enableSandbox()
declareScheme()
lockDown(app, { isDeveloper })
if (keepChromiumIn(join(dataDir, 'window'))) {
  if (app.requestSingleInstanceLock()) void app.whenReady().then(start).catch(giveUp)
  else {
    process.stdout.write(`${alreadyOpen}\n`)
    app.exit(0)
  }
}

/** Chromium's own files, apart from the vault's; who may be the single instance is decided there, so by data folder. */
function keepChromiumIn(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    app.setPath('userData', folder)
    return true
  } catch (fault) {
    giveUp(fault)
    return false
  }
}

async function start(): Promise<void> {
  let window: BrowserWindow | undefined
  // Kept in memory alone: nothing of the page is written to the disk.
  const pageSession = session.fromPartition('latchkey')
  lockSession(pageSession, { isDeveloper })
  saveByDialog(pageSession, app.getPath('documents'))
  servePage(pageSession.protocol, await readPageFiles(built('renderer')), random)

  const wishes = createLockWishes(powerMonitor)
  const boundsFile = openBoundsFile(dataDir)
  const services = await (isDemo ? composeDemo : composeReal)({
    shell: desktopShell({ log, wishes, window: () => window, hidHostFile: built('electron/hid-host.js') }),
    settings: openDesktopSettings(dataDir, clock.now()),
    log,
    clock,
    random,
    dataDir,
    version: __LATCHKEY_VERSION__,
    importWorker: new URL('import-worker.js', import.meta.url),
    ...developerKey(process.env, isDeveloper),
    ...awsPlace({ env: process.env, homedir: homedir(), isDeveloper }),
  })
  const isEnding = closeBeforeQuit(app, powerMonitor, { close: () => services.close(), clock, log, platform })

  const open = () => {
    const opened = openWindow({
      preload: built('preload/preload.cjs'),
      session: pageSession,
      boundsFile,
      platform,
      isDeveloper,
      isProtected: !isDemo,
    })
    window = opened
    serveWindow(opened.webContents, (wire) => serve(wire, services, { log, clock }))
    reviveAfterCrash(opened.webContents, {
      clock,
      log,
      giveUp() {
        dialog.showErrorBox(pageDiedTwice.title, pageDiedTwice.content)
        app.quit()
      },
    })
    // Whoever started this process waits for a sign that it came up (scripts/start.mjs).
    opened.once('ready-to-show', () => process.send?.('ready'))
    opened.on('session-end', wishes.wish)
    opened.on('closed', () => {
      window = undefined
      wishes.wish()
    })
  }
  const show = () => {
    if (window) bringToFront(window)
    else if (isEnding()) app.relaunch()
    else open()
  }

  setMenu({ platform, onLock: wishes.wish, isDeveloper })
  app.on('second-instance', show)
  app.on('activate', show)
  app.on('window-all-closed', () => {
    // On a Mac a program outlives its windows; closing the last one has locked the vault.
    if (platform !== 'darwin') app.quit()
  })
  open()
}

/** Before there is a page that could say it. A fault's own text could hold anything, so its code alone is told. */
function giveUp(fault: unknown): void {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : undefined
  if (code === undefined) throw fault
  const { title, content } = cantStart(dataDir, code)
  dialog.showErrorBox(title, content)
  app.exit(NO_USE_TRYING)
}
