/** electron-store can't be imported without Electron, so it runs in a process of its own where a few lines stand in for that. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS } from '../../../shared/contract/index.ts'
import { openSettingsFile } from '../node/settings-file.ts'

const NOW = 1_790_000_000_000
let built: string
let folder: string

beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), 'latchkey-settings-built-'))
  const electron = join(built, 'electron.mjs')
  writeFileSync(
    electron,
    `export const ipcMain = { doors: new Set(), on(name) { this.doors.add(name) }, removeAllListeners(name) { this.doors.delete(name) } }
     export const app = { getPath: () => '/nonexistent/user-data', getVersion: () => '0.0.0' }
     export default { app, ipcMain }`,
  )
  const run = join(built, 'run.ts')
  writeFileSync(
    run,
    `import { ipcMain } from 'electron'
     import { openBoundsFile, openDesktopSettings } from ${JSON.stringify(fileURLToPath(new URL('settings.ts', import.meta.url)))}
     const [what, dataDir, values] = process.argv.slice(2)
     const file = what === 'bounds' ? openBoundsFile(dataDir) : openDesktopSettings(dataDir, ${NOW})
     if (values && what === 'bounds') file.store = JSON.parse(values)
     else if (values) file.write(JSON.parse(values))
     const held = what === 'bounds' ? file.store : file.read()
     process.stdout.write(JSON.stringify({ held, movedAside: file.movedAside, doors: [...ipcMain.doors] }))`,
  )
  await build({
    configFile: false,
    logLevel: 'error',
    root: built,
    resolve: { alias: { electron } },
    ssr: { noExternal: true },
    build: {
      ssr: run,
      outDir: join(built, 'out'),
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'run.mjs' } },
    },
  })
})
afterAll(() => rmSync(built, { recursive: true, force: true }))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Held {
  readonly held: Record<string, unknown>
  readonly movedAside?: string
  readonly doors: readonly string[]
}
const onDesktop = (what: 'settings' | 'bounds', values?: object): Held => {
  const more = values ? [JSON.stringify(values)] : []
  return JSON.parse(
    execFileSync(process.execPath, [join(built, 'out', 'run.mjs'), what, folder, ...more], { encoding: 'utf8' }),
  ) as Held
}

describe('settings on the desktop', () => {
  it('are those of the browser shell, both ways, in one file for this user alone', () => {
    const inBrowser = openSettingsFile(folder, NOW)
    inBrowser.write({ ...DEFAULT_SETTINGS, theme: 'dark' })
    expect(onDesktop('settings').held).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' })
    onDesktop('settings', { ...DEFAULT_SETTINGS, theme: 'light', lockAfterMinutes: 17 })
    expect(inBrowser.read()).toEqual({ ...DEFAULT_SETTINGS, theme: 'light', lockAfterMinutes: 17 })
    expect(readdirSync(folder)).toEqual(['config.json'])
    if (process.platform !== 'win32') expect(statSync(join(folder, 'config.json')).mode & 0o777).toBe(0o600)
  })

  it.each(['{"theme":', '{"theme":"pink"}', '{"lockAfterMinutes":-1}'])(
    'that can’t be read are moved aside and named, as in the browser shell: %s',
    (broken) => {
      writeFileSync(join(folder, 'config.json'), broken)
      expect(onDesktop('settings')).toMatchObject({ held: {}, movedAside: `config.broken-${NOW}.json` })
      expect(readFileSync(join(folder, `config.broken-${NOW}.json`), 'utf8')).toBe(broken)
    },
  )

  it('open no door to pages', () => {
    expect(onDesktop('settings').doors).toEqual([])
  })
})

describe('the window’s place', () => {
  it('is in a file of its own, which may be damaged without harm', () => {
    const place = { x: 1, y: 2, width: 800, height: 600, isMaximized: true }
    onDesktop('bounds', place)
    expect(onDesktop('bounds').held).toEqual(place)
    expect(readdirSync(folder)).toEqual(['window.json'])
    writeFileSync(join(folder, 'window.json'), '{"x":')
    expect(onDesktop('bounds')).toMatchObject({ held: {}, doors: [] })
  })
})
