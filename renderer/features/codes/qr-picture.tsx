import { encodeQR } from 'qr'
import { useMemo } from 'react'
import { reveal as words } from '../../i18n/codes.ts'

/** ISO/IEC 18004 §9.1: light modules around the symbol, which readers look for. */
const QUIET_ZONE = 4

/** A QR code, drawn as a path from the bits, for markup may not enter the page as text. */
export function QrPicture({ text, label = words.qr }: { text: string; label?: string | undefined }) {
  const [size, path] = useMemo(() => {
    const bits = encodeQR(text, 'raw', { border: QUIET_ZONE })
    const squares = bits.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    return [bits.length, squares.join('')]
  }, [text])
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={path} fill="currentColor" />
    </svg>
  )
}
