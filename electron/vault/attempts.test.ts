import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { Attempts } from './attempts.ts'

describe('guessing at an unlocked door', () => {
  test('is free three times, then waits 1, 2, 4, 8, 16 and never more than 30 seconds', async () => {
    const clock = new FakeClock()
    const attempts = new Attempts(clock)
    const waits: number[] = []
    for (let i = 0; i < 9; i++) {
      const retryAt = attempts.failed()
      waits.push(retryAt === undefined ? 0 : retryAt - clock.now())
      expect(attempts.retryAt()).toBe(retryAt)
      await clock.advance(waits.at(-1)!)
      expect(attempts.retryAt()).toBeUndefined()
    }
    expect(waits).toEqual([0, 0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  test('starts anew after a success', () => {
    const attempts = new Attempts(new FakeClock())
    for (let i = 0; i < 5; i++) attempts.failed()
    attempts.succeeded()
    expect(attempts.retryAt()).toBeUndefined()
    expect(attempts.failed()).toBeUndefined()
  })

  test('does not lock out whose clock was set back by a year', () => {
    const clock = new FakeClock()
    const attempts = new Attempts(clock)
    for (let i = 0; i < 5; i++) attempts.failed()
    clock.jump(clock.now() - 365 * 86_400_000)
    expect(attempts.retryAt()).toBeUndefined()
  })
})
