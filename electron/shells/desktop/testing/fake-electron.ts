/**
 * As much of Electron as the desktop shell uses, recording what is done to it, so that the shell can be judged where no binary
 * runs. Members that are called have Electron's own types; events are emitted by the tests in the order of its documentation.
 */
import { EventEmitter } from 'node:events'
import type {
  App,
  BrowserWindow,
  Clipboard,
  ContextBridge,
  Dialog,
  DownloadItem,
  ForkOptions,
  IpcRenderer,
  MenuItemConstructorOptions,
  MessageBoxOptions,
  Protocol,
  Screen,
  Session,
  UtilityProcess,
  WebContents,
} from 'electron'
import { FRAME_CHANNEL } from '../page-api.ts'
import { PAGE_ORIGIN, PAGE_URL, type Frame } from '../sender.ts'

/** What was done, in order. */
export const done: string[] = []

/** An event that can be refused. */
export class FakeEvent {
  isPrevented = false
  preventDefault(): void {
    this.isPrevented = true
  }
}

export class FakeFrame implements Frame {
  origin: string
  parent: object | null
  constructor(origin: string = PAGE_ORIGIN, parent: object | null = null) {
    this.origin = origin
    this.parent = parent
  }
}

type ContentsPart = Pick<
  WebContents,
  'isDestroyed' | 'send' | 'reload' | 'getURL' | 'setWindowOpenHandler' | 'setWebRTCIPHandlingPolicy'
>

export class FakeContents extends EventEmitter implements ContentsPart {
  readonly ipc = new EventEmitter()
  mainFrame = new FakeFrame()
  url = PAGE_URL
  reloads = 0
  webRtcPolicy: Parameters<WebContents['setWebRTCIPHandlingPolicy']>[0] | undefined
  openHandler: Parameters<WebContents['setWindowOpenHandler']>[0] | undefined
  /** Told of each frame that goes down to the page. */
  onDown: (frame: unknown) => void = () => {}
  #isDestroyed = false

  get asElectron(): WebContents {
    return this as unknown as WebContents
  }
  isDestroyed = () => this.#isDestroyed
  getURL = () => this.url
  setWindowOpenHandler = (handler: Parameters<WebContents['setWindowOpenHandler']>[0]) => {
    this.openHandler = handler
  }
  setWebRTCIPHandlingPolicy = (policy: Parameters<WebContents['setWebRTCIPHandlingPolicy']>[0]) => {
    this.webRtcPolicy = policy
  }
  send(channel: string, ...values: unknown[]) {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed')
    if (channel === FRAME_CHANNEL) this.onDown(values[0])
  }
  /** By the main process: nothing asks whether it may. */
  reload() {
    this.reloads += 1
    this.startNavigation(this.url)
    this.commit(this.url)
  }

  /** The page speaks. */
  up(frame: unknown, senderFrame: Frame | null = this.mainFrame, sender: object = this): void {
    this.ipc.emit(FRAME_CHANNEL, { sender, senderFrame }, frame)
  }
  /** By the page or a person. Answers whether it was let go on. */
  navigate(url: string): boolean {
    this.startNavigation(url)
    const event = Object.assign(new FakeEvent(), { url, isMainFrame: true, isSameDocument: false })
    this.emit('will-frame-navigate', event)
    if (!event.isPrevented) this.emit('will-navigate', event)
    if (!event.isPrevented) this.commit(url)
    return !event.isPrevented
  }
  startNavigation(url: string, { isMainFrame = true, isSameDocument = false } = {}): void {
    this.emit('did-start-navigation', { url, isMainFrame, isSameDocument })
  }
  commit(url: string): void {
    this.url = url
    this.mainFrame = new FakeFrame()
    this.emit('did-navigate', {}, url, 200, 'OK')
  }
  crash(reason: 'crashed' | 'oom' | 'killed' | 'clean-exit' = 'crashed'): void {
    this.emit('render-process-gone', {}, { reason, exitCode: 1 })
  }
  destroy(): void {
    this.#isDestroyed = true
    this.emit('destroyed')
  }
}

type Handler<M extends keyof Session> = Session[M] extends (handler: infer H, ...more: never[]) => unknown
  ? NonNullable<H>
  : never
type RequestListener = NonNullable<Parameters<Session['webRequest']['onBeforeRequest']>[0]> & ((...a: never[]) => void)

