import { describe, expect, test } from 'vitest'
import { keyInfo as keyInfoSchema } from '../../../shared/contract/index.ts'
import { fromHex } from '../../../shared/kit/index.ts'
import type { CborValue, ctap2 } from '../../fido/index.ts'
import { cborText } from './cbor-text.ts'
import { firmwareText, keyInfo, type KeyFacts } from './key-info.ts'

type Options = Readonly<Record<string, boolean>>

const facts = (options: Options = {}, info: Partial<ctap2.Info> = {}, more: Partial<KeyFacts> = {}): KeyFacts => ({
  info: {
    versions: ['FIDO_2_0', 'FIDO_2_1_PRE', 'FIDO_2_1'],
    extensions: ['hmac-secret'],
    aaguid: new Uint8Array(16),
    options,
    allOptions: new Map(Object.entries(options)),
    pinUvAuthProtocols: [2, 1],
    unknown: new Map(),
    misordered: 0,
    ...info,
  } as ctap2.Info,
  canWink: true,
  ...more,
})
const can = (...given: Parameters<typeof facts>) => {
  const read = keyInfo(facts(...given))
  expect(keyInfoSchema.parse(read)).toEqual(read)
  return read.can
}
const YES = { can: true }
const no = (reason: string) => ({ can: false, reason })
const MANAGED = { clientPin: true, credMgmt: true, pinUvAuthToken: true }

describe('what can be done with a key', () => {
  test('follows from its PIN', () => {
    expect(can({ ...MANAGED, clientPin: false })).toMatchObject({
      setPin: YES,
      changePin: no('no-pin-set'),
      passkeys: no('no-pin-set'),
    })
    expect(can(MANAGED, {}, { pin: { pinRetries: 8, powerCycleState: false } })).toMatchObject({
      setPin: no('pin-set-already'),
      changePin: YES,
      passkeys: YES,
    })
    expect(can(MANAGED, {}, { pin: { pinRetries: 0, powerCycleState: false } })).toMatchObject({
      changePin: no('pin-blocked'),
      passkeys: no('pin-blocked'),
    })
    expect(can(MANAGED, {}, { pin: { pinRetries: 5, powerCycleState: true } }).passkeys).toEqual(
      no('needs-power-cycle'),
    )
    expect(can({ credMgmt: true })).toMatchObject({ setPin: no('not-offered'), passkeys: no('not-offered') })
  })

  test('follows from its reader, where that opens what the PIN opens', () => {
    const blocked = { pin: { pinRetries: 0, powerCycleState: false } }
    expect(can({ ...MANAGED, uv: true }, {}, blocked).passkeys).toEqual(YES)
    // Tokens by a finger came with permissions (§6.5.5.7.3).
    expect(can({ ...MANAGED, pinUvAuthToken: false, uv: true }, {}, blocked).passkeys).toEqual(no('pin-blocked'))
    const reader = { ...MANAGED, uv: true, bioEnroll: true }
    expect(can(reader, {}, blocked).fingerprints).toEqual(no('pin-blocked'))
    expect(can({ ...reader, uvBioEnroll: true }, {}, blocked).fingerprints).toEqual(YES)
    expect(can(MANAGED).fingerprints).toEqual(no('no-reader'))
  })

  test('follows from its generation', () => {
    const preview = { clientPin: true, credentialMgmtPreview: true }
    expect(can(preview)).toMatchObject({ passkeys: YES, renamePasskeys: no('preview-cannot-rename') })
    expect(can(preview, { versions: ['FIDO_2_0'] }).passkeys).toEqual(no('not-offered'))
    expect(can({}, { versions: ['FIDO_2_0'] }).select).toEqual(no('not-offered'))
    expect(can({ clientPin: false }, { versions: ['FIDO_2_0'] }).select).toEqual(YES)
    expect(keyInfo({ info: undefined, canWink: false }).can).toMatchObject({
      passkeys: no('u2f-only'),
      reset: no('u2f-only'),
      wink: no('not-offered'),
    })
  })

  test('of settings is offered once, and without a PIN only where the key has no protection', () => {
    const config = { ...MANAGED, authnrCfg: true, alwaysUv: false, ep: false, setMinPINLength: true }
    expect(can(config, { longTouchForReset: false })).toMatchObject({
      toggleAlwaysUv: YES,
      enableEnterpriseAttestation: YES,
      setMinPinLength: YES,
      longTouchForReset: YES,
    })
    expect(can({ ...config, ep: true }, { longTouchForReset: true })).toMatchObject({
      enableEnterpriseAttestation: no('already-on'),
      longTouchForReset: no('already-on'),
    })
    expect(can(config, {}, { pin: { pinRetries: 0, powerCycleState: false } }).toggleAlwaysUv).toEqual(
      no('pin-blocked'),
    )
    expect(can({ ...config, clientPin: false }).toggleAlwaysUv).toEqual(YES)
    expect(can({ ...config, authnrCfg: false }).toggleAlwaysUv).toEqual(no('not-offered'))
  })

  test('of reset, where USB is among the transports for it', () => {
    expect(can().reset).toEqual(YES)
    expect(can({}, { transportsForReset: ['usb', 'nfc'] }).reset).toEqual(YES)
    expect(can({}, { transportsForReset: ['nfc'] }).reset).toEqual(no('not-over-usb'))
  })
})

test('what a key does not say is left out, and what nobody knows is shown as it came', () => {
  const info = keyInfo(
    facts(
      { clientPin: true, 'odd\u202e': true },
      {
        algorithms: [
          { type: 'public-key', alg: -7 },
          { type: 'public-key', alg: -65537 },
        ],
        unknown: new Map<number, CborValue>([[0x99, new Map<string, CborValue>([['a', fromHex('00ff')!]])]]),
        misordered: 2,
      },
    ),
  )
  expect(info).not.toHaveProperty('firmware')
  expect(info.pin).toEqual({ isSupported: true, isSet: true, needsPowerCycle: false, mustChange: false, minLength: 4 })
  expect(info.options).toEqual({ clientPin: true, odd: true })
  expect(info.algorithms).toEqual([{ alg: -7, name: 'ES256' }, { alg: -65537 }])
  expect(info.unknown).toEqual([{ member: '153', value: '{"a": h\'00ff\'}' }])
  expect(info.misordered).toBe(2)
})

test('firmware is written in parts where it has parts', () => {
  expect([0, 1, 5, 328_706, 0x050403, 0x01_00_00_00].map(firmwareText)).toEqual([
    '0',
    '1',
    '5',
    '5.4.2',
    '5.4.3',
    '16777216',
  ])
})

// RFC 8949, appendix A, where CTAP knows the type.
test.each<[string, CborValue]>([
  ['-1', -1],
  ['18446744073709551615', 18446744073709551615n],
  ["h'01020304'", fromHex('01020304')!],
  ['"\\"\\\\"', '"\\'],
  ['[1, [2, 3]]', [1, [2, 3]]],
  [
    '{1: 2, "b": [false, null]}',
    new Map<number | string, CborValue>([
      [1, 2],
      ['b', [false, null]],
    ]),
  ],
])('diagnostic notation: %s', (text, value) => expect(cborText(value)).toBe(text))

test('a long value is cut', () => {
  expect(cborText('a'.repeat(600))).toHaveLength(513)
})
