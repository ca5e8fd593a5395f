import { EventEmitter } from 'node:events'
import type { PowerMonitor } from 'electron'
import { describe, expect, it } from 'vitest'
import { MemoryLog } from '../../../test/support/connect.ts'
import { deferred } from '../../../test/support/deferred.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { closeBeforeQuit, QUIT_WITHIN_MS } from './quit.ts'
import { FakeApp } from './testing/fake-electron.ts'

function made(platform: NodeJS.Platform = 'linux') {
  const app = new FakeApp()
  const clock = new FakeClock()
  const log = new MemoryLog()
  const powerMonitor = new EventEmitter()
  const closed = deferred()
  let closings = 0
  const isEnding = closeBeforeQuit(app.asElectron, powerMonitor as PowerMonitor, {
    close: () => {
      closings += 1
      return closed.promise
    },
    clock,
    log,
    platform,
  })
  return { app, clock, log, powerMonitor, closed, isEnding, closings: () => closings }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('quitting', () => {
  it('waits until the services have closed, then goes', async () => {
    const { app, closed, isEnding } = made()
    expect(isEnding()).toBe(false)
    app.quit()
    await settled()
    expect([app.hasQuit, isEnding()]).toEqual([false, true])
    closed.resolve()
    await settled()
    expect(app.hasQuit).toBe(true)
  })

  it('closes the services once, however often it is asked for', async () => {
    const { app, closed, closings } = made()
    app.quit()
    app.quit()
    expect([closings(), app.hasQuit]).toEqual([1, false])
    closed.resolve()
    await settled()
    app.quit()
    expect([closings(), app.hasQuit]).toEqual([1, true])
  })

  it('goes all the same where the services fail, and the log has it without their words', async () => {
    const { app, closed, log } = made()
    app.quit()
    closed.reject(new Error('planted-secret'))
    await settled()
    expect(app.hasQuit).toBe(true)
    expect(log.lines).toEqual([{ level: 'error', event: 'quit.services-failed', facts: {} }])
  })

  it('waits no longer than the services may take, and a late end is no second one', async () => {
    const { app, clock, closed, log } = made()
    let quits = 0
    app.on('before-quit', () => (quits += 1))
    app.quit()
    await clock.advance(QUIT_WITHIN_MS - 1)
    expect(app.hasQuit).toBe(false)
    await clock.advance(1)
    expect(app.hasQuit).toBe(true)
    closed.resolve()
    await settled()
    expect(quits).toBe(2)
    expect(log.lines.map(({ event }) => event)).toEqual(['quit.services-late'])
  })

  it('leaves no timer behind', async () => {
    const { app, clock, closed, log } = made()
    app.quit()
    closed.resolve()
    await settled()
    await clock.advance(QUIT_WITHIN_MS)
    expect(log.lines).toEqual([])
  })

  it.each<[NodeJS.Platform, boolean]>([
    ['darwin', true],
    ['linux', false],
  ])('at the end of a session on %s, at once: %s', async (platform, atOnce) => {
    const { app, powerMonitor, closings } = made(platform)
    powerMonitor.emit('shutdown')
    app.quit()
    expect([app.hasQuit, closings()]).toEqual([atOnce, 1])
  })
})
