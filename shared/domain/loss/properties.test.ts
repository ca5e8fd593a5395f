import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accountKey,
  allMends,
  apply,
  bestStep,
  compareScores,
  digest,
  effectsOf,
  lose,
  losables,
  onlyWayInto,
  orderOfMending,
  RANKS,
  reportDigest,
  scoreOf,
  weakPoints,
  type AccessWorld,
  type LossItem,
  type Row,
} from './index.ts'
import { follow } from './testing/simulator.ts'
import { device, lost, NOW, someLoss, someWorld } from './testing/worlds.ts'

const rank = (of: Row['atBest']) => RANKS.indexOf(of)
const levels = (world: AccessWorld, losses: readonly LossItem[]) =>
  new Map(
    lose(world, losses, NOW).rows.map((row) => [
      accountKey(row.account),
      [rank(row.atBest), rank(row.atWorst)] as const,
    ]),
  )
const RUNS = { numRuns: Number(process.env['FUZZ'] ?? 100) }

/** Is nothing in `after` worse than in `before`? */
function noWorse(after: ReturnType<typeof levels>, before: ReturnType<typeof levels>) {
  for (const [account, [best, worst]] of before) {
    const [bestAfter, worstAfter] = after.get(account)!
    expect(bestAfter).toBeLessThanOrEqual(best)
    expect(worstAfter).toBeLessThanOrEqual(worst)
  }
}