export class FakeSession extends EventEmitter {
  onRequest!: Handler<'setPermissionRequestHandler'>
  onCheck!: Handler<'setPermissionCheckHandler'>
  onDevice!: Handler<'setDevicePermissionHandler'>
  onPairing!: Handler<'setBluetoothPairingHandler'>
  onProtected!: Handler<'setUSBProtectedClassesHandler'>
  onBeforeRequest!: RequestListener
  readonly served = new Map<string, Parameters<Protocol['handle']>[1]>()

  setPermissionRequestHandler = (handler: Handler<'setPermissionRequestHandler'>) => void (this.onRequest = handler)
  setPermissionCheckHandler = (handler: Handler<'setPermissionCheckHandler'>) => void (this.onCheck = handler)
  setDevicePermissionHandler = (handler: Handler<'setDevicePermissionHandler'>) => void (this.onDevice = handler)
  setBluetoothPairingHandler = (handler: Handler<'setBluetoothPairingHandler'>) => void (this.onPairing = handler)
  setUSBProtectedClassesHandler = (handler: Handler<'setUSBProtectedClassesHandler'>) =>
    void (this.onProtected = handler)
  webRequest = { onBeforeRequest: (listener: RequestListener) => void (this.onBeforeRequest = listener) }
  protocol = {
    handle: (scheme: string, handler: Parameters<Protocol['handle']>[1]) => void this.served.set(scheme, handler),
  }
  get asElectron(): Session {
    return this as unknown as Session
  }
}

export class FakeUtility extends EventEmitter implements Pick<UtilityProcess, 'postMessage' | 'kill'> {
  readonly given: [file: string, args?: string[], options?: ForkOptions]
  readonly sent: unknown[] = []
  hasProcess = true
  isKilled = false
  constructor(given: FakeUtility['given']) {
    super()
    this.given = given
  }
  postMessage = (message: unknown) => void this.sent.push(message)
  kill(): boolean {
    if (this.hasProcess) this.isKilled = true
    return this.hasProcess
  }
}

type DownloadPart = Pick<DownloadItem, 'getURLChain' | 'getFilename' | 'setSaveDialogOptions'>

export class FakeDownload extends EventEmitter implements DownloadPart {
  readonly #chain: readonly string[]
  readonly #name: string
  saveDialog: Parameters<DownloadItem['setSaveDialogOptions']>[0] | undefined
  constructor(chain: readonly string[], name = 'latchkey-backup.age') {
    super()
    this.#chain = chain
    this.#name = name
  }
  getURLChain = () => [...this.#chain]
  getFilename = () => this.#name
  setSaveDialogOptions = (options: Parameters<DownloadItem['setSaveDialogOptions']>[0]) => {
    this.saveDialog = options
  }
}

type WindowPart = Pick<
  BrowserWindow,
  | 'setContentProtection'
  | 'maximize'
  | 'isMaximized'
  | 'isMinimized'
  | 'restore'
  | 'show'
  | 'focus'
  | 'getNormalBounds'
  | 'loadURL'
  | 'close'
>

export class FakeWindow extends EventEmitter implements WindowPart {
  static all: FakeWindow[] = []
  readonly webContents = new FakeContents()
  readonly options: Electron.BrowserWindowConstructorOptions
  isContentProtected = false
  loaded: string[] = []
  bounds = { x: 10, y: 20, width: 800, height: 600 }
  #isMaximized = false
  #isMinimized = false

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.options = options
    FakeWindow.all.push(this)
    done.push('open window')
    app.emit('web-contents-created', {}, this.webContents)
  }
  setContentProtection = (enable: boolean) => {
    this.isContentProtected = enable
  }
  maximize = () => {
    this.#isMaximized = true
  }
  minimize = () => {
    this.#isMinimized = true
  }
  isMaximized = () => this.#isMaximized
  isMinimized = () => this.#isMinimized
  restore = () => {
    this.#isMinimized = false
  }
  show = () => void done.push('show')
  focus = () => void done.push('focus')
  getNormalBounds = () => this.bounds
  loadURL = (url: string) => {
    this.loaded.push(url)
    return Promise.resolve()
  }
  close = () => {
    this.emit('close')
    this.webContents.destroy()
    FakeWindow.all = FakeWindow.all.filter((other) => other !== this)
    this.emit('closed')
    if (FakeWindow.all.length === 0) app.emit('window-all-closed')
  }
}

type AppPart = Pick<App, 'enableSandbox' | 'whenReady' | 'quit' | 'exit' | 'relaunch' | 'requestSingleInstanceLock'>

export class FakeApp extends EventEmitter implements AppPart {
  isFirstInstance = true
  hasQuit = false
  exitCode: number | undefined
  relaunches = 0
  #resolveReady = () => {}
  readonly #ready = new Promise<void>((resolve) => (this.#resolveReady = resolve))
  readonly paths = new Map<string, string>([['documents', '/home/ada/Documents']])

