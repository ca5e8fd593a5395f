import { describe, expect, test } from 'vitest'
import { expired, type Snapshot } from './retention.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 10, 24, 12, 30)
const at = (savedAt: number, generation = 1): Snapshot => ({
  id: `${new Date(savedAt).toISOString()} ${generation}`,
  savedAt,
  generation,
})
const kept = (snapshots: readonly Snapshot[]) => {
  const gone = new Set(expired(snapshots))
  return snapshots.filter(({ id }) => !gone.has(id)).map(({ savedAt }) => savedAt)
}

describe('snapshots', () => {
  test('of the last ten hours with one stay, however far apart the hours are', () => {
    const everyThirdHour = Array.from({ length: 10 }, (_, i) => at(NOW - i * 3 * HOUR))
    expect(expired(everyThirdHour)).toEqual([])
  })

  test('one an hour for sixty days become ten hours, seven days and four weeks', () => {
    const hourly = Array.from({ length: 60 * 24 }, (_, i) => at(NOW - i * HOUR))
    const hours = Array.from({ length: 10 }, (_, i) => NOW - i * HOUR)
    // The newest of each day and of each week before: 23:30, and 23:30 of Sundays (the 24th of November 2026 is a Tuesday).
    const days = Array.from({ length: 6 }, (_, i) => Date.UTC(2026, 10, 23 - i, 23, 30))
    const weeks = [Date.UTC(2026, 10, 22, 23, 30), Date.UTC(2026, 10, 15, 23, 30), Date.UTC(2026, 10, 8, 23, 30)]
    expect(new Set(kept(hourly))).toEqual(new Set([...hours, ...days, ...weeks]))
  })

  test('of one hour become the newest, and the higher generation of one moment', () => {
    expect(kept([at(NOW), at(NOW - 1000), at(NOW - 2000)])).toEqual([NOW])
    expect(expired([at(NOW, 4), at(NOW, 5)])).toEqual([at(NOW, 4).id])
  })

  test('are never all removed', () => {
    expect(expired([at(0)])).toEqual([])
    expect(expired([])).toEqual([])
  })
})
