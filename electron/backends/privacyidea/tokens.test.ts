import { describe, expect, it } from 'vitest'
import { deviceOf, driftOf, isHalfMade, isProven, isSerial, shapeOf, timeOf, tokenPage, type Token } from './tokens.ts'

/** As privacyIDEA 3.14 answered for a TOTP token that a resync had proven; keys that nothing reads are left out. */
const PROVEN: Token = {
  active: true,
  count: 59852489,
  description: 'My phone',
  failcount: 0,
  info: {
    assignment_date: '2026-11-25T02:44:18+00:00',
    creation_date: '2026-11-25T02:44:18+00:00',
    hashlib: 'sha1',
    timeShift: '-3.31294393539429',
    timeStep: '30',
    timeWindow: '180',
    tokenkind: 'software',
  },
  locked: false,
  maxfail: 10,
  otplen: 6,
  revoked: false,
  rollout_state: 'enrolled',
  serial: 'LKYV1',
  tokentype: 'totp',
  user_realm: 'test',
  username: 'alice',
}
const shifted = (timeShift: string, more: Partial<Token> = {}): Token => ({
  ...PROVEN,
  ...more,
  info: { ...PROVEN.info, timeShift },
})
const OUT = { loss: 'lost', since: 1 } as const

describe('a token', () => {
  it('is a device with what the server tells of it', () => {
    expect(deviceOf(PROVEN, undefined)).toEqual({
      id: 'LKYV1',
      type: 'virtual-totp',
      name: 'My phone',
      enabledAt: Date.UTC(2026, 10, 25, 2, 44, 18),
      health: { state: 'in-sync' },
    })
    expect(deviceOf({ ...PROVEN, active: false }, OUT)?.health).toEqual({ state: 'out-of-use', ...OUT })
    expect(deviceOf({ ...PROVEN, failcount: 10 }, undefined)?.health).toEqual({ state: 'not-told' })
    expect(deviceOf({ ...PROVEN, description: '  ' }, undefined)?.name).toBe('LKYV1')
  })

  it.each([
    ['hotp', 'software', 'virtual-totp'],
    ['totp', 'hardware', 'hardware-totp'],
    ['HOTP', 'hardware', 'hardware-totp'],
    ['webauthn', 'software', 'fido'],
    ['passkey', undefined, 'fido'],
    ['pw', 'software', undefined],
    ['push', 'software', undefined],
  ])('of type %s and kind %s is %s', (tokentype, tokenkind, type) => {
    expect(deviceOf({ ...PROVEN, tokentype, info: { tokenkind } }, undefined)?.type).toBe(type)
  })

  it('is half-made until a code of it was taken, where it was made here', () => {
    expect(isHalfMade(PROVEN)).toBe(false)
    expect(isHalfMade({ ...PROVEN, count: 0 })).toBe(true)
    expect(isHalfMade({ ...PROVEN, count: 0, serial: 'TOTP0001' })).toBe(false)
    for (const rollout_state of ['verify', 'clientwait', 'failed'])
      expect(isHalfMade({ ...PROVEN, serial: 'TOTP0001', rollout_state })).toBe(true)
  })

  it('is not proven by a code of its last owner', () => {
    const assigned = (date: string): Token => ({ ...PROVEN, info: { ...PROVEN.info, assignment_date: date } })
    expect(isProven(assigned('2026-11-25T02:44:18+00:00'))).toBe(true)
    expect(isProven(assigned('2026-11-25T03:44:18+00:00'))).toBe(false)
    // By its own clock, which was fast by an hour, the code was of 03:44.
    const fast: Token = { ...shifted('3600'), count: 59852489 + 120 }
    expect(isProven({ ...fast, info: { ...fast.info, assignment_date: '2026-11-25T03:30:00+00:00' } })).toBe(false)
  })
})

describe('drift', () => {
  it.each([
    // After a resync: to the middle of the step, with a fraction.
    ['-3.31', 0],
    ['14.9', 0],
    ['-14.99', 0],
    ['1196.7', 40],
    ['-1203.2', -40],
    // After a sign-in: to the beginning of the step, whole.
    ['0', 0],
    ['-29', 0],
    ['1', 1],
    ['30', 1],
    ['-30', -1],
    ['-59', -1],
  ])('of a shift of %s seconds is %i steps', (shift, steps) => {
    expect(driftOf(shifted(shift))).toEqual({ steps, seconds: steps * 30 })
  })

  it.each(['', 'NaN', 'Infinity', 'soon'])('is not told by a shift of %j', (shift) => {
    expect(driftOf(shifted(shift))).toBeUndefined()
  })

  it('is not told of a token that was never used, or whose information is hidden', () => {
    expect(driftOf({ ...PROVEN, count: 0 })).toBeUndefined()
    expect(driftOf({ ...PROVEN, info: {} })).toBeUndefined()
    expect(driftOf({ ...PROVEN, tokentype: 'hotp' })).toBeUndefined()
  })
})

describe('the shape of codes', () => {
  it.each<[Partial<Token>, unknown]>([
    [{}, { kind: 'totp', algorithm: 'SHA1', digits: 6, periodSeconds: 30 }],
    [{ otplen: 8, info: { hashlib: 'sha256', timeStep: '60' } }, { kind: 'totp', algorithm: 'SHA256', digits: 8, periodSeconds: 60 }], // prettier-ignore
    [
      { tokentype: 'hotp', info: { hashlib: 'sha512' } },
      { kind: 'hotp', algorithm: 'SHA512', digits: 6 },
    ],
    [{ info: { hashlib: 'md5' } }, undefined],
    [{ info: { timeStep: '0' } }, undefined],
    [{ info: { timeStep: '1e9' } }, undefined],
    [{ otplen: 99 }, undefined],
    [{ tokentype: 'webauthn' }, undefined],
  ])('of %j is %j', (change, wanted) => {
    expect(shapeOf({ ...PROVEN, ...change })).toEqual(wanted)
  })
})

describe('what the server answers', () => {
  it('may hold anything in a token’s information', () => {
    const odd = { ...PROVEN, info: { timeShift: 3, tokenkind: null, hashlib: ['sha1'], assignment_date: {} } }
    const read = tokenPage.parse({ count: 1, tokens: [odd] })
    expect(deviceOf(read.tokens[0]!, undefined)).toMatchObject({ type: 'virtual-totp' })
  })

  it.each([
    ['2026-11-25T02:44:18+00:00', Date.UTC(2026, 10, 25, 2, 44, 18)],
    ['2026-12-05T02:43+0000', Date.UTC(2026, 11, 5, 2, 43)],
    ['2026-11-25 02:44:18.123456+01:00', Date.UTC(2026, 10, 25, 1, 44, 18, 123)],
    ['2026-11-25 02:44:18', Date.UTC(2026, 10, 25, 2, 44, 18)],
    ['xxxx', undefined],
    ['', undefined],
  ])('tells the time as %j', (text, at) => {
    expect(timeOf(text)).toBe(at)
  })

  it.each([
    ['LKYAB2_c-1', true],
    ['*', false],
    ['A,B', false],
    ['../auth', false],
    ['', false],
    ['A'.repeat(41), false],
  ])(
    // prettier-ignore
    'has %j for a serial: %s',
    (text, wanted) => expect(isSerial(text)).toBe(wanted),
  )
})
