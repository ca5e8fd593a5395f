/** The wire of one page over Electron's IPC. It closes when the page is left, reloaded or gone. */
import type { IpcMain, WebContents } from 'electron'
import { MAX_FRAME_LENGTH, type Wire } from '../../../shared/contract/index.ts'
import { isOurPage } from './sender.ts'

export const FRAME_CHANNEL = 'latchkey:frame'

/** Calls `onWire` with a new wire for the page's present document and for each one after it. */
export function serveWindow(ipcMain: IpcMain, contents: WebContents, onWire: (wire: Wire) => void): void {
  let current: PageWire | undefined
  const end = () => {
    current?.closed()
    current = undefined
  }
  ipcMain.on(FRAME_CHANNEL, (event, frame: unknown) => {
    if (event.sender !== contents || !isOurPage(event, contents.isDestroyed() ? undefined : contents.mainFrame)) return
    if (typeof frame !== 'string' || frame.length > MAX_FRAME_LENGTH) return
    if (!current) {
      current = new PageWire(contents)
      onWire(current)
    }
    current.received(frame)
  })
  contents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) end()
  })
  contents.on('render-process-gone', end)
  contents.on('destroyed', end)
}

class PageWire implements Wire {
  #contents: WebContents
  #isClosed = false
  #listener: ((frame: string) => void) | undefined
  #early: string[] = []
  #onClose: (() => void)[] = []

  constructor(contents: WebContents) {
    this.#contents = contents
  }
  send(frame: string) {
    if (!this.#isClosed && !this.#contents.isDestroyed()) this.#contents.send(FRAME_CHANNEL, frame)
  }
  onMessage(listener: (frame: string) => void) {
    this.#listener = listener
    for (const frame of this.#early.splice(0)) listener(frame)
  }
  onClose(listener: () => void) {
    if (this.#isClosed) listener()
    else this.#onClose.push(listener)
  }
  close() {
    this.closed()
  }
  received(frame: string) {
    if (this.#isClosed) return
    if (this.#listener) this.#listener(frame)
    else this.#early.push(frame)
  }
  closed() {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const listener of this.#onClose.splice(0)) listener()
  }
}
