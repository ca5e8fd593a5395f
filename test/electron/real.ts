/** The desktop shell in Electron itself. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { _electron } from '@playwright/test'
import { flagsOf, root, watchForTrouble, type DesktopApp, type StartOptions } from './desktop-app.ts'

/** `binary` only for the second start: Playwright finds it by the package, and holds `ready` back until it is attached. */
export async function startInElectron(options: StartOptions, binary: string): Promise<DesktopApp> {
  const args = [root, ...flagsOf(options)]
  const app = await _electron.launch({ args, cwd: root, chromiumSandbox: true })
  const ended = new Promise<void>((resolve) => app.once('close', () => resolve()))
  const page = await app.firstWindow()
  return {
    page,
    troubles: watchForTrouble(page),
    clipboard: () => app.evaluate(({ clipboard }) => clipboard.readText()),
    power: (event) => app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event),
    clickMenu: (menu, item) =>
      app.evaluate(
        ({ Menu }, [label, entry]) => {
          const found = Menu.getApplicationMenu()
            ?.items.find((each) => each.label === label)
            ?.submenu?.items.find((each) => each.label === entry)
          if (!found) throw new Error(`no ${entry} in ${label}`)
          found.click()
        },
        [menu, item] as const,
      ),
    async closeWindow() {
      await app.evaluate(({ BrowserWindow }) => {
        for (const window of BrowserWindow.getAllWindows()) window.close()
      })
      await ended
    },
    async startAgain() {
      const second = spawn(binary, args, { cwd: root, stdio: 'ignore' })
      const [code] = (await once(second, 'exit')) as [number | null]
      return code
    },
    stop: () => app.close(),
  }
}
