/** The desktop's files of settings, by electron-store: the folder, the names and the schema are given to it, nothing is its own choice. */
import { ipcMain } from 'electron'
import Store, { type Options } from 'electron-store'
import { openSettingsFile } from '../node/settings-file.ts'
import type { SettingsStore } from '../../services/ports.ts'
import type { BoundsFile } from './bounds.ts'

/** The same `config.json` as the browser shell's. @throws where the folder can't be written. */
export const openDesktopSettings = (dataDir: string, now: number): SettingsStore => openSettingsFile(dataDir, now, open)

/** Where the window was. Nothing is lost with a file that can't be read. */
export const openBoundsFile = (dataDir: string): BoundsFile =>
  open({
    cwd: dataDir,
    name: 'window',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    clearInvalidConfig: true,
  })

function open(options: Options<Record<string, unknown>>): Store {
  const store = new Store<Record<string, unknown>>(options)
  // The library answers whatever frame asks it for folder and version; no page of ours does.
  ipcMain.removeAllListeners('electron-store-get-data')
  return store
}
