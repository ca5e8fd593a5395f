/**
 * Codes of TOTP devices at the demo backend: which step a code belongs to, whether it may still be taken, and what it tells
 * of the device's drift (RFC 6238 §5.2, §6). Changes the device's state it is given; saving is the caller's.
 */
import { equalBytes, err, fromBase64url, ok, utf8, type Result } from '../../../shared/kit/index.ts'
import type { BackendError } from '../backend.ts'
import {
  ENABLE_WINDOW_STEPS,
  RESYNC_WINDOW_STEPS,
  SIGN_IN_WINDOW_STEPS,
  SPENT_STEPS_KEPT,
  THROTTLE_MS,
  WRONG_TRIES,
} from './limits.ts'
import { DEMO_CODE, type DemoOtp } from './otp.ts'
import type { DemoRules } from './rules.ts'
import type { TotpState } from './state.ts'

export const STEP_MS = DEMO_CODE.periodSeconds * 1000
export const stepAt = (timeMs: number) => Math.max(0, Math.floor(timeMs / STEP_MS))

/** What a check of codes needs besides the device. */
export interface CodeCheck {
  readonly otp: DemoOtp
  readonly now: number
  readonly rules: DemoRules
}

/** Why codes were not taken. `spent`: right, but used before. `retryAt`: when a code comes that may be taken. */
export type CodeRefusal =
  | { readonly is: 'wrong'; readonly retryAt: number }
  | { readonly is: 'spent'; readonly retryAt: number }
  | { readonly is: 'repeated' }
  | { readonly is: 'not-consecutive' }
  | { readonly is: 'try-later'; readonly retryAt: number }

/** One code, as at sign-in. Taken, it moves the known drift along with the device. */
export function takeCode(device: TotpState, code: string, check: CodeCheck): Result<number, CodeRefusal> {
  const later = throttled(device, check.now)
  if (later) return err(later)
  const expected = stepAt(check.now) + device.driftSteps
  const window = check.rules.codesHaveAWindow ? SIGN_IN_WINDOW_STEPS : RESYNC_WINDOW_STEPS
  const step = findStep(device, code, expected, window, check.otp)
  if (step === undefined) {
    suspectDrift(device, code, check)
    return err(countWrong(device, check.now))
  }
  if (isSpent(device, step)) return err({ is: 'spent', retryAt: nextFreshAt(device, check.now) })
  accept(device, [step], check.now)
  return ok(step)
}

/**
 * Two consecutive codes, as at enabling and resynchronising; the drift they show is taken over. Neither may have been used,
 * but after a resynchronisation the device's clock may stand earlier than before.
 */
export function takePair(
  device: TotpState,
  codes: readonly [string, string],
  purpose: 'enable' | 'resync',
  check: CodeCheck,
): Result<number, CodeRefusal> {
  const later = throttled(device, check.now)
  if (later) return err(later)
  const [first, second] = codes
  if (first === second) return err({ is: 'repeated' })
  const centre = stepAt(check.now) + device.driftSteps
  const window = purpose === 'enable' ? ENABLE_WINDOW_STEPS : RESYNC_WINDOW_STEPS
  const pair = findPair(device, first, second, centre, window, check.otp)
  if (typeof pair === 'number') {
    if (device.spent.includes(pair) || device.spent.includes(pair + 1))
      return err({ is: 'spent', retryAt: nextFreshAt(device, check.now) })
    if (purpose === 'enable' || check.rules.resyncFollowsTheDrift) accept(device, [pair, pair + 1], check.now)
    return ok(device.driftSteps)
  }
  const wrong = countWrong(device, check.now)
  return err(pair === 'apart' ? { is: 'not-consecutive' } : wrong)
}

/** A refusal as an error of the backend's API. */
export function refusalError(refusal: CodeRefusal): BackendError {
  switch (refusal.is) {
    case 'wrong':
    case 'spent':
      return { code: 'codes-refused', retryAt: refusal.retryAt }
    case 'repeated':
      return { code: 'code-repeated' }
    case 'not-consecutive':
      return { code: 'codes-not-consecutive' }
    case 'try-later':
      return { code: 'try-later', retryAt: refusal.retryAt }
  }
}

const secretOf = (device: TotpState) => fromBase64url(device.secret) ?? new Uint8Array()

/** Steps around `centre`, the nearest first: where two would fit, the likelier one counts. */
function* outward(centre: number, window: number): Generator<number> {
  if (centre >= 0) yield centre
  for (let away = 1; away <= window; away++) {
    if (centre - away >= 0) yield centre - away
    if (centre + away >= 0) yield centre + away
  }
}

function matcher(device: TotpState, otp: DemoOtp): (step: number, code: string) => boolean {
  const secret = secretOf(device)
  return (step, code) => equalBytes(utf8(otp.codeOfStep(secret, DEMO_CODE, step)), utf8(code))
}

function findStep(device: TotpState, code: string, centre: number, window: number, otp: DemoOtp): number | undefined {
  const matches = matcher(device, otp)
  for (const step of outward(centre, window)) if (matches(step, code)) return step
  return undefined
}

/** The first code's step; `apart` where both are the device's own, but not one after the other; else undefined. */
function findPair(
  device: TotpState,
  first: string,
  second: string,
  centre: number,
  window: number,
  otp: DemoOtp,
): number | 'apart' | undefined {
  const matches = matcher(device, otp)
  let isFirstKnown = false
  for (const step of outward(centre, window)) {
    if (!matches(step, first)) continue
    if (matches(step + 1, second)) return step
    isFirstKnown = true
  }
  return isFirstKnown && findStep(device, second, centre, window, otp) !== undefined ? 'apart' : undefined
}

/** A step is taken once, and none before the last (RFC 6238 §5.2); the list covers a clock that was put back by a resync. */
const isSpent = (device: TotpState, step: number) =>
  device.spent.includes(step) || step <= (device.spent.at(-1) ?? Number.NEGATIVE_INFINITY)

/** When the device next shows a code that was not used, as far as its drift is known. */
function nextFreshAt(device: TotpState, now: number): number {
  const fresh = Math.max(stepAt(now) + device.driftSteps, device.spent.at(-1) ?? 0) + 1
  return (fresh - device.driftSteps) * STEP_MS
}

function accept(device: TotpState, steps: readonly number[], now: number): void {
  device.driftSteps = (steps.at(-1) ?? 0) - stepAt(now)
  device.spent = [...device.spent, ...steps].slice(-SPENT_STEPS_KEPT)
  device.tries = { wrong: 0 }
  delete device.suspectedDriftSteps
}

function throttled(device: TotpState, now: number): CodeRefusal | undefined {
  const { until } = device.tries
  return until !== undefined && now < until ? { is: 'try-later', retryAt: until } : undefined
}

function countWrong(device: TotpState, now: number): CodeRefusal {
  const wrong = device.tries.wrong + 1
  if (wrong < WRONG_TRIES) {
    device.tries = { wrong }
    return { is: 'wrong', retryAt: (stepAt(now) + 1) * STEP_MS }
  }
  device.tries = { wrong: 0, until: now + THROTTLE_MS }
  return { is: 'wrong', retryAt: now + THROTTLE_MS }
}

/** One in a thousand wrong codes fits somewhere by chance, so this is a hint for the list of devices and never opens anything. */
function suspectDrift(device: TotpState, code: string, check: CodeCheck): void {
  const step = findStep(device, code, stepAt(check.now) + device.driftSteps, RESYNC_WINDOW_STEPS, check.otp)
  if (step !== undefined) device.suspectedDriftSteps = step - stepAt(check.now)
}
