/** The application menu: the platform's own roles, and Lock. There is no Help: nothing here opens an address. */
import { Menu, type MenuItemConstructorOptions } from 'electron'
import { menuWords } from './words.ts'

export interface MenuOptions {
  readonly platform: NodeJS.Platform
  readonly onLock: () => void
  readonly isDeveloper: boolean
}

export function setMenu({ platform, onLock, isDeveloper }: MenuOptions): void {
  const isMac = platform === 'darwin'
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: menuWords.file,
      submenu: [
        { label: menuWords.lock, accelerator: 'CmdOrCtrl+L', click: onLock },
        { type: 'separator' },
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: menuWords.view,
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(isDeveloper ? [{ role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
      ],
    },
    { role: 'windowMenu' },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
