/** The entry as it runs, with shims in the place of Electron, the services and the settings files. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred } from '../test/support/deferred.ts'
import { stubServices } from '../test/support/services-stub.ts'
import { DEFAULT_SETTINGS } from '../shared/contract/index.ts'
import { NO_USE_TRYING } from '../scripts/start-decisions.mjs'
import { DEFAULT_SIZE } from './shells/desktop/bounds.ts'
import type { Ports } from './compose.ts'

type Fake = typeof import('./shells/desktop/testing/fake-electron.ts')

vi.mock('electron-store', () => ({
  default: class {
    store = {}
  },
}))
vi.mock('./shells/page-files.ts', async (original) => ({
  ...(await original<object>()),
  readPageFiles: async () => new Map([['/', { type: 'text/html; charset=utf-8', body: Buffer.from('page') }]]),
}))
const composed: { which: string; ports: Ports }[] = []
let closed = deferred()
vi.mock('./compose.ts', () => {
  const compose = (which: string) => async (ports: Ports) => {
    composed.push({ which, ports })
    const services = stubServices({ handlers: { 'app.quit': async () => ({}) } })
    return { ...services, close: () => closed.promise }
  }
  return { composeReal: compose('real'), composeDemo: compose('demo') }
})

let folder: string
const { argv } = process
vi.stubGlobal('__LATCHKEY_VERSION__', '1.2.3')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-main-'))
  composed.splice(0)
  closed = deferred()
  vi.resetModules()
  // Kept from the runner's own process.
  vi.spyOn(process, 'umask').mockReturnValue(0o022)
  vi.spyOn(process, 'on').mockImplementation(() => process)
})
afterEach(() => {
  process.argv = argv
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** What the entry takes this computer for. */
const on = (platform: NodeJS.Platform) => vi.spyOn(process, 'platform', 'get').mockReturnValue(platform)

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** Runs the entry with these arguments, up to the moment before `ready`. */
async function started(args: string[] = [], prepare: (electron: Fake) => void = () => {}) {
  const electron = await import('./shells/desktop/testing/fake-electron.ts')
  vi.doMock('electron', () => electron.electron)
  prepare(electron)
  process.argv = ['electron', ...args, '--data-dir', folder]
  await import('./main.ts')
  return electron
}
async function opened(args: string[] = [], prepare?: (electron: Fake) => void) {
  const electron = await started(args, prepare)
  electron.app.becomeReady()
  await vi.waitFor(() => expect(electron.FakeWindow.all).toHaveLength(1))
  return { electron, window: electron.FakeWindow.all[0]! }
}

