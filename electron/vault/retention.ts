/** Which snapshots stay: the newest of each of the last 10 hours, 7 days and 4 weeks in which there was one (UTC, weeks from Monday). */

export interface Snapshot {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly savedAt: number
  readonly generation: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** The first of January 1970 was a Thursday. */
const THURSDAY_MS = 3 * DAY_MS

export const hourOf = (at: number) => Math.floor(at / HOUR_MS)

const RULES: readonly { readonly count: number; readonly bucket: (at: number) => number }[] = [
  { count: 10, bucket: hourOf },
  { count: 7, bucket: (at) => Math.floor(at / DAY_MS) },
  { count: 4, bucket: (at) => Math.floor((at + THURSDAY_MS) / (7 * DAY_MS)) },
]

/** The ids of those that may go, oldest last. */
export function expired(snapshots: readonly Snapshot[]): string[] {
  const newestFirst = snapshots.toSorted((a, b) => b.savedAt - a.savedAt || b.generation - a.generation)
  const kept = new Set<string>()
  for (const { count, bucket } of RULES) {
    const seen = new Set<number>()
    for (const { id, savedAt } of newestFirst) {
      if (seen.has(bucket(savedAt))) continue
      if (seen.size === count) break
      seen.add(bucket(savedAt))
      kept.add(id)
    }
  }
  return newestFirst.filter(({ id }) => !kept.has(id)).map(({ id }) => id)
}
