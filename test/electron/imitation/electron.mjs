// As much of Electron as the built main process needs, in plain Node. Its one window is a page of Chromium that the test holds;
// what passes between the two are the messages of this process.
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'

const FRAME_CHANNEL = 'latchkey:frame'
const tell = (message) => process.send(message)

class App extends EventEmitter {
  #paths = new Map([['documents', process.cwd()]])
  enableSandbox() {}
  getVersion = () => '0.0.0'
  getPath = (name) => this.#paths.get(name)
  setPath = (name, path) => void this.#paths.set(name, path)
  requestSingleInstanceLock = () => true
  // As in Electron, `ready` comes when the entry has run.
  whenReady = () => new Promise((resolve) => setImmediate(resolve))
  exit = (code = 0) => process.exit(code)
  quit() {
    let isPrevented = false
    this.emit('before-quit', { preventDefault: () => (isPrevented = true) })
    if (!isPrevented) process.exit(0)
  }
}

class Session extends EventEmitter {
  handlers = new Map()
  protocol = { handle: (scheme, handler) => void this.handlers.set(scheme, handler) }
  webRequest = { onBeforeRequest() {} }
  setPermissionRequestHandler() {}
  setPermissionCheckHandler() {}
  setDevicePermissionHandler() {}
  setBluetoothPairingHandler() {}
  setUSBProtectedClassesHandler() {}
}

class WebContents extends EventEmitter {
  ipc = new EventEmitter()
  mainFrame = newFrame()
  isDestroyed = () => false
  getURL = () => 'app://bundle/'
  setWindowOpenHandler() {}
  setWebRTCIPHandlingPolicy() {}
  send(channel, frame) {
    if (channel === FRAME_CHANNEL) tell({ type: 'down', frame })
  }
  reload = () => tell({ type: 'reload' })
}

const newFrame = () => ({ origin: 'app://bundle', parent: null })

let window
let menu = []

class BrowserWindow extends EventEmitter {
  webContents = new WebContents()
  constructor({ webPreferences }) {
    super()
    window = this
    this.session = webPreferences.session
    this.preload = readFileSync(webPreferences.preload, 'utf8')
    app.emit('web-contents-created', {}, this.webContents)
  }
  loadURL(url) {
    tell({ type: 'open', url, preload: this.preload })
    return Promise.resolve()
  }
  close() {
    this.emit('close')
    this.webContents.emit('destroyed')
    this.emit('closed')
    app.emit('window-all-closed')
  }
  getNormalBounds = () => ({ x: 0, y: 0, width: 1040, height: 720 })
  isMaximized = () => false
  isMinimized = () => false
  setContentProtection() {}
  show() {}
  focus() {}
}

let copied = ''

process.on('message', async (message) => {
  const contents = window?.webContents
  switch (message.type) {
    case 'request': {
      const answer = await window.session.handlers.get('app')(new Request(message.url, { method: message.method }))
      const body = Buffer.from(await answer.arrayBuffer()).toString('base64')
      return tell({ type: 'answer', id: message.id, status: answer.status, headers: [...answer.headers], body })
    }
    case 'navigating':
      return contents.emit('did-start-navigation', { url: message.url, isMainFrame: true, isSameDocument: false })
    case 'navigated':
      contents.mainFrame = newFrame()
      contents.emit('did-navigate', {}, message.url, 200, 'OK')
      return window.emit('ready-to-show')
    case 'up':
      return contents.ipc.emit(FRAME_CHANNEL, { sender: contents, senderFrame: contents.mainFrame }, message.frame)
    case 'power':
      return powerMonitor.emit(message.event)
    case 'menu':
      return menu
        .find(({ label }) => label === message.menu)
        .submenu.find(({ label }) => label === message.item)
        .click()
    case 'clipboard':
      return tell({ type: 'clipboard', text: copied })
    case 'close':
      return window.close()
  }
})

export const app = new App()
export const powerMonitor = new EventEmitter()
export const ipcMain = new EventEmitter()
export const protocol = { registerSchemesAsPrivileged() {} }
export const session = { fromPartition: () => new Session() }
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
export const dialog = { showErrorBox() {}, showMessageBox: () => Promise.resolve({ response: 1 }) }
export const Menu = { buildFromTemplate: (template) => template, setApplicationMenu: (made) => void (menu = made) }
export const utilityProcess = {
  fork(file, args, { env, execArgv }) {
    const child = fork(file, args, { env, execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    return Object.assign(child, { postMessage: (message) => child.send(message, () => {}) })
  },
}
export class ClipboardItem {
  items
  constructor(items) {
    this.items = items
  }
}
export const clipboard = {
  write: async ([{ items }]) => void (copied = items['text/plain']),
  writeText: async (text) => void (copied = text),
  readText: async () => copied,
  clear: () => void (copied = ''),
}
export { BrowserWindow }
export default { app, ipcMain }
