import { cx } from './cx.ts'

/** What a key looks like: `a` a USB-A stick, `c` a USB-C one, `short` a stub, `finger` one with a reader. */
export type KeyShape = 'a' | 'c' | 'short' | 'finger'
export type KeyTint = 'blue' | 'green' | 'red'

export interface KeyDrawingProps {
  shape: KeyShape
  /** Where its name says its colour. */
  tint?: KeyTint | undefined
  /** Not plugged in: faded. */
  isOut?: boolean | undefined
  /** It waits for a hand: its pad blinks, or stands lit for who wants no motion. */
  isWaiting?: boolean | undefined
  /** Width in pixels; the width of its place if absent. */
  width?: number | undefined
}

/** A security key, drawn. The words beside it say what it shows. */
export function KeyDrawing({ shape, tint, isOut, isWaiting, width }: KeyDrawingProps) {
  const size = width === undefined ? {} : { width, height: Math.round((width * 48) / 128) }
  return (
    <svg
      {...size}
      className={cx(
        'keydraw',
        tint !== undefined && `is-${tint}`,
        isOut && 'is-out',
        isWaiting && 'is-waiting',
        width === undefined && 'is-wide',
      )}
      viewBox="0 0 128 48"
      aria-hidden="true"
    >
      {shapes[shape]}
    </svg>
  )
}

const stick = (
  <>
    <rect className="plug" x="1" y="13.5" width="27" height="21" rx="2" />
    <rect className="plug2" x="7" y="18" width="5" height="4" />
    <rect className="plug2" x="7" y="26" width="5" height="4" />
    <path className="body" d="M27 6.500h78a17.500 17.500 0 0 1 0 35H27a3 3 0 0 1-3-3v-29a3 3 0 0 1 3-3z" />
    <circle className="padfill" cx="66" cy="24" r="11" />
    <circle className="pad" cx="66" cy="24" r="11" />
    <circle className="hole" cx="106" cy="24" r="6.5" />
  </>
)

const shapes = {
  a: (
    <>
      {stick}
      <circle className="pad" cx="66" cy="24" r="5" />
    </>
  ),
  finger: (
    <>
      {stick}
      <path
        className="pad"
        d="M60.500 27a6 6 0 0 1 11-5M72.500 24.500a9 9 0 0 1-.8 5.500M63 29.500a9 9 0 0 0 .6-5a2.600 2.600 0 0 1 5 0a13 13 0 0 1-.8 6.500"
      />
    </>
  ),
  c: (
    <>
      <rect className="plug" x="9" y="17.500" width="19" height="13" rx="5.500" />
      <path className="body" d="M29 8.500h76a15.500 15.500 0 0 1 0 31H29a5 5 0 0 1-5-5v-21a5 5 0 0 1 5-5z" />
      <circle className="padfill" cx="66" cy="24" r="10" />
      <circle className="pad" cx="66" cy="24" r="10" />
      <path className="pad" d="M66 19.500v9M62.500 23l3.500-3.500 3.500 3.500" strokeWidth="1.300" />
      <circle className="hole" cx="107" cy="24" r="6" />
    </>
  ),
  short: (
    <>
      <rect className="plug" x="22" y="12.500" width="44" height="23" rx="2" />
      <rect className="plug2" x="30" y="18" width="6" height="4" />
      <rect className="plug2" x="30" y="26" width="6" height="4" />
      <path className="body" d="M66 9.500h32a7 7 0 0 1 7 7v15a7 7 0 0 1-7 7H66z" />
      <rect className="padfill" x="80" y="16" width="16" height="16" rx="4" />
      <rect className="pad" x="80" y="16" width="16" height="16" rx="4" />
    </>
  ),
}

export type CoachScene = 'unplug' | 'plug' | 'touch' | 'check'

/** A computer's edge with its port, and the key beside or in it: what the hand has to do now. */
export function CoachDrawing({ scene, shape, tint }: Pick<KeyDrawingProps, 'shape' | 'tint'> & { scene: CoachScene }) {
  return (
    <svg className={cx('lk-coach-draw', `is-${scene}`)} viewBox="0 0 240 72" aria-hidden="true">
      <path className="port-body" d="M0 4.500h52a6 6 0 0 1 6 6v51a6 6 0 0 1-6 6H0" />
      <rect className="port" x="50" y="24" width="8" height="24" rx="1.5" />
      <g className="key">
        <svg
          x={scene === 'touch' || scene === 'check' ? 34 : 92}
          y="12"
          width="128"
          height="48"
          viewBox="0 0 128 48"
          className={cx('keydraw', tint !== undefined && `is-${tint}`, scene === 'touch' && 'is-waiting')}
        >
          {shapes[shape]}
        </svg>
      </g>
      {/* The part of the computer that covers the plug. */}
      {(scene === 'touch' || scene === 'check') && <path className="port-front" d="M0 5h51v62H0z" />}
      {scene === 'unplug' && <path className="arrow" d="M66 36h20M80 30l6 6-6 6" />}
      {scene === 'plug' && <path className="arrow" d="M86 36H66M72 30l-6 6 6 6" />}
    </svg>
  )
}

/** A fingerprint that fills as it is learnt. `share`: 0 to 1. */
export function FingerDrawing({ share, isWaiting }: { share: number; isWaiting?: boolean | undefined }) {
  const lit = Math.round(share * ridges.length)
  return (
    <svg className={cx('lk-finger-draw', isWaiting && 'is-waiting')} viewBox="0 0 96 112" aria-hidden="true">
      {ridges.map((ridge, at) => (
        <path key={ridge} d={ridge} className={at < lit ? 'is-taken' : undefined} />
      ))}
    </svg>
  )
}

// From the core of the print outwards.
const ridges = [
  'M48 56v14',
  'M40 72V55a8 8 0 0 1 16 0v18',
  'M32 74V54a16 16 0 0 1 32 0v20a20 20 0 0 1-2 9',
  'M42 88a28 28 0 0 0 6-8',
  'M24 76V54a24 24 0 0 1 48 0v22',
  'M34 90a22 22 0 0 0 5-8M70 84a40 40 0 0 1-5 10',
  'M16 72V54a32 32 0 0 1 32-32',
  'M52 22.300A32 32 0 0 1 80 54v20',
  'M52 100a44 44 0 0 0 8-10M26 88a16 16 0 0 1-4 4',
  'M8 64V54a40 40 0 0 1 14-30.400M29 18.700A40 40 0 0 1 88 54v14',
]
