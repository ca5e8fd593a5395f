/**
 * Replacing the only device at AWS along any schedule of faults and deaths (security.md §4, figure 16): no entity is left
 * unexplained, nothing is enrolled twice, no seed of a device in use is lost, and there is always a way in.
 * `FUZZ=5000 npx vitest run test/fuzz/aws-iam-faults.test.ts` goes along that many schedules.
 */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { FAULTS } from '../support/fake-iam/index.ts'
import { replaceAlong, type Schedule } from '../support/fake-iam/program.ts'

const numRuns = Number(process.env['FUZZ'] ?? 15)

const schedule: fc.Arbitrary<Schedule> = fc.record({
  faults: fc.array(
    fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(...FAULTS) }),
    { maxLength: 60 },
  ),
  deaths: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
  delayMs: fc.constantFrom(0, 0, 2_000, 20_000),
  mayDelete: fc.boolean(),
  pauseMs: fc.constantFrom(1_000, 40_000, 150_000),
})

it(
  'a device is replaced whatever goes wrong, and what is left is known',
  { timeout: 60_000 + numRuns * 1000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (schedule) => {
        expect(await replaceAlong(schedule)).toEqual([])
      }),
      { numRuns, ...(process.env['FUZZ'] === undefined ? { seed: 20261124 } : {}) },
    )
  },
)
