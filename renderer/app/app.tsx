/** What is shown: connecting, a new vault, a locked one, or the frame with its rooms. */
import { useEffect, useRef, useState, type ComponentProps } from 'react'
import { useLinkStatus, useServerTime, useTopic } from '../client/index.ts'
import { FirstRunScreen } from '../features/vault/first-run-screen.tsx'
import { BrokenVaultScreen, LockedScreen } from '../features/vault/locked-screen.tsx'
import { frame, kit } from '../i18n/frame.ts'
import { UiProvider, useTicker } from '../ui/index.ts'
import { Asks } from './ask-host.tsx'
import { Blank } from './blank.tsx'
import { Frame } from './frame.tsx'

export function App() {
  const clock = useServerTime()
  const appearance = useTopic('settings').state?.theme
  return (
    <UiProvider words={kit} appearance={appearance} clock={clock}>
      <Moved />
      <Asks />
      <Inside />
    </UiProvider>
  )
}

/** The tick follows at once when the time that codes are made for was moved or corrected. */
function Moved() {
  const ticker = useTicker()
  const time = useServerTime()
  useEffect(() => time.onJump(() => ticker.refresh()), [ticker, time])
  return null
}

function Inside() {
  const link = useLinkStatus()
  const vault = useTopic('vault').state
  const app = useTopic('app').state
  useFreshDocumentOnLock(vault?.state)
  if (link === 'stopped') return <Blank title={frame.stopped} more={frame.stoppedMore} />
  if (!vault) return <Blank title={frame.opening} />
  switch (vault.state) {
    case 'absent':
      return <FirstRunScreen />
    case 'locked':
      return <LockedScreen ways={vault.ways} keyThrough={vault.keyThrough} />
    case 'damaged':
    case 'missing':
    case 'newer':
      return <BrokenVault vault={vault} dataDir={app?.dataDir} />
    case 'unlocked':
      return <Frame vault={vault} />
  }
}

type Broken = ComponentProps<typeof BrokenVaultScreen>['vault']
const ANY_WAY = ['passphrase', 'recovery-code'] as const

/** What is wrong, until the person has mended it and tries again: then the way in, where a new failure is said too. */
function BrokenVault({ vault, dataDir }: { vault: Broken; dataDir: string | undefined }) {
  const [isTrying, setTrying] = useState(false)
  if (isTrying) return <LockedScreen ways={ANY_WAY} keyThrough={[]} />
  return <BrokenVaultScreen vault={vault} dataDir={dataDir} onAgain={() => setTrying(true)} />
}

/** After a lock nothing of what was shown may stay in this document's memory (architecture.md "Vault"). */
function useFreshDocumentOnLock(state: string | undefined) {
  const wasUnlocked = useRef(false)
  useEffect(() => {
    if (state === 'unlocked') wasUnlocked.current = true
    else if (state !== undefined && wasUnlocked.current) location.reload()
  }, [state])
}
