import { EventEmitter } from 'node:events'
import type { PowerMonitor } from 'electron'
import { describe, expect, it } from 'vitest'
import { createLockWishes } from './lock-wishes.ts'

const made = () => {
  const powerMonitor = new EventEmitter()
  const wishes = createLockWishes(powerMonitor as PowerMonitor)
  let locks = 0
  const stop = wishes.onLockWish(() => (locks += 1))
  return { powerMonitor, wishes, stop, locks: () => locks }
}

describe('a wish to lock', () => {
  it.each(['suspend', 'lock-screen', 'user-did-resign-active', 'shutdown'])('is the system’s “%s”', (event) => {
    const { powerMonitor, locks } = made()
    powerMonitor.emit(event)
    expect(locks()).toBe(1)
  })

  it.each(['resume', 'unlock-screen', 'user-did-become-active', 'on-battery', 'thermal-state-change'])(
    'is not “%s”',
    (event) => {
      const { powerMonitor, locks } = made()
      powerMonitor.emit(event)
      expect(locks()).toBe(0)
    },
  )

  it('can be said by the menu, reaches all who listen, and nobody who has stopped', () => {
    const { powerMonitor, wishes, stop, locks } = made()
    let others = 0
    wishes.onLockWish(() => (others += 1))
    wishes.wish()
    stop()
    stop()
    powerMonitor.emit('suspend')
    wishes.wish()
    expect([locks(), others]).toEqual([1, 3])
  })
})
