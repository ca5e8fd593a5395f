/** The things on the bench, drawn: two security keys and a hardware token with its display. */
import { bench as words } from '../../i18n/bench.ts'
import { cx } from '../../ui/index.ts'

export function KeyDrawing({ isSpare, isOut, hasSensor }: { isSpare: boolean; isOut: boolean; hasSensor: boolean }) {
  return (
    <svg
      className={cx('keydraw', !isSpare && 'is-blue', isOut && 'is-out')}
      width="176"
      height="66"
      viewBox="0 0 128 48"
      aria-hidden="true"
    >
      {isSpare ? (
        <>
          <rect className="plug" x="22" y="12.5" width="44" height="23" rx="2" />
          <rect className="plug2" x="30" y="18" width="6" height="4" />
          <rect className="plug2" x="30" y="26" width="6" height="4" />
          <path className="body" d="M66 9.500h32a7 7 0 0 1 7 7v15a7 7 0 0 1-7 7H66z" />
          <rect className="padfill" x="80" y="16" width="16" height="16" rx="4" />
          <rect className="pad" x="80" y="16" width="16" height="16" rx="4" />
        </>
      ) : (
        <>
          <rect className="plug" x="1" y="13.5" width="27" height="21" rx="2" />
          <rect className="plug2" x="7" y="18" width="5" height="4" />
          <rect className="plug2" x="7" y="26" width="5" height="4" />
          <path className="body" d="M27 6.500h78a17.500 17.500 0 0 1 0 35H27a3 3 0 0 1-3-3v-29a3 3 0 0 1 3-3z" />
          <circle className="padfill" cx="66" cy="24" r="11" />
          <circle className="pad" cx="66" cy="24" r="11" />
          {hasSensor ? (
            <path
              className="pad"
              d="M60.500 27a6 6 0 0 1 11-5M72.500 24.500a9 9 0 0 1-.8 5.500M63 29.500a9 9 0 0 0 .6-5a2.600 2.600 0 0 1 5 0a13 13 0 0 1-.8 6.500"
            />
          ) : (
            <circle className="pad" cx="66" cy="24" r="5" />
          )}
          <circle className="hole" cx="106" cy="24" r="6.5" />
        </>
      )}
    </svg>
  )
}

/** Segments a to g of a digit, as the display lights them. */
const SEGMENTS = {
  a: 'M2.500 0h9l-1.600 2h-5.800z',
  b: 'M12.500 1v9l-2-1.400V3z',
  c: 'M12.500 20v-9l-2 1.400V18z',
  d: 'M2.500 21h9l-1.600-2h-5.800z',
  e: 'M1.500 20v-9l2 1.400V18z',
  f: 'M1.500 1v9l2-1.400V3z',
  g: 'M3 10.500l1.200-1h5.600l1.200 1-1.200 1H4.200z',
} as const
const LIT = ['abcdef', 'bc', 'abdeg', 'abcdg', 'bcfg', 'acdfg', 'acdefg', 'abc', 'abcdefg', 'abcdfg'] as const
const DIGIT_WIDTH = 16.5
const GROUP_GAP = 7

export function TokenDrawing({ code }: { code: string | undefined }) {
  const digits = [...(code ?? '      ')]
  return (
    <svg
      width="208"
      height="76"
      viewBox="0 0 208 76"
      role="img"
      aria-label={code === undefined ? words.tokenOff : words.tokenShows([...code].join(' '))}
    >
      <rect x="18.5" y=".5" width="189" height="75" rx="16" className="token-body" />
      <circle cx="16" cy="38" r="14" className="token-body" />
      <circle cx="14" cy="38" r="5" className="token-hole" />
      <rect x="38.5" y="16.5" width="120" height="43" rx="4" className="token-lcd" />
      <g transform="translate(46 27.5)">
        {digits.map((digit, at) => (
          <g key={at} transform={`translate(${at * DIGIT_WIDTH + (at >= 3 ? GROUP_GAP : 0)} 0) skewX(-4)`}>
            {Object.entries(SEGMENTS).map(([segment, path]) => (
              <path
                key={segment}
                d={path}
                className={LIT[Number(digit)]?.includes(segment) && digit !== ' ' ? 'is-lit' : 'is-ghost'}
              />
            ))}
          </g>
        ))}
      </g>
      <circle cx="183" cy="38" r="12" className="token-button" />
    </svg>
  )
}
