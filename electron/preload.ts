/** The page's whole view of Electron: two functions that carry frames of the contract. */
import { contextBridge, ipcRenderer } from 'electron'

const FRAME_CHANNEL = 'latchkey:frame'

contextBridge.exposeInMainWorld('latchkey', {
  send: (frame: unknown) => {
    if (typeof frame === 'string') ipcRenderer.send(FRAME_CHANNEL, frame)
  },
  onMessage: (listener: (frame: string) => void) => {
    ipcRenderer.on(FRAME_CHANNEL, (_event, frame: unknown) => {
      if (typeof frame === 'string') listener(frame)
    })
  },
})
