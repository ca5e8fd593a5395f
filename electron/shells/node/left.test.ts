import { expect, test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { memoryWire } from '../../../test/support/memory-wire.ts'
import { createLeaving, LEFT_AFTER_MS } from './left.ts'

function setUp() {
  const clock = new FakeClock()
  const leaving = createLeaving(clock)
  let left = 0
  const stop = leaving.onLeft(() => (left += 1))
  const arrive = () => {
    const [, wire] = memoryWire()
    leaving.arrived(wire)
    return () => wire.close()
  }
  return { clock, arrive, stop, times: () => left }
}

test('a person has left half a minute after the last page was closed', async () => {
  const { clock, arrive, times } = setUp()
  const [first, second] = [arrive(), arrive()]
  first()
  await clock.advance(LEFT_AFTER_MS)
  expect(times()).toBe(0)
  second()
  await clock.advance(LEFT_AFTER_MS - 1)
  expect(times()).toBe(0)
  await clock.advance(1)
  expect(times()).toBe(1)
})

test('a reload is no leaving', async () => {
  const { clock, arrive, times } = setUp()
  arrive()()
  await clock.advance(5000)
  arrive()
  await clock.advance(10 * LEFT_AFTER_MS)
  expect(times()).toBe(0)
})

test('who no longer listens is not told', async () => {
  const { clock, arrive, stop, times } = setUp()
  stop()
  arrive()()
  await clock.advance(LEFT_AFTER_MS)
  expect(times()).toBe(0)
})
