import { StrictMode, useState, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { applyAppearance, loadFonts, UiProvider, type Appearance } from '../index.ts'
import { BenchPage } from './bench-page.tsx'
import { CodesPage } from './codes-page.tsx'
import { DevicesPage } from './devices-page.tsx'
import { FormsPage } from './forms-page.tsx'
import './gallery.css'
import { LockedPage } from './locked-page.tsx'
import { ManyPage } from './many-page.tsx'
import { PartsPage } from './parts-page.tsx'
import { RecoveryPage } from './recovery-page.tsx'
import { words } from './words.ts'

const pages: Record<string, () => ReactNode> = {
  parts: PartsPage,
  forms: FormsPage,
  codes: CodesPage,
  devices: DevicesPage,
  recovery: RecoveryPage,
  bench: BenchPage,
  locked: LockedPage,
  many: ManyPage,
}

const asked = new URLSearchParams(location.search)
const hash = location.hash.slice(1)
const appearance: Appearance = hash === 'dark' || hash === 'light' ? hash : 'system'
applyAppearance(document, appearance)

function Gallery() {
  const [Page] = useState(() => pages[asked.get('page') ?? 'parts'] ?? PartsPage)
  return (
    <UiProvider words={words} appearance={appearance}>
      <Page />
    </UiProvider>
  )
}

await loadFonts(document)
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Gallery />
  </StrictMode>,
)
