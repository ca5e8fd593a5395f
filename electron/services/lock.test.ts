import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { createAutoLock, type LockReason } from './lock.ts'

const MINUTE = 60_000

function setUp(idleMs = 5 * MINUTE) {
  const clock = new FakeClock()
  const locked: LockReason[] = []
  const idle = { ms: idleMs }
  const wall = { aheadMs: 0 }
  const autoLock = createAutoLock({
    clock: { now: () => clock.now() + wall.aheadMs, after: (delayMs, run) => clock.after(delayMs, run) },
    idleMs: () => idle.ms,
    lock: (reason) => {
      autoLock.stop()
      locked.push(reason)
    },
  })
  autoLock.start()
  return { clock, wall, locked, autoLock, idle }
}

describe('locking by itself', () => {
  test('the vault locks when nothing was done for the idle time, to the second', async () => {
    const { clock, locked } = setUp()
    await clock.advance(5 * MINUTE - 1)
    expect(locked).toEqual([])
    await clock.advance(1)
    expect(locked).toEqual(['idle'])
  })

  test('activity begins the idle time anew', async () => {
    const { clock, locked, autoLock } = setUp()
    await clock.advance(4 * MINUTE)
    autoLock.active()
    await clock.advance(4 * MINUTE)
    expect(locked).toEqual([])
    await clock.advance(MINUTE)
    expect(locked).toEqual(['idle'])
  })

  test('an idle time of 0 never locks', async () => {
    const { clock, locked } = setUp(0)
    await clock.advance(24 * 60 * MINUTE)
    expect(locked).toEqual([])
  })

  test('a shorter idle time holds within one tick', async () => {
    const { clock, locked, idle } = setUp(60 * MINUTE)
    await clock.advance(10 * MINUTE)
    idle.ms = MINUTE
    await clock.advance(15_000)
    expect(locked).toEqual(['idle'])
  })

  test.each([
    ['forward, as after a sleep', 2 * MINUTE],
    ['back, as when it was set', -2 * MINUTE],
  ])('a clock that jumps %s locks at the next look', async (_how, jumpMs) => {
    const { clock, wall, locked } = setUp(60 * MINUTE)
    await clock.advance(10_000)
    // Timers follow elapsed time, not the clock that was set.
    wall.aheadMs = jumpMs
    await clock.advance(5_000)
    expect(locked).toEqual(['clock-jump'])
  })

  test('a clock that is a little off does not', async () => {
    const { clock, wall, locked } = setUp(60 * MINUTE)
    wall.aheadMs = 30_000
    await clock.advance(60_000)
    expect(locked).toEqual([])
  })
})
