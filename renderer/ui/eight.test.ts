import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eightSegments } from './eight.ts'

describe('The bar of eight', () => {
  it('shows devices in order first, then those to be seen to, then lost ones, then free places', () => {
    expect(eightSegments({ ok: 2, warn: 1, lost: 1 })).toEqual([
      'on',
      'on',
      'warn',
      'lost',
      'free',
      'free',
      'free',
      'free',
    ])
  })
  it('shows a single device that is the only way in as one to be seen to', () => {
    expect(eightSegments({ ok: 0, warn: 1 })).toEqual(['warn', 'free', 'free', 'free', 'free', 'free', 'free', 'free'])
  })
  it('always has eight segments, of which as many are taken as there are devices, up to eight', () => {
    const count = fc.integer({ min: 0, max: 12 })
    fc.assert(
      fc.property(count, count, count, (ok, warn, lost) => {
        const segments = eightSegments({ ok, warn, lost })
        expect(segments).toHaveLength(8)
        expect(segments.filter((segment) => segment !== 'free')).toHaveLength(Math.min(8, ok + warn + lost))
      }),
    )
  })
})
