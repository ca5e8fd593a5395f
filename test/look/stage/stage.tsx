/** The page as `renderer/main.tsx` draws it, on a scripted client that a test moves through `window.stage`. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '../../../renderer/app/app.tsx'
import { ClientProvider } from '../../../renderer/client/index.ts'
import { createServerTime } from '../../../renderer/client/server-time.ts'
import { createTopicStore } from '../../../renderer/client/topic-store.ts'
import { applyAppearance, loadFonts, pageClock } from '../../../renderer/ui/index.ts'
import '../../../renderer/app/app.css'
import { createScript, type Stage } from './script.ts'

declare global {
  interface Window {
    stage: Stage
  }
}

applyAppearance(document, 'system')
await loadFonts(document)
const { client, stage } = createScript()
window.stage = stage
const topics = createTopicStore(client)
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <ClientProvider page={{ client, topics, time: createServerTime(topics, pageClock) }}>
      <App />
    </ClientProvider>
  </StrictMode>,
)
