/** All that the preload script gives the page: two functions that carry frames of the contract, and nothing of Electron's. */
import type { IpcRenderer } from 'electron'

/** The one channel, both ways. A page never names a channel. */
export const FRAME_CHANNEL = 'latchkey:frame'

export interface PageApi {
  send(frame: unknown): void
  onMessage(listener: (frame: string) => void): void
}

export const pageApi = (ipcRenderer: Pick<IpcRenderer, 'send' | 'on'>): PageApi => ({
  send(frame) {
    if (typeof frame === 'string') ipcRenderer.send(FRAME_CHANNEL, frame)
  },
  onMessage(listener) {
    // The event stays here: it leads to `ipcRenderer` (security.md §1.1 item 20).
    ipcRenderer.on(FRAME_CHANNEL, (_event, frame: unknown) => {
      if (typeof frame === 'string') listener(frame)
    })
  },
})
