import { expect, it } from 'vitest'
import { bench, map } from '../testing/bench.ts'

it('a new key of today says all of this', async () => {
  const info = await (await bench({ aaguid: new Uint8Array(16).fill(7) }).client()).ok(0x04)
  expect(info).toEqual(
    map({
      1: ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE', 'FIDO_2_1'],
      2: ['credBlob', 'credProtect', 'hmac-secret', 'hmac-secret-mc', 'largeBlobKey', 'minPinLength'],
      3: new Uint8Array(16).fill(7),
      4: map({
        rk: true,
        up: true,
        plat: false,
        clientPin: false,
        uv: false,
        credentialMgmtPreview: true,
        userVerificationMgmtPreview: false,
        pinUvAuthToken: true,
        largeBlobs: true,
        ep: false,
        authnrCfg: true,
        credMgmt: true,
        setMinPINLength: true,
        makeCredUvNotRqd: true,
        alwaysUv: false,
        bioEnroll: false,
        uvBioEnroll: true,
        uvAcfg: true,
      }),
      5: 1200,
      6: [2, 1],
      7: 8,
      8: 128,
      9: ['usb'],
      10: [map({ alg: -7, type: 'public-key' }), map({ alg: -8, type: 'public-key' })],
      11: 4096,
      12: false,
      13: 4,
      14: 1,
      15: 32,
      16: 4,
      17: 3,
      18: 2,
      20: 25,
    }),
  )
})

it.each([
  ['ctap2.0', ['U2F_V2', 'FIDO_2_0'], [1, 2, 3, 4, 5, 6]],
  ['ctap2.1-pre', ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE'], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
] as const)('a key of %s says less', async (profile, versions, members) => {
  const info = await (await bench({ profile }).client()).ok(0x04)
  expect([info.get(1), [...info.keys()], info.get(6)]).toEqual([versions, members, [1]])
})

it('a key without a sensor speaks of none', async () => {
  const info = await (await bench({ hasFingerprintSensor: false }).client()).ok(0x04)
  expect([info.has(0x11), info.has(0x12)]).toEqual([false, false])
  expect([...(info.get(4) as ReadonlyMap<string, boolean>).keys()]).not.toContain('bioEnroll')
})
