/** Codes compared with those of OATH Toolkit, an implementation of others. `FUZZ=25000` compares a million. */
import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALGORITHMS, type CodeSource } from '../../shared/domain/entry.ts'
import { toHex } from '../../shared/kit/index.ts'
import { secretOf } from '../../test/support/drafts.ts'
import { codeAt, codeOfStep } from './index.ts'

/** Codes that one call prints: for this counter or time step, and the following. */
const CODES_A_CALL = 20
const RUNS = Number(process.env['FUZZ'] ?? 200)

function oathtool(...args: string[]): string[] {
  return execFileSync('oathtool', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    .trim()
    .split('\n')
}

function isInstalled(): boolean {
  try {
    return oathtool('--version').length > 0
  } catch {
    return false
  }
}

const secret = fc.uint8Array({ minLength: 1, maxLength: 128 })
const digits = fc.constantFrom(6, 7, 8)
const window = `--window=${CODES_A_CALL - 1}`

describe.skipIf(!isInstalled())('codes are those of oathtool (skipped without it: apt-get install oathtool)', () => {
  it('of TOTP with every hash, length and period', { timeout: 20_000 + RUNS * 50 }, () => {
    fc.assert(
      fc.property(
        secret,
        digits,
        fc.constantFrom(...ALGORITHMS),
        fc.oneof(fc.constantFrom(30, 60), fc.integer({ min: 1, max: 86_400 })),
        fc.integer({ min: 0, max: 4_102_444_800 }),
        (bytes, digits, algorithm, periodSeconds, seconds) => {
          const source = { kind: 'totp', secret: secretOf(bytes), algorithm, digits, periodSeconds } as const
          const theirs = oathtool(
            `--totp=${algorithm.toLowerCase()}`,
            `--digits=${digits}`,
            `--time-step-size=${periodSeconds}s`,
            `--now=@${seconds}`,
            window,
            toHex(bytes),
          )
          const ours = theirs.map((_, i) => codeAt(source, (seconds + i * periodSeconds) * 1000).code)
          expect(theirs).toHaveLength(CODES_A_CALL)
          expect(ours).toEqual(theirs)
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('of HOTP with every length and counter', { timeout: 20_000 + RUNS * 50 }, () => {
    fc.assert(
      fc.property(
        secret,
        digits,
        fc
          .oneof(
            fc.integer({ min: 0, max: 100_000 }),
            fc.maxSafeNat().map((counter) => counter - CODES_A_CALL),
          )
          .filter((counter) => counter >= 0),
        (bytes, digits, counter) => {
          const source: CodeSource = { kind: 'hotp', secret: secretOf(bytes), algorithm: 'SHA1', digits, counter }
          const theirs = oathtool('--hotp', `--digits=${digits}`, `--counter=${counter}`, window, toHex(bytes))
          expect(theirs).toHaveLength(CODES_A_CALL)
          expect(theirs.map((_, i) => codeOfStep(source, counter + i))).toEqual(theirs)
        },
      ),
      { numRuns: RUNS },
    )
  })
})