  get asElectron(): App {
    return this as unknown as App
  }
  enableSandbox = () => void done.push('enable sandbox')
  whenReady = () => this.#ready
  becomeReady = () => {
    done.push('ready')
    this.#resolveReady()
  }
  setPath = (name: string, path: string) => {
    done.push(`set ${name}`)
    this.paths.set(name, path)
  }
  getPath = (name: string) => this.paths.get(name) ?? ''
  requestSingleInstanceLock = () => {
    done.push('ask for single instance')
    return this.isFirstInstance
  }
  relaunch = () => {
    this.relaunches += 1
  }
  exit = (code = 0) => {
    this.exitCode = code
  }
  /** As Electron: asked first, then windows close, then the end. */
  quit = () => {
    const event = new FakeEvent()
    this.emit('before-quit', event)
    if (event.isPrevented) return
    this.hasQuit = true
    for (const window of FakeWindow.all) window.close()
  }
}

export class FakeClipboardItem {
  readonly items: Record<string, string | Blob>
  constructor(items: Record<string, string | Blob>) {
    this.items = items
  }
}

type ClipboardPart = Pick<Clipboard, 'readText' | 'writeText' | 'clear'>

export class FakeClipboard implements ClipboardPart {
  text = ''
  written: Record<string, string | Blob>[] = []
  refusesItems = false
  readText = async () => this.text
  writeText = async (text: string) => {
    this.text = text
  }
  write = async ([item]: FakeClipboardItem[]) => {
    if (this.refusesItems) throw new Error('unsupported format')
    this.written.push(item!.items)
    this.text = String(item!.items['text/plain'])
  }
  clear = () => {
    this.text = ''
  }
}

export const app = new FakeApp()
export const clipboard = new FakeClipboard()
export const sessions = new Map<string, FakeSession>()
export const menus: MenuItemConstructorOptions[][] = []
export const schemes: Parameters<Protocol['registerSchemesAsPrivileged']>[0] = []
export const exposed: [name: string, api: Record<string, unknown>][] = []
export const displays = [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }]
/** Boxes that were shown, and what the person presses in the next one. */
export const boxes: { belongsTo: unknown; box: MessageBoxOptions }[] = []
export const errorBoxes: string[] = []
export const utilities: FakeUtility[] = []
export const person = { presses: 0 }
export const ipcMain = new EventEmitter()
export const powerMonitor = new EventEmitter()
export const ipcRenderer = Object.assign(new EventEmitter(), {
  sent: [] as [channel: string, ...values: unknown[]][],
  send(channel: string, ...values: unknown[]) {
    ipcRenderer.sent.push([channel, ...values])
  },
} satisfies Pick<IpcRenderer, 'send'> & { sent: unknown[] })

const contextBridge: Pick<ContextBridge, 'exposeInMainWorld'> = {
  exposeInMainWorld: (name: string, api: Record<string, unknown>) => void exposed.push([name, api]),
}
const dialog: Pick<Dialog, 'showErrorBox'> & { showMessageBox(...given: unknown[]): Promise<{ response: number }> } = {
  showErrorBox: (title, content) => void errorBoxes.push(`${title}: ${content}`),
  showMessageBox(...given) {
    const [box, belongsTo] = given.toReversed()
    boxes.push({ belongsTo, box: box as MessageBoxOptions })
    return Promise.resolve({ response: person.presses })
  },
}

/** What `import … from 'electron'` gives. */
export const electron = {
  app,
  BrowserWindow: FakeWindow,
  clipboard,
  ClipboardItem: FakeClipboardItem,
  contextBridge,
  dialog,
  ipcMain,
  ipcRenderer,
  Menu: {
    buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
    setApplicationMenu: (menu: MenuItemConstructorOptions[]) => void menus.push(menu),
  },
  powerMonitor,
  protocol: {
    registerSchemesAsPrivileged(given) {
      done.push('declare scheme')
      schemes.push(...given)
    },
  } satisfies Pick<Protocol, 'registerSchemesAsPrivileged'>,
  screen: { getAllDisplays: () => displays as ReturnType<Screen['getAllDisplays']> },
  session: {
    fromPartition(partition: string) {
      const made = sessions.get(partition) ?? new FakeSession()
      if (!sessions.has(partition)) {
        sessions.set(partition, made)
        app.emit('session-created', made)
      }
      return made
    },
  },
  utilityProcess: {
    fork(...given: FakeUtility['given']) {
      const made = new FakeUtility(given)
      utilities.push(made)
      return made
    },
  },
}
