import { beforeEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_SIZE, type BoundsFile } from './bounds.ts'
import { PAGE_URL } from './sender.ts'
import { done, FakeSession, FakeWindow } from './testing/fake-electron.ts'
import { bringToFront, openWindow, WEB_PREFERENCES, type WindowOptions } from './window.ts'

vi.mock('electron', async () => (await import('./testing/fake-electron.ts')).electron)

beforeEach(() => {
  FakeWindow.all = []
  done.splice(0)
})

const opened = (more: Partial<WindowOptions> = {}, boundsFile: BoundsFile = { store: {} }) => {
  const session = new FakeSession().asElectron
  openWindow({
    preload: '/app/preload.cjs',
    session,
    boundsFile,
    platform: 'darwin',
    isDeveloper: false,
    isProtected: true,
    ...more,
  })
  return { window: FakeWindow.all[0]!, session }
}

describe('the window', () => {
  it('gives its page nothing but a preload script in a sandbox (items 2 to 4, 6, 8, 9, 11)', () => {
    const { window, session } = opened()
    expect(window.options.webPreferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      plugins: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      backgroundThrottling: true,
      devTools: false,
      preload: '/app/preload.cjs',
      session,
    })
  })

  it('has developer tools where they were asked for, and nothing else more', () => {
    const { preload, session, ...rest } = opened({ isDeveloper: true }).window.options.webPreferences!
    expect([preload, typeof session]).toEqual(['/app/preload.cjs', 'object'])
    expect(rest).toEqual({ ...WEB_PREFERENCES, devTools: true })
  })

  it('shows our page alone, once it is drawn', () => {
    const { window } = opened()
    expect([window.loaded, done]).toEqual([[PAGE_URL], ['open window']])
    window.emit('ready-to-show')
    expect(done).toEqual(['open window', 'show'])
  })

  it.each<[NodeJS.Platform, boolean, boolean]>([
    ['darwin', true, true],
    ['win32', true, true],
    ['linux', true, false],
    ['darwin', false, false],
  ])('on %s, to be kept out of recordings: %s, is so: %s', (platform, isProtected, expected) => {
    expect(opened({ platform, isProtected }).window.isContentProtected).toBe(expected)
  })

  it('opens where it was closed', () => {
    const boundsFile: BoundsFile = { store: {} }
    const { window } = opened({}, boundsFile)
    expect(window.options).toMatchObject(DEFAULT_SIZE)
    window.maximize()
    window.close()
    expect(boundsFile.store).toEqual({ ...window.bounds, isMaximized: true })
    const again = opened({}, boundsFile).window
    expect(again.options).toMatchObject(window.bounds)
    expect(again.isMaximized()).toBe(true)
  })

  it('comes to the front from wherever it is', () => {
    const { window } = opened()
    window.minimize()
    bringToFront(window as never)
    expect([window.isMinimized(), done]).toEqual([false, ['open window', 'show', 'focus']])
  })
})
