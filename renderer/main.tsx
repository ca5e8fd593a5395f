/** The page's entry: policy, fonts, link, then the application. */
import './trusted-types.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connectPage, createPage, ClientProvider, jsonRpc } from './client/index.ts'
import { App } from './app/app.tsx'
import { NoLaunch } from './app/no-launch.tsx'
import { applyAppearance, loadFonts, pageClock } from './ui/index.ts'
import './app/app.css'

applyAppearance(document, 'system')

const root = createRoot(document.getElementById('root')!)
const [link] = await Promise.all([connectPage(window, pageClock), loadFonts(document)])
root.render(
  <StrictMode>
    {'is' in link ? (
      <NoLaunch reason={link.is} />
    ) : (
      <ClientProvider page={createPage(link, jsonRpc, pageClock)}>
        <App />
      </ClientProvider>
    )}
  </StrictMode>,
)
