/** How FakeIam takes codes. AWS publishes no windows: these are own choices, and no code is ever taken twice. */
import { codeOfStep } from '../rfc6238.ts'

const STEP_MS = 30_000
const PARAMETERS = { algorithm: 'SHA1', digits: 6 } as const
/** Signing in: the neighbours of the expected code. */
const SIGN_IN_STEPS = 1
/** Late codes still enable a device (EnableMFADevice): five minutes. */
const ENABLE_STEPS = 10
const RESYNC_STEPS = 480

export interface Totp {
  readonly seed: Uint8Array
  /** How far the device is known to be off. */
  drift: number
  readonly spent: Set<number>
}

export const stepAt = (now: number) => Math.floor(now / STEP_MS)

const within = function* (middle: number, steps: number) {
  for (let away = 0; away <= steps; away++) {
    yield middle + away
    if (away > 0) yield middle - away
  }
}

export function takeCode(totp: Totp, code: string, now: number): boolean {
  for (const step of within(stepAt(now) + totp.drift, SIGN_IN_STEPS)) {
    if (codeOfStep(totp.seed, PARAMETERS, step) !== code || totp.spent.has(step)) continue
    totp.spent.add(step)
    return true
  }
  return false
}

/** Two consecutive codes; both are spent. A resync also learns how far the device is off. */
export function takePair(totp: Totp, [first, second]: readonly [string, string], now: number, to: 'enable' | 'resync') {
  for (const step of within(stepAt(now) - 1, to === 'enable' ? ENABLE_STEPS : RESYNC_STEPS)) {
    if (codeOfStep(totp.seed, PARAMETERS, step) !== first || codeOfStep(totp.seed, PARAMETERS, step + 1) !== second)
      continue
    if (totp.spent.has(step) || totp.spent.has(step + 1)) continue
    totp.spent.add(step)
    totp.spent.add(step + 1)
    if (to === 'resync') totp.drift = step + 1 - stepAt(now)
    return true
  }
  return false
}
