import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { secondsLeft, Tick, type TickFace, type TickPage } from './tick.ts'

class FakePage implements TickPage {
  readonly properties = new Map<string, string>()
  writes = 0
  #isHidden = false
  #listeners = new Set<() => void>()
  setProperty(name: string, value: string) {
    this.properties.set(name, value)
    this.writes++
  }
  isHidden() {
    return this.#isHidden
  }
  onVisibility(run: () => void) {
    this.#listeners.add(run)
    return () => this.#listeners.delete(run)
  }
  hide(isHidden: boolean) {
    this.#isHidden = isHidden
    for (const run of this.#listeners) run()
  }
  get listeners() {
    return this.#listeners.size
  }
}

class FakeFace implements TickFace {
  readonly texts: string[] = []
  share = ''
  isSoon: boolean | undefined
  soonCalls = 0
  show(seconds: string, share: string) {
    this.texts.push(seconds)
    this.share = share
  }
  setSoon(isSoon: boolean) {
    this.isSoon = isSoon
    this.soonCalls++
  }
}

/** 2026-11-24 12:00:00.400 UTC: the start of a period of 30 s, and not on the second. */
const start = Date.UTC(2026, 10, 24, 12, 0, 0, 400)

function setup(now = start) {
  const clock = new FakeClock(now)
  const page = new FakePage()
  return { clock, page, tick: new Tick(clock, page) }
}

describe('Seconds left', () => {
  it('run from the whole period down to 1 and never show 0', () => {
    expect(secondsLeft(0, 30)).toBe(30)
    expect(secondsLeft(999, 30)).toBe(30)
    expect(secondsLeft(1000, 30)).toBe(29)
    expect(secondsLeft(29_999, 30)).toBe(1)
    expect(secondsLeft(30_000, 30)).toBe(30)
  })
})

describe('The tick', () => {
  it('shows the present second at once', () => {
    const { page, tick } = setup(start + 9000)
    const face = new FakeFace()
    tick.show(30, face)
    tick.use(60)
    expect([face.texts, face.share]).toEqual([['21'], '0.7000'])
    expect(page.properties.get('--left-60')).toBe('0.8500')
  })
  it('moves on the second, not a second after it was started', async () => {
    const { clock, tick } = setup()
    const face = new FakeFace()
    tick.show(30, face)
    await clock.advance(599)
    expect(face.texts).toEqual(['30'])
    await clock.advance(1)
    expect(face.texts).toEqual(['30', '29'])
    await clock.advance(1000)
    expect(face.texts).toEqual(['30', '29', '28'])
  })
  it('writes to the root only for periods that are used there, once a second each', async () => {
    const { clock, page, tick } = setup()
    for (let i = 0; i < 100; i++) tick.show(i % 2 ? 30 : 60, new FakeFace())
    expect(page.writes).toBe(0)
    tick.use(30)
    tick.use(30)
    page.writes = 0
    await clock.advance(1000)
    expect(page.writes).toBe(1)
    expect([...page.properties]).toEqual([['--left-30', '0.9667']])
  })
  it('marks the last five seconds of a period, and tells only when that changes', async () => {
    const { clock, tick } = setup()
    const face = new FakeFace()
    tick.show(30, face)
    await clock.advance(24_000)
    expect(face.isSoon).toBe(false)
    await clock.advance(1000)
    expect([face.texts.at(-1), face.isSoon]).toEqual(['5', true])
    await clock.advance(5000)
    expect([face.texts.at(-1), face.isSoon]).toEqual(['30', false])
    expect(face.soonCalls).toBe(3)
  })
  it('does nothing while the page is hidden, and is right again as soon as it is seen', async () => {
    const { clock, page, tick } = setup()
    const face = new FakeFace()
    tick.show(30, face)
    tick.use(30)
    page.hide(true)
    page.writes = 0
    await clock.advance(12_000)
    expect([face.texts.length, page.writes]).toEqual([1, 0])
    page.hide(false)
    expect(face.texts).toEqual(['30', '18'])
    await clock.advance(600)
    expect(face.texts.at(-1)).toBe('17')
  })
  it('follows a clock that was moved once it is told so, and stays on the second', async () => {
    const { clock, tick } = setup()
    const face = new FakeFace()
    tick.show(30, face)
    clock.jump(start + 7000)
    tick.refresh()
    expect(face.texts.at(-1)).toBe('23')
  })
  it('stops when the last countdown is gone, and starts again with the next', async () => {
    const { clock, page, tick } = setup()
    const face = new FakeFace()
    const stop = tick.show(30, face)
    const stopUse = tick.use(60)
    stop()
    stopUse()
    stop()
    page.writes = 0
    await clock.advance(5000)
    expect([face.texts.length, page.writes, page.listeners]).toEqual([1, 0, 0])
    const other = new FakeFace()
    tick.show(30, other)
    await clock.advance(1000)
    expect(other.texts).toEqual(['25', '24'])
  })
  it('does not take a period away from one user because another leaves', async () => {
    const { clock, tick } = setup()
    const left = new FakeFace()
    const right = new FakeFace()
    const stop = tick.show(30, left)
    tick.show(30, right)
    stop()
    await clock.advance(1000)
    expect(right.texts).toEqual(['30', '29'])
  })
  it('calls those who draw again once a second', async () => {
    const { clock, tick } = setup()
    let calls = 0
    const stop = tick.onSecond(() => calls++)
    await clock.advance(3000)
    expect(calls).toBe(3)
    stop()
    await clock.advance(3000)
    expect(calls).toBe(3)
  })
})
