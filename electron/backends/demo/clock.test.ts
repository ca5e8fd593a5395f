import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { erringClock, MovableClock } from './clock.ts'

const DAY_MS = 86_400_000

describe('the clock of the demo world', () => {
  const open = (movedMs = 0) => {
    const real = new FakeClock()
    const world = new MovableClock(real, movedMs)
    const ran: string[] = []
    const note = (what: string) => () => void ran.push(`${what} at +${world.now() - start}`)
    const start = world.now()
    return { real, world, ran, note, start }
  }

  it('is real time as far as it was moved', async () => {
    const { real, world } = open(DAY_MS)
    expect(world.now()).toBe(real.now() + DAY_MS)
    await real.advance(5000)
    expect(world.now()).toBe(real.now() + DAY_MS)
  })

  it('runs timers when real time comes to them', async () => {
    const { real, world, ran, note } = open()
    world.after(2000, note('second'))
    world.after(1000, note('first'))
    await real.advance(999)
    expect(ran).toEqual([])
    await real.advance(1500)
    expect(ran).toEqual(['first at +1000', 'second at +2000'])
  })

  it('runs what falls due within a move, the earliest first, and leaves the rest for its time', async () => {
    const { real, world, ran, note } = open()
    world.after(3 * DAY_MS, note('late'))
    world.after(DAY_MS, note('in time'))
    world.after(1000, note('early'))
    world.setMoved(DAY_MS)
    expect(ran).toEqual([`early at +${DAY_MS}`, `in time at +${DAY_MS}`])
    await real.advance(2 * DAY_MS)
    expect(ran.at(-1)).toBe(`late at +${3 * DAY_MS}`)
  })

  it('runs a timer that renews itself once a move, and goes on from there', async () => {
    const { real, world } = open()
    let ticks = 0
    const tick = () => {
      ticks += 1
      world.after(1000, tick)
    }
    world.after(1000, tick)
    world.setMoved(DAY_MS)
    expect(ticks).toBe(1)
    await real.advance(3000)
    expect(ticks).toBe(4)
  })

  it('runs nothing that was cancelled, nor anything twice', async () => {
    const { real, world, ran, note } = open()
    const cancel = world.after(1000, note('cancelled'))
    world.after(1000, note('once'))
    cancel()
    world.setMoved(5000)
    await real.advance(5000)
    expect(ran).toEqual(['once at +5000'])
  })

  it('lets a timer cancel another that is due with it', () => {
    const { world, ran, note } = open()
    let cancel = () => {}
    world.after(1000, () => cancel())
    cancel = world.after(2000, note('cancelled by the first'))
    world.setMoved(5000)
    expect(ran).toEqual([])
  })

  it('waits longer than a platform timer can', async () => {
    const { real, world, ran, note } = open()
    world.after(60 * DAY_MS, note('far'))
    await real.advance(59 * DAY_MS)
    expect(ran).toEqual([])
    await real.advance(DAY_MS)
    expect(ran).toEqual([`far at +${60 * DAY_MS}`])
  })

  it('runs nothing after it was closed', async () => {
    const { real, world, ran, note } = open()
    world.after(1000, note('open'))
    world.close()
    world.after(1000, note('closed'))
    await real.advance(5000)
    expect(ran).toEqual([])
  })
})

describe('the clock of this computer', () => {
  it('is wrong by its error, and waits as long as any', async () => {
    const real = new FakeClock()
    const world = new MovableClock(real, 0)
    let errorMs = 90_000
    const computer = erringClock(world, () => errorMs)
    expect(computer.now() - world.now()).toBe(90_000)
    let ran = 0
    computer.after(10_000, () => ran++)
    errorMs = -3_600_000
    expect(computer.now() - world.now()).toBe(-3_600_000)
    expect(ran).toBe(0)
    await real.advance(10_000)
    expect(ran).toBe(1)
  })
})
