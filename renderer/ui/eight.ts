/** Most devices an identity may have; the ninth is refused. */
export const mostDevices = 8

export type Segment = 'on' | 'warn' | 'lost' | 'free'

/** How the devices of one identity stand, by number. */
export interface EightCounts {
  /** In order. */
  ok: number
  /** To be seen to: drifted, or the only one. */
  warn?: number | undefined
  /** Lost or stolen, still registered. */
  lost?: number | undefined
}

/** The eight segments from left to right: in order, to be seen to, lost, free. More than eight are cut off at the end. */
export function eightSegments({ ok, warn = 0, lost = 0 }: EightCounts): Segment[] {
  const filled: Segment[] = [
    ...Array.from({ length: ok }, () => 'on' as const),
    ...Array.from({ length: warn }, () => 'warn' as const),
    ...Array.from({ length: lost }, () => 'lost' as const),
  ]
  return Array.from({ length: mostDevices }, (_, at) => filled[at] ?? 'free')
}
