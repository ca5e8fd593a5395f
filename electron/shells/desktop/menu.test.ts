import type { MenuItemConstructorOptions } from 'electron'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { setMenu } from './menu.ts'
import { menus } from './testing/fake-electron.ts'

vi.mock('electron', async () => (await import('./testing/fake-electron.ts')).electron)

beforeEach(() => void menus.splice(0))

let locks = 0
const menu = (platform: NodeJS.Platform, isDeveloper = false) => {
  setMenu({ platform, isDeveloper, onLock: () => (locks += 1) })
  return menus[0]!
}
const named = (items: MenuItemConstructorOptions[]): unknown[] =>
  items.map(({ label, role, type, submenu }) =>
    Array.isArray(submenu) ? [label, ...named(submenu)] : (label ?? role ?? type),
  )

describe('the menu', () => {
  it('is the system’s own, with Lock', () => {
    expect(named(menu('linux'))).toEqual([
      ['&File', 'Lock', 'separator', 'quit'],
      'editMenu',
      ['&View', 'resetZoom', 'zoomIn', 'zoomOut', 'separator', 'togglefullscreen'],
      'windowMenu',
    ])
  })

  it('has the program’s own menu on a Mac, where closing a window does not quit', () => {
    const [program, file] = named(menu('darwin'))
    expect([program, file]).toEqual(['appMenu', ['&File', 'Lock', 'separator', 'close']])
  })

  it('has reload and developer tools only for who asked for them', () => {
    expect(JSON.stringify(menu('linux'))).not.toMatch(/reload|DevTools/i)
    menus.splice(0)
    expect(named(menu('linux', true))[2]).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']))
  })

  it('locks by its item and its key', () => {
    const lock = (menu('linux')[0]!.submenu as MenuItemConstructorOptions[])[0]!
    expect(lock.accelerator).toBe('CmdOrCtrl+L')
    lock.click!(undefined as never, undefined, undefined as never)
    expect(locks).toBe(1)
  })
})
