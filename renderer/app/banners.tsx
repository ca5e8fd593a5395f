/** One line each about the whole program, worst first. */
import type { State } from '../../shared/contract/index.ts'
import { useClient, useLinkStatus, useTopic } from '../client/index.ts'
import { atDayTime } from '../i18n/format.ts'
import { frame } from '../i18n/frame.ts'
import { weak } from '../i18n/whatif.ts'
import { Banner, Link } from '../ui/index.ts'

interface BannersProps {
  readonly vault: Extract<State<'vault'>, { state: 'unlocked' }>
  readonly isDemo: boolean
  readonly isBenchOpen: boolean
  readonly onBench: () => void
  /** Shows single points of failure; absent where they are shown already. */
  readonly onWeakPoints: (() => void) | undefined
}

export function Banners({ vault, isDemo, isBenchOpen, onBench, onWeakPoints }: BannersProps) {
  const client = useClient()
  const link = useLinkStatus()
  const app = useTopic('app').state
  const newWeak = useTopic('whatif').state?.weakPoints.newSince ?? 0
  const movedAside = app?.settingsMovedAside
  const worldAside = app?.worldMovedAside
  return (
    <>
      {link === 'lost' && (
        <Banner
          tone="warn"
          icon="warn"
          title={frame.lost}
          action={<Link onClick={() => client.link.retry()}>{frame.retry}</Link>}
        >
          {frame.lostMore}
        </Banner>
      )}
      {vault.fellBack && (
        <Banner tone="danger" icon="alert" title={frame.fellBack}>
          {frame.fellBackMore(
            vault.fellBack.from,
            vault.fellBack.savedAt === undefined ? '' : ` of ${atDayTime(vault.fellBack.savedAt)}`,
          )}
        </Banner>
      )}
      {vault.rolledBack && (
        <Banner tone="danger" icon="alert" title={frame.rolledBack}>
          {frame.rolledBackMore}
        </Banner>
      )}
      {vault.heldBy !== undefined && (
        <Banner tone="warn" icon="lock" title={frame.readOnly(vault.heldBy)}>
          {frame.readOnlyMore}
        </Banner>
      )}
      {movedAside !== undefined && <Banner tone="warn" icon="warn" title={frame.settingsMovedAside(movedAside)} />}
      {worldAside !== undefined && <Banner tone="warn" icon="warn" title={frame.worldMovedAside(worldAside)} />}
      {newWeak > 0 && onWeakPoints && (
        <Banner icon="whatif" title={weak.banner(newWeak)} action={<Link onClick={onWeakPoints}>{weak.show}</Link>}>
          {weak.bannerMore}
        </Banner>
      )}
      {isDemo && (
        <Banner
          icon="bench"
          title={frame.demo}
          action={<Link onClick={onBench}>{isBenchOpen ? frame.closeBench : frame.openBench}</Link>}
        >
          {frame.demoMore}
        </Banner>
      )}
    </>
  )
}
