/**
 * The wire of a window's page over Electron's IPC. A document has one wire, from its first frame until it is left, crashes or
 * is gone; the next document gets a new one, and what the last one still sends in between is dropped.
 */
import type { WebContents } from 'electron'
import type { Wire } from '../../../shared/contract/index.ts'
import { FRAME_CHANNEL } from './page-api.ts'
import { isOurPage, isPageUrl } from './sender.ts'

/**
 * Calls `onWire` with a wire for each document of the page. Where the services close it (too many bad frames), the document
 * goes with it: it is broken or taken over, and would otherwise wait for answers for ever.
 */
export function serveWindow(contents: WebContents, onWire: (wire: Wire) => void): void {
  let current: PageWire | undefined
  let isLeaving = false
  const leave = () => {
    current?.left()
    current = undefined
  }

  contents.ipc.on(FRAME_CHANNEL, (event, frame: unknown) => {
    if (isLeaving || contents.isDestroyed() || event.sender !== contents) return
    if (!isOurPage(event.senderFrame, contents.mainFrame)) return
    if (!current) {
      current = new PageWire(contents)
      onWire(current)
    }
    // The preload script sends text alone: this page speaks past it. Text that is too long is counted behind the wire.
    if (typeof frame === 'string') current.received(frame)
    else current.close()
  })
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument, url }) => {
    // An address that is going to be refused starts as well (`will-navigate` comes after), and then this document stays.
    if (!isMainFrame || isSameDocument || !isPageUrl(url)) return
    isLeaving = true
    leave()
  })
  contents.on('did-navigate', () => {
    leave()
    isLeaving = false
  })
  contents.on('render-process-gone', leave)
  contents.on('destroyed', leave)
}

class PageWire implements Wire {
  readonly #contents: WebContents
  #isClosed = false
  #messageListeners: ((frame: string) => void)[] = []
  #closeListeners: (() => void)[] = []
  /** Frames that came before anybody listened. */
  #early: string[] = []

  constructor(contents: WebContents) {
    this.#contents = contents
  }
  send(frame: string) {
    if (!this.#isClosed) this.#contents.send(FRAME_CHANNEL, frame)
  }
  onMessage(listener: (frame: string) => void) {
    this.#messageListeners.push(listener)
    for (const frame of this.#early.splice(0)) listener(frame)
  }
  onClose(listener: () => void) {
    if (this.#isClosed) listener()
    else this.#closeListeners.push(listener)
  }
  close() {
    if (this.#isClosed) return
    this.left()
    if (!this.#contents.isDestroyed()) this.#contents.reload()
  }

  received(frame: string) {
    if (this.#isClosed) return
    if (this.#messageListeners.length === 0) this.#early.push(frame)
    for (const listener of this.#messageListeners) listener(frame)
  }
  /** The document is gone, or going. */
  left() {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const listener of this.#closeListeners.splice(0)) listener()
  }
}