describe('the desktop shell', () => {
  it('has its sandbox, its scheme and its locks before anything is ready', async () => {
    const { done, app, schemes } = await started()
    expect(done).toEqual(['enable sandbox', 'declare scheme', 'set userData', 'ask for single instance'])
    expect(schemes).toHaveLength(1)
    expect([app.listenerCount('session-created'), app.listenerCount('web-contents-created')]).toEqual([1, 1])
  })

  it('opens one window on our page, in a locked session that is kept in memory', async () => {
    const { electron, window } = await opened()
    expect(window.loaded).toEqual(['app://bundle/'])
    const [[partition, session]] = [...electron.sessions] as [[string, InstanceType<Fake['FakeSession']>]]
    expect(partition).not.toMatch(/^persist:/)
    expect(window.options.webPreferences).toMatchObject({ session, devTools: false, sandbox: true })
    expect(window.options.webPreferences!.preload).toMatch(/preload[\\/]preload\.cjs$/)
    expect(window.options).toMatchObject(DEFAULT_SIZE)
    expect(session.onRequest).toBeTypeOf('function')
    expect([...session.served.keys()]).toEqual(['app'])
    expect(session.listenerCount('will-download')).toBe(1)
    expect(window.webContents.openHandler).toBeTypeOf('function')
  })

  it('serves the page’s calls', async () => {
    const { window } = await opened()
    const answer = new Promise((resolve) => (window.webContents.onDown = resolve))
    window.webContents.up('{"jsonrpc":"2.0","id":1,"method":"call","params":{"call":1,"name":"app.quit","request":{}}}')
    expect(JSON.parse((await answer) as string)).toEqual({ jsonrpc: '2.0', id: 1, result: {} })
  })

  it('locks a session that was there before anybody could be told of it', async () => {
    const { electron } = await opened(
      [],
      ({ sessions, FakeSession }) => void sessions.set('latchkey', new FakeSession()),
    )
    expect(electron.sessions.get('latchkey')!.onRequest).toBeTypeOf('function')
  })

  it.each([
    [[], 'real', '', true],
    [['--demo'], 'demo', 'demo', false],
  ])('with %j composes the %s world in its own folder', async (args, which, below, isProtected) => {
    on('darwin')
    const { electron, window } = await opened(args)
    expect(composed.map((each) => each.which)).toEqual([which])
    const { ports } = composed[0]!
    expect(ports).toMatchObject({ dataDir: join(folder, below), version: '1.2.3', shell: { kind: 'desktop' } })
    expect(electron.app.paths.get('userData')).toBe(join(folder, below, 'window'))
    expect(window.isContentProtected).toBe(isProtected)
  })

  it.skipIf(process.platform === 'win32')('keeps its folder for this user alone', async () => {
    await started(['--demo'])
    expect(statSync(join(folder, 'demo')).mode & 0o777).toBe(0o700)
  })

  it('takes settings through the file that both shells share', async () => {
    await opened()
    composed[0]!.ports.settings.write({ ...DEFAULT_SETTINGS })
    expect(composed[0]!.ports.settings.read()).toEqual(DEFAULT_SETTINGS)
  })

  it('locks by the menu, by the system, and when its window is closed', async () => {
    const { electron, window } = await opened()
    let locks = 0
    composed[0]!.ports.shell.onLockWish(() => (locks += 1))
    const file = electron.menus[0]!.find(({ label }) => label === '&File')!
      .submenu as Electron.MenuItemConstructorOptions[]
    file[0]!.click!(undefined as never, undefined, undefined as never)
    electron.powerMonitor.emit('suspend')
    window.emit('session-end')
    expect(locks).toBe(3)
    window.close()
    expect(locks).toBe(4)
  })

  it('is one at a time: a second one says so and goes, and nothing is opened by it', async () => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const { app, FakeWindow } = await started([], (electron) => (electron.app.isFirstInstance = false))
    app.becomeReady()
    await settled()
    expect([app.exitCode, FakeWindow.all, composed]).toEqual([0, [], []])
    expect(written.mock.calls).toEqual([['Latchkey is open already; its window comes to the front.\n']])
  })

  it('comes to the front when a second one is started', async () => {
    const { electron, window } = await opened()
    window.minimize()
    electron.done.splice(0)
    electron.app.emit('second-instance', {}, [], '/')
    expect([window.isMinimized(), electron.done, electron.FakeWindow.all]).toEqual([false, ['show', 'focus'], [window]])
  })

  it('ends with its last window, once the services have closed', async () => {
    on('linux')
    const { electron, window } = await opened()
    window.close()
    await settled()
    expect(electron.app.hasQuit).toBe(false)
    closed.resolve()
    await settled()
    expect(electron.app.hasQuit).toBe(true)
  })

  it('outlives its window on a Mac, locked, and opens another when asked', async () => {
    on('darwin')
    const { electron, window } = await opened()
    let locks = 0
    composed[0]!.ports.shell.onLockWish(() => (locks += 1))
    window.close()
    await settled()
    expect([locks, electron.app.hasQuit, electron.FakeWindow.all]).toEqual([1, false, []])
    electron.app.emit('activate', {}, false)
    expect(electron.FakeWindow.all.map(({ loaded }) => loaded)).toEqual([['app://bundle/']])
    electron.app.emit('activate', {}, true)
    expect(electron.FakeWindow.all).toHaveLength(1)
  })

  it('that is asked for again while it ends is started anew after', async () => {
    on('linux')
    const { electron, window } = await opened()
    window.close()
    electron.app.emit('second-instance', {}, [], '/')
    expect([electron.app.relaunches, electron.FakeWindow.all]).toEqual([1, []])
    closed.resolve()
  })

  it('ends where its page dies twice in a row', async () => {
    const { electron, window } = await opened()
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    window.webContents.crash()
    window.webContents.crash()
    expect(electron.errorBoxes).toEqual([expect.stringContaining('Latchkey has to close')])
    closed.resolve()
    await vi.waitFor(() => expect(electron.app.hasQuit).toBe(true))
  })

  it('says which folder can’t be used, and why, and goes without asking who is first', async () => {
    writeFileSync(join(folder, 'demo'), 'a file in the way')
    const { app, errorBoxes, done } = await started(['--demo'])
    expect(app.exitCode).toBe(NO_USE_TRYING)
    expect(errorBoxes).toEqual([expect.stringMatching(/folder .*demo can’t be used \((ENOTDIR|EEXIST)\)/)])
    expect(done).not.toContain('ask for single instance')
    expect(existsSync(join(folder, 'demo', 'window'))).toBe(false)
  })

  it('tells who started it when its window is ready to be seen', async () => {
    const send = vi.fn()
    vi.stubGlobal('process', Object.assign(Object.create(process) as NodeJS.Process, { send }))
    try {
      const { window } = await opened()
      expect(send).not.toHaveBeenCalled()
      window.emit('ready-to-show')
      expect(send.mock.calls).toEqual([['ready']])
    } finally {
      vi.stubGlobal('process', Object.getPrototypeOf(process) as NodeJS.Process)
    }
  })
})
