import { describe, expect, it } from 'vitest'
import { MemoryLog } from '../../../test/support/connect.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { AGAIN_WITHIN_MS, reviveAfterCrash } from './revive.ts'
import { FakeContents } from './testing/fake-electron.ts'

const made = () => {
  const contents = new FakeContents()
  const clock = new FakeClock()
  const log = new MemoryLog()
  let givenUp = 0
  reviveAfterCrash(contents.asElectron, { clock, log, giveUp: () => (givenUp += 1) })
  return { contents, clock, log, givenUp: () => givenUp }
}

describe('a page that crashed', () => {
  it('gets a fresh document, and the log its reason', async () => {
    const { contents, clock, log, givenUp } = made()
    contents.crash('oom')
    expect(contents.reloads).toBe(0)
    await clock.advance(0)
    expect([contents.reloads, givenUp()]).toEqual([1, 0])
    expect(log.lines).toEqual([{ level: 'error', event: 'page-gone', facts: { reason: 'oom' } }])
  })

  it('again at once is given up; again after a while is not', async () => {
    const { contents, clock, givenUp } = made()
    contents.crash()
    await clock.advance(AGAIN_WITHIN_MS)
    contents.crash()
    await clock.advance(AGAIN_WITHIN_MS - 1)
    expect([contents.reloads, givenUp()]).toEqual([2, 0])
    contents.crash()
    await clock.advance(0)
    expect([contents.reloads, givenUp()]).toEqual([2, 1])
  })

  it('is left alone where it ended cleanly or its window is gone', async () => {
    const { contents, clock } = made()
    contents.crash('clean-exit')
    contents.crash()
    contents.destroy()
    await clock.advance(0)
    expect(contents.reloads).toBe(0)
  })
})
