/**
 * A batch of accounts with the program dying on the way: before or after any save of the vault, before or after any write to the
 * backend. `FUZZ=n`: so many whole batches, and a death at every arrow of one.
 */
import { describe, expect, it } from 'vitest'
import { ManyDrill } from '../../../../test/support/many-drill.ts'

const ROUNDS = Number(process.env['FUZZ'] ?? 0)
const ACCOUNTS = 50

async function expectMended(d: ManyDrill, count: number, where: string) {
  expect(d.faults, where).toEqual([])
  expect(await d.outcome(), where).toEqual({
    // The one in the vault and the new one: none twice.
    devices: Array(count).fill(2),
    lostStillThere: 0,
    unassigned: 0,
    linked: 2 * count,
    cases: count,
    openRows: 0,
  })
}

/** Dies after so many arrows of each start: one more each time, so that every kind of arrow has its turn and an end comes. */
async function dyingAllTheWay(first: number, step: number) {
  const d = await ManyDrill.begin(ACCOUNTS)
  let arrows = first
  const { view, deaths } = await d.toTheEnd(() => {
    arrows += step
    return Math.floor(arrows)
  })
  expect(view.outcome).toBe('finished')
  await expectMended(d, ACCOUNTS, `first ${first}, step ${step}`)
  await d.end()
  return deaths
}

describe('a batch of 50 accounts', () => {
  it(
    'ends with every account mended once, none lost, and a way into each at every moment, however often the program dies',
    async () => {
      const deaths = await dyingAllTheWay(60, 25)
      expect(deaths).toBeGreaterThan(5)
      for (let i = 0; i < ROUNDS; i++) await dyingAllTheWay(i % 23, 0.2 + (i % 7))
    },
    60_000 + ROUNDS * 120_000,
  )
})

describe('a batch that dies once', () => {
  const count = ROUNDS > 0 ? 5 : 2
  it(
    'ends the same, at whichever arrow',
    async () => {
      const whole = await ManyDrill.begin(count)
      await whole.toTheEnd()
      await expectMended(whole, count, 'without a death')
      const { length } = whole.drill.arrows
      await whole.end()
      expect(length).toBeGreaterThan(10 * count)
      for (let dieAt = 1; dieAt <= length; dieAt += ROUNDS > 0 ? 1 : 4) {
        const d = await ManyDrill.begin(count)
        let isFirst = true
        const { deaths } = await d.toTheEnd(() => {
          const arrows = isFirst ? dieAt : undefined
          isFirst = false
          return arrows
        })
        expect(deaths, `dies at ${dieAt}`).toBeLessThan(2)
        await expectMended(d, count, `dies at ${dieAt}`)
        await d.end()
      }
    },
    60_000 + ROUNDS * 600_000,
  )
})
