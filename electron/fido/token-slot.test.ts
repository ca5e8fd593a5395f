import { describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { TokenSlot } from './token-slot.ts'

const MC = 1
const GA = 2
const CM = 4
const LBW = 16

function setUp(grant: { permissions: number; rpId?: string; lifetimeMs?: number; firstUseMs?: number }) {
  const clock = new FakeClock()
  const slot = new TokenSlot<Uint8Array>(clock, (token) => token.fill(0))
  const token = new Uint8Array(32).fill(9)
  slot.put(token, grant)
  return { clock, slot, token }
}

describe('a token', () => {
  it('is given for what it permits and for no more', () => {
    const { slot, token } = setUp({ permissions: CM | LBW })
    expect(slot.take(CM)).toBe(token)
    expect(slot.take(CM | LBW)).toBe(token)
    expect(slot.take(CM | MC)).toBeUndefined()
    expect(slot.take(MC)).toBeUndefined()
  })

  it('that comes when the session is over is overwritten, and left to no timer', () => {
    const { clock, slot, token } = setUp({ permissions: CM })
    slot.close()
    expect(slot.take(CM)).toBeUndefined()
    const late = new Uint8Array(32).fill(7)
    const timers = vi.spyOn(clock, 'after')
    slot.put(late, { permissions: CM })
    expect(slot.take(CM)).toBeUndefined()
    expect([...token, ...late].every((byte) => byte === 0)).toBe(true)
    expect(timers).not.toHaveBeenCalled()
  })

  it('is given for its relying party alone', () => {
    const { slot, token } = setUp({ permissions: GA, rpId: 'example.org' })
    expect(slot.take(GA, 'example.org')).toBe(token)
    expect(slot.take(GA, 'example.com')).toBeUndefined()
    expect(slot.take(GA)).toBeUndefined()
  })

  it('of no relying party is bound to the first that it is used for', () => {
    const { slot, token } = setUp({ permissions: MC | GA })
    expect(slot.take(GA)).toBe(token)
    expect(slot.take(GA, 'example.org')).toBe(token)
    expect(slot.take(GA, 'example.com')).toBeUndefined()
  })

  it('is gone when it was not used in time, and overwritten', async () => {
    const { clock, slot, token } = setUp({ permissions: CM })
    await clock.advance(29_999)
    expect(token[0]).toBe(9)
    await clock.advance(1)
    expect(slot.take(CM)).toBeUndefined()
    expect(token).toEqual(new Uint8Array(32))
  })

  it('that was used is good for ten minutes from its beginning', async () => {
    const { clock, slot, token } = setUp({ permissions: CM })
    slot.take(CM)
    await clock.advance(599_999)
    expect(slot.take(CM)).toBe(token)
    await clock.advance(1)
    expect(slot.take(CM)).toBeUndefined()
    expect(token).toEqual(new Uint8Array(32))
  })

  it('lives as long as whoever put it says', async () => {
    const { clock, slot } = setUp({ permissions: CM, lifetimeMs: 100, firstUseMs: 50 })
    slot.take(CM)
    await clock.advance(99)
    expect(slot.take(CM)).toBeDefined()
    await clock.advance(1)
    expect(slot.take(CM)).toBeUndefined()
  })

  it('loses what the key takes from it, and is gone when nothing is left', () => {
    const { slot, token } = setUp({ permissions: MC | LBW })
    slot.keepOnly(LBW)
    expect(slot.take(MC)).toBeUndefined()
    expect(slot.take(LBW)).toBe(token)
    slot.keepOnly(CM)
    expect(token).toEqual(new Uint8Array(32))
    slot.keepOnly(CM)
    expect(slot.take(0)).toBeUndefined()
  })

  it('makes room for the next, whose time begins anew', async () => {
    const { clock, slot, token } = setUp({ permissions: CM, firstUseMs: 100 })
    await clock.advance(99)
    const next = new Uint8Array(32).fill(5)
    slot.put(next, { permissions: CM, firstUseMs: 100 })
    expect(token).toEqual(new Uint8Array(32))
    await clock.advance(99)
    expect(slot.take(CM)).toBe(next)
  })
})
