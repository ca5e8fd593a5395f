/** The preload script, in a world of its own: the page sees `window.latchkey` and nothing else. */
import { contextBridge, ipcRenderer } from 'electron'
import { pageApi } from './shells/desktop/page-api.ts'

contextBridge.exposeInMainWorld('latchkey', pageApi(ipcRenderer))
