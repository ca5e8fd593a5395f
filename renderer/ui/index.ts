/*
 * The kit's door: thin parts every screen is made of, and the style sheets they need. `UiProvider` goes around the whole
 * page once; words come with each part's props.
 */
import './styles.css'

export * from './bones.tsx'
export * from './buttons.tsx'
export * from './cards.tsx'
export * from './choices.tsx'
export * from './code.tsx'
export { cx } from './cx.ts'
export * from './dialog.tsx'
export { digitGroups, groupDigits } from './digits.ts'
export * from './drawer.tsx'
export { mostDevices, type EightCounts } from './eight.ts'
export * from './empty.tsx'
export * from './fields.tsx'
export { loadFonts } from './fonts.ts'
export * from './frame.tsx'
export * from './icons.tsx'
export * from './key-drawing.tsx'
export { LiveRegion, VisuallyHidden, useAnnounce, type Announce, type LiveRegionProps } from './live.tsx'
export * from './marks.tsx'
export * from './menu.tsx'
export * from './provider.tsx'
export * from './sheet.tsx'
export * from './six-digits.tsx'
export * from './split.tsx'
export * from './stepper.tsx'
export * from './tabs.tsx'
export { secondsLeft, soonSeconds, type Tick } from './tick.ts'
export {
  pageClock,
  LastSeconds,
  Ring,
  StillRing,
  useSecond,
  useTick,
  useTicker,
  type RingProps,
  type StillRingProps,
} from './ticking.tsx'
export { tileLook, type TileLook } from './tile.ts'
export { Tip } from './tip.tsx'
export { useToast, type Toast } from './toast.tsx'
export { useMinute } from './use-minute.ts'
export { useSlash } from './use-slash.ts'
export { vars } from './vars.ts'
export { useUiWords, type UiWords } from './words.tsx'
