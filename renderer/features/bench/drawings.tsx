/** A hardware token with its display, drawn. */
import { bench as words } from '../../i18n/bench.ts'

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
