import type { Wire } from '../../shared/contract/wire.ts'

/** What the preload script puts on `window.latchkey`. */
export interface PreloadApi {
  send(frame: string): void
  onMessage(listener: (frame: string) => void): void
}

/** The desktop shell's preload, or `undefined` in a browser. */
export function preloadOf(page: object): PreloadApi | undefined {
  return 'latchkey' in page ? (page.latchkey as PreloadApi) : undefined
}

/** The wire over Electron's IPC. The main process goes with the window, so only the page itself ever closes it. */
export function electronWire(preload: PreloadApi): Wire {
  const closeListeners: (() => void)[] = []
  let isClosed = false
  return {
    send(frame) {
      if (!isClosed) preload.send(frame)
    },
    onMessage(listener) {
      preload.onMessage((frame) => {
        if (!isClosed) listener(frame)
      })
    },
    onClose(listener) {
      if (isClosed) listener()
      else closeListeners.push(listener)
    },
    close() {
      if (isClosed) return
      isClosed = true
      for (const listener of closeListeners.splice(0)) listener()
    },
  }
}
