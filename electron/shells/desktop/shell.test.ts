import { EventEmitter } from 'node:events'
import type { PowerMonitor } from 'electron'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { MemoryLog } from '../../../test/support/connect.ts'
import { createLockWishes } from './lock-wishes.ts'
import { desktopShell } from './shell.ts'
import { app, boxes, FakeWindow, person } from './testing/fake-electron.ts'

vi.mock('electron', async () => (await import('./testing/fake-electron.ts')).electron)

beforeEach(() => {
  boxes.splice(0)
  person.presses = 0
})

const made = (window?: FakeWindow) => {
  const wishes = createLockWishes(new EventEmitter() as PowerMonitor)
  return {
    shell: desktopShell({ log: new MemoryLog(), wishes, window: () => window as never, hidHostFile: 'hid-host.js' }),
    wishes,
  }
}

describe('the desktop', () => {
  it('has the system’s clipboard, its own questions, and no WebAuthn', () => {
    const { shell } = made()
    expect(shell).toMatchObject({ kind: 'desktop', clipboard: { where: 'host' }, webauthn: undefined })
    expect(shell.confirm).toBeTypeOf('function')
  })

  it.each([
    [0, false],
    [1, true],
    [2, false],
    [-1, false],
  ])('takes button %i of a question for %s', async (button, expected) => {
    person.presses = button
    expect(await made().shell.confirm!({ operation: 'codes.deleteForGood', object: 'Example' })).toBe(expected)
  })

  it('asks in a box of its window in which Enter and Escape both mean no', async () => {
    const window = new FakeWindow({})
    await made(window).shell.confirm!({ operation: 'codes.deleteForGood', object: 'Example, me' })
    expect(boxes[0]!.belongsTo).toBe(window)
    expect(boxes[0]!.box).toMatchObject({
      message: 'Delete Example, me for good?',
      buttons: ['Cancel', 'Delete for good'],
      defaultId: 0,
      cancelId: 0,
    })
  })

  it('asks in a box by itself where no window is open', async () => {
    await made().shell.confirm!({ operation: 'devices.remove', object: 'phone' })
    expect(boxes[0]!.belongsTo).toBeUndefined()
  })

  it('passes wishes to lock on, and quits when told', () => {
    const { shell, wishes } = made()
    let locks = 0
    shell.onLockWish(() => (locks += 1))
    wishes.wish()
    shell.quit()
    expect([locks, app.hasQuit]).toEqual([1, true])
  })
})
