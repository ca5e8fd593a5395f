import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import type { Clock } from '../../shared/kit/index.ts'
import { cx } from './cx.ts'
import { vars } from './vars.ts'
import { Tick, type TickPage } from './tick.ts'
import { useUiWords } from './words.tsx'

const TickContext = createContext<Tick | undefined>(undefined)

/** The page as the tick sees it: properties go on the root element. */
export function documentTickPage(page: Document): TickPage {
  return {
    setProperty: (name, value) => page.documentElement.style.setProperty(name, value),
    isHidden: () => page.hidden,
    onVisibility: (run) => {
      page.addEventListener('visibilitychange', run)
      return () => page.removeEventListener('visibilitychange', run)
    },
  }
}

/** The page's own time, for where no corrected clock is handed in. */
export const pageClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Shares one tick with all countdowns below. `clock` is expected to stay the same object; move time and `refresh`. */
export function TickProvider({ clock, children }: { clock: Clock; children: ReactNode }) {
  const tick = useMemo(() => new Tick(clock, documentTickPage(document)), [clock])
  return <TickContext value={tick}>{children}</TickContext>
}

/** The shared tick: `now()`, and `refresh()` after the clock was moved. Throws outside a `UiProvider`. */
export function useTicker(): Tick {
  const tick = useContext(TickContext)
  if (!tick) throw new Error('useTicker needs a UiProvider above it')
  return tick
}

/** Keeps `--left-<seconds>` (0 to 1) on the root element up to date for each of `periods` while this is mounted. */
export function useTick(periods: readonly number[]): void {
  const tick = useTicker()
  const wanted = [...new Set(periods)].toSorted((a, b) => a - b).join(' ')
  useEffect(() => {
    if (wanted === '') return undefined
    const stops = wanted.split(' ').map((seconds) => tick.use(Number(seconds)))
    return () => stops.forEach((stop) => stop())
  }, [tick, wanted])
}

/** Wall time in whole seconds (as milliseconds since 1970); draws the caller again each second. Use sparingly. */
export function useSecond(): number {
  const tick = useTicker()
  const second = () => Math.floor(tick.now() / 1000) * 1000
  return useSyncExternalStore((run) => tick.onSecond(run), second, second)
}

export interface RingProps {
  /** Length of the period in seconds. */
  period: number
}

/** The ring that runs out with its period, and the seconds left in it. Neither makes React draw anything again. */
export function Ring({ period }: RingProps) {
  const tick = useTicker()
  const words = useUiWords()
  const ring = useRef<HTMLSpanElement>(null)
  const text = useRef<HTMLSpanElement>(null)
  useLayoutEffect(
    () =>
      tick.show(period, {
        show: (seconds, share) => {
          ring.current?.style.setProperty('--left', share)
          const node = text.current?.firstChild
          if (node) node.nodeValue = seconds
          else if (text.current) text.current.textContent = seconds
        },
        setSoon: (isSoon) => ring.current?.classList.toggle('is-soon', isSoon),
      }),
    [tick, period],
  )
  return (
    <span ref={ring} className="lk-ring">
      <RingShape />
      <span ref={text} className="num" />
      <span className="vh"> {words.secondsLeft}</span>
    </span>
  )
}

export interface LastSecondsProps {
  /** Length of the period in seconds. */
  period: number
  /** How many seconds before its end the content appears. */
  seconds: number
  children: ReactNode
}

/** Content seen only in the last seconds of a period; it keeps its room. React draws nothing again for it. */
export function LastSeconds({ period, seconds, children }: LastSecondsProps) {
  const tick = useTicker()
  const content = useRef<HTMLSpanElement>(null)
  useLayoutEffect(
    () =>
      tick.show(period, {
        show: (left) => content.current?.classList.toggle('is-late', Number(left) <= seconds),
        setSoon: () => {},
      }),
    [tick, period, seconds],
  )
  return (
    <span ref={content} className="lk-last-seconds" aria-hidden="true">
      {children}
    </span>
  )
}

export interface StillRingProps {
  /** Seconds shown in it. */
  seconds: number
  /** Length of the whole in seconds. */
  of: number
}

/** A ring that stands still at a given moment: for a wait that somebody else counts. */
export function StillRing({ seconds, of }: StillRingProps) {
  const words = useUiWords()
  return (
    <span className={cx('lk-ring', seconds <= 5 && 'is-soon')} style={vars({ '--left': seconds / of })}>
      <RingShape />
      <span className="num">{seconds}</span>
      <span className="vh"> {words.secondsLeft}</span>
    </span>
  )
}

function RingShape() {
  return (
    <svg viewBox="0 0 28 28" aria-hidden="true">
      <circle className="track" cx="14" cy="14" r="12.5" />
      <circle className="left" cx="14" cy="14" r="12.5" pathLength="1" />
    </svg>
  )
}