describe('for any world', () => {
  it('losing more never opens more', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses, more }) => {
        noWorse(levels(world, losses), levels(world, [...losses, ...more]))
      }),
      RUNS,
    )
  })

  it('what is known at best is never worse than at worst, and is called unknown only where they differ', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses }) => {
        for (const row of lose(world, losses, NOW).rows) {
          expect(rank(row.atBest)).toBeLessThanOrEqual(rank(row.atWorst))
          expect(row.outcome).toBe(row.atBest === row.atWorst ? row.atWorst : 'unknown')
          if (row.outcome === 'unknown') expect(row.questions.length).toBeGreaterThan(0)
          if (row.atWorst === 'locked') expect(row.ways).toEqual([])
        }
      }),
      RUNS,
    )
  })

  it('adding a device that is not lost never locks anybody more', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses }) => {
        const before = levels(world, losses)
        for (const at of world.identities.keys()) {
          const identities = world.identities.map((node, i) =>
            i === at ? { ...node, isOwn: false, devices: [...node.devices, device('added', 'hardware-totp')] } : node,
          )
          noWorse(levels({ ...world, identities }, losses), before)
        }
      }),
      RUNS,
    )
  })

  it('no mend makes anything worse', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses }) => {
        const before = levels(world, losses)
        for (const mend of allMends(world)) noWorse(levels(apply(world, mend, NOW), losses), before)
      }),
      { numRuns: RUNS.numRuns / 4 },
    )
  })

  it('the step proposed is the best of all by trying each', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses }) => {
        const before = scoreOf(world, losses, NOW)
        const tried = allMends(world).map((mend) => scoreOf(apply(world, mend, NOW), losses, NOW))
        const least = tried.toSorted(compareScores)[0]
        const best = bestStep(world, losses, NOW)
        if (!best) {
          expect(least === undefined || compareScores(least, before) >= 0).toBe(true)
          return
        }
        expect(compareScores(best.after, before)).toBeLessThan(0)
        expect(best.after).toEqual(least)
        expect(scoreOf(apply(world, best.mend, NOW), losses, NOW)).toEqual(best.after)
      }),
      RUNS,
    )
  })

  it('every way that is said to open does, done step by step, and every hope would if it came true', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses }) => {
        for (const row of lose(world, losses, NOW).rows) {
          for (const way of row.ways) expect(follow(world, losses, row.account, way.steps, false)).toBeUndefined()
          if (row.perhaps) expect(follow(world, losses, row.account, row.perhaps.steps, true)).toBeUndefined()
          expect(row.ways[0]?.rank ?? 'locked').toBe(row.atWorst)
        }
      }),
      RUNS,
    )
  })

  it('no way that is said to be closed can be followed', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses }) => {
        const before = lose(world, [], NOW)
        const after = new Map(lose(world, losses, NOW).rows.map((row) => [accountKey(row.account), row]))
        for (const row of before.rows) {
          const closed = after.get(accountKey(row.account))!.closed.map(({ step }) => JSON.stringify(step))
          for (const way of row.ways) {
            if (!closed.includes(JSON.stringify(way.steps.at(-1)))) continue
            expect(follow(world, losses, row.account, way.steps, false)).toBeDefined()
          }
        }
      }),
      RUNS,
    )
  })

  it('how a thing is lost changes no outcome', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses }) => {
        const broken = losses.map(({ what }) => ({ what, how: 'broken' }) as const)
        expect(levels(world, broken)).toEqual(levels(world, losses))
        for (const row of lose(world, broken, NOW).rows) expect(row.exposed).toBe('none')
      }),
      RUNS,
    )
  })

  it('the same world answers alike whatever was asked of it before', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses, more }) => {
        const first = lose(world, losses, NOW)
        lose(world, more, NOW)
        bestStep(world, more, NOW)
        weakPoints(world)
        effectsOf(
          world,
          more.map(({ what }) => what),
        )
        expect(lose(world, losses, NOW)).toEqual(first)
        expect(lose(structuredClone(world), losses, NOW)).toEqual(first)
      }),
      RUNS,
    )
  })

  it('weak points are what each loss by itself makes worse', () => {
    fc.assert(
      fc.property(someWorld, (world) => {
        const found = new Map(weakPoints(world).map((point) => [JSON.stringify(point.what), point.accounts]))
        const before = levels(world, [])
        for (const what of losables(world)) {
          const worse = lose(world, lost(what), NOW).rows.filter((row) => {
            const [best, worst] = before.get(accountKey(row.account))!
            return rank(row.atBest) > best || rank(row.atWorst) > worst
          })
          const accounts = found.get(JSON.stringify(what)) ?? []
          expect(new Set(accounts.map(({ account }) => accountKey(account)))).toEqual(
            new Set(worse.map(({ account }) => accountKey(account))),
          )
        }
      }),
      RUNS,
    )
  })

  it('the digest of a report is the same in whatever order the world stands, and another where an outcome is', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses }) => {
        const turned = {
          ...world,
          identities: world.identities.toReversed(),
          entries: world.entries.toReversed(),
          keys: world.keys.toReversed(),
          slots: world.slots,
        }
        const report = lose(world, losses, NOW)
        expect(outcomesOf(lose(turned, losses, NOW))).toEqual(outcomesOf(report))
        expect(reportDigest({ ...report, rows: report.rows.toReversed(), losses: losses.toReversed() })).toBe(
          reportDigest(report),
        )
        const [first, ...rest] = report.rows
        if (!first) return
        const other = { ...first, atWorst: first.atWorst === 'locked' ? 'opens' : 'locked' } as const
        expect(reportDigest({ ...report, rows: [other, ...rest] })).not.toBe(reportDigest(report))
      }),
      RUNS,
    )
  })

  it('an account that others hang on is mended before them, and every touched account once', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses }) => {
        const report = lose(world, losses, NOW)
        const order = orderOfMending(report).map(accountKey)
        expect(new Set(order).size).toBe(order.length)
        for (const row of report.rows) {
          if (row.outcome !== 'opens') expect(order).toContain(accountKey(row.account))
          const own = order.indexOf(accountKey(row.account))
          for (const step of row.ways[0]?.steps ?? []) {
            if (!('account' in step) || !step.account || own < 0) continue
            expect(order.indexOf(accountKey(step.account))).toBeLessThanOrEqual(own)
          }
        }
      }),
      RUNS,
    )
  })

  it('removing says of each account that loses a way whether it still opens, and names it where that was the only one', () => {
    fc.assert(
      fc.property(someLoss, ({ world, losses }) => {
        const removed = losses.map(({ what }) => what).filter(({ is }) => is !== 'device')
        const effects = effectsOf(world, removed)
        expect(digest(effects.toReversed())).toBe(digest(effects))
        const only = new Set(onlyWayInto(world, removed).map(accountKey))
        const before = levels(world, [])
        const after = levels(world, lost(...removed))
        for (const [account, [, worst]] of before) {
          expect(only.has(account)).toBe(worst === 0 && after.get(account)![1] > 0)
        }
      }),
      RUNS,
    )
  })
})

const outcomesOf = ({ rows }: ReturnType<typeof lose>) =>
  new Map(rows.map((row) => [accountKey(row.account), [row.atBest, row.atWorst, row.exposed]]))
