/**
 * Points of CTAP that are easily remembered wrong, each with where it was looked up. webauthn4j-ctap (main) quotes CTAP 2.3
 * (ps-20260226) step by step in `PinUvAuthManager.kt`, `MakeCredentialExecution.kt` and `GetAssertionExecution.kt`; LionKey
 * and CanoKey quote CTAP 2.1 (ps-20210615) in their C; RS-Key names what a YubiKey 5.7.4 answered it.
 */
import { describe, expect, it } from 'vitest'
import { concat } from '../../../../shared/kit/index.ts'
import type { CborMap } from '../../cbor/index.ts'
import { COMMAND } from '../../ctaphid/index.ts'
import type { VirtualKeyOptions } from '../options.ts'
import {
  bench,
  descriptor,
  enrollFinger,
  managed,
  map,
  PinClient,
  register,
  registration,
  RP_ID,
  rpIdHash,
  settle,
  signIn,
  SUB_TOKEN,
  type Client,
} from '../testing/bench.ts'
import { FF32 } from '../token.ts'

const PIN = '1234-4711'
const configure = (token: Parameters<typeof managed>[0], subCommand: number, sub?: CborMap) =>
  managed(token, subCommand, sub, concat(FF32, Uint8Array.of(0x0d)))

const option = async (one: Client, name: string) => ((await one.ok(0x04)).get(4) as CborMap).get(name)

async function withPin(options: Partial<VirtualKeyOptions> = {}) {
  const made = bench(options)
  const one = await made.client()
  const pin = new PinClient(one)
  expect(await pin.setPin(PIN)).toBe(0)
  return { ...made, one, pin }
}

describe('a PIN that must be changed (CTAP 2.3 §6.5.5.7.1 step 11, §6.5.5.7.2 step 11; python-fido2 tests/device/test_config.py)', () => {
  it('is CTAP2_ERR_PIN_INVALID to getPinToken, CTAP2_ERR_PIN_POLICY_VIOLATION to the subcommand with permissions', async () => {
    const { one, pin, key } = await withPin()
    await one.ok(0x0d, configure(await pin.token(PIN, SUB_TOKEN.acfg), 3, map({ 3: true })))
    expect(await pin.tryPin(PIN)).toBe(0x37)
    await pin.agree()
    expect(await one.status(0x06, map({ 1: 2, 2: 5, 3: pin.keyAgreement, 6: pin.pinHash(PIN) }))).toBe(0x31)
    // The PIN was right: no try is lost.
    expect(key.state().pinRetries).toBe(8)
  })
})

describe('permissions (CTAP 2.3 §6.5.5.7.2 steps 3 and 4)', () => {
  it('that nobody defined are ignored; those beside them are given', async () => {
    const { one, pin } = await withPin()
    const token = await pin.token(PIN, 2 ** 40 + 0x80 + SUB_TOKEN.cm)
    expect(await one.status(0x0a, managed(token, 1, undefined))).toBe(0)
  })

  it('`mc` and `ga` are not given for a PIN where noMcGaPermissionsWithClientPin is true, nor by getPinToken', async () => {
    const { one, pin } = await withPin({ keepsPinFromCeremonies: true })
    expect(await option(one, 'noMcGaPermissionsWithClientPin')).toBe(true)
    expect(await pin.tryPin(PIN, SUB_TOKEN.mc)).toBe(0x40)
    expect(await pin.tryPin(PIN, SUB_TOKEN.ga | SUB_TOKEN.cm)).toBe(0x40)
    expect(await pin.tryPin(PIN, SUB_TOKEN.cm, undefined)).toBe(0)
    expect(await one.status(0x01, registration({ token: await pin.token(PIN) }))).toBe(0x33)
  })

  it('`be` is not given by a key without a sensor', async () => {
    const { pin } = await withPin({ hasFingerprintSensor: false })
    expect(await pin.tryPin(PIN, SUB_TOKEN.be, undefined)).toBe(0x40)
  })
})

describe('a token without a relying party (CTAP 2.3 §6.1.2 step 11.1, §6.2.2 step 6.1; LionKey ctap_make_credential.c)', () => {
  it('is bound to the first it is used for', async () => {
    const { one, pin } = await withPin()
    const id = await register(one, { token: await pin.token(PIN, SUB_TOKEN.mc, RP_ID) })
    const token = await pin.token(PIN)
    const silent = { 3: [descriptor(id)], 5: map({ up: false }) }
    expect(await one.status(0x02, signIn({ token, more: silent }))).toBe(0)
    expect(await one.status(0x02, signIn({ token, rpId: 'other.example', more: silent }))).toBe(0x33)
    expect(await one.status(0x02, signIn({ token, more: silent }))).toBe(0)
  })

  it('of credential management reads all; one bound to a party reads that party alone (§6.8.2 to §6.8.4; RS-Key credmgmt.rs)', async () => {
    const { one, pin } = await withPin()
    const mc = () => pin.token(PIN, SUB_TOKEN.mc, RP_ID)
    await register(one, { token: await mc(), more: { 7: map({ rk: true }) } })
    const bound = await pin.token(PIN, SUB_TOKEN.cm, RP_ID)
    expect(await one.status(0x0a, managed(bound, 1, undefined))).toBe(0x33)
    expect(await one.status(0x0a, managed(bound, 2, undefined))).toBe(0x33)
    expect(await one.status(0x0a, managed(bound, 4, map({ 1: rpIdHash('other.example') })))).toBe(0x33)
    expect(await one.status(0x0a, managed(bound, 4, map({ 1: rpIdHash() })))).toBe(0)
  })
})

describe('verification that is missing', () => {
  it('is CTAP2_ERR_PUAT_REQUIRED where a PIN is set, else CTAP2_ERR_OPERATION_DENIED (CTAP 2.3 §6.1.2 steps 7 and 8)', async () => {
    const { one, key } = await withPin()
    const discoverable = registration({ more: { 7: map({ rk: true }) } })
    expect(await one.status(0x01, discoverable)).toBe(0x36)
    expect(key.state().credentials).toEqual([])
    const finger = await bench({ keepsPinFromCeremonies: true }).client()
    await enrollFinger(finger, PIN)
    expect(await finger.status(0x01, discoverable)).toBe(0x27)
  })

  it('goes without where nothing stays on the key, and the option says so (makeCredUvNotRqd, CTAP 2.3 §6.1.2 step 10)', async () => {
    const { one, pin } = await withPin()
    expect(await one.status(0x01, registration())).toBe(0)
    await one.ok(0x0d, configure(await pin.token(PIN, SUB_TOKEN.acfg), 2))
    expect(await option(one, 'makeCredUvNotRqd')).toBe(false)
    expect(await one.status(0x01, registration())).toBe(0x36)
  })

  it('with `uv: true` and no finger enrolled is CTAP2_ERR_INVALID_OPTION (CTAP 2.3 §6.1.2 step 5.3, §6.2.2 step 4)', async () => {
    const { one } = await withPin()
    expect(await one.status(0x01, registration({ more: { 7: map({ uv: true }) } }))).toBe(0x2c)
    expect(await one.status(0x02, signIn({ more: { 5: map({ uv: true }) } }))).toBe(0x2c)
    const none = await bench({ hasFingerprintSensor: false }).client()
    expect(await none.status(0x01, registration({ more: { 7: map({ uv: true }) } }))).toBe(0x2c)
    // The subcommand for a token has another word for it (§6.5.5.7.3 step 5).
    const pin = await new PinClient(one).agree()
    expect(await one.status(0x06, map({ 1: 2, 2: 6, 3: pin.keyAgreement, 9: 2, 10: RP_ID }))).toBe(0x30)
  })

  it('a finger that does not match sends for the PIN, or is denied, and blocked at the end (CTAP 2.1 §6.1.2 step 11.2.3)', async () => {
    const wrong = async (options: Partial<VirtualKeyOptions>) => {
      const { client, person } = bench(options)
      const one = await client()
      await enrollFinger(one, PIN)
      person.finger = 'no-match'
      const statuses: number[] = []
      for (let i = 0; i < 6; i++)
        statuses.push(await one.status(0x01, registration({ more: { 7: map({ uv: true }) } })))
      return statuses
    }
    expect(await wrong({})).toEqual(Array(6).fill(0x36))
    expect(await wrong({ keepsPinFromCeremonies: true })).toEqual([0x27, 0x27, 0x27, 0x27, 0x32, 0x32])
  })
})

describe('always verify (CTAP 2.3 §6.1.2 step 6, §6.2.2 step 5, §6.11)', () => {
  it('without anything to verify with sends for a PIN, or denies where a PIN would not do', async () => {
    for (const [options, status] of [
      [{}, 0x36],
      [{ keepsPinFromCeremonies: true }, 0x27],
    ] as const) {
      const one = await bench(options).client()
      await one.ok(0x0d, configure(undefined, 2))
      expect(await one.status(0x01, registration())).toBe(status)
      expect(await one.status(0x02, signIn())).toBe(status)
    }
  })

  it('is switched off without a token where nothing protects the key, but nothing else is set', async () => {
    const one = await bench().client()
    await one.ok(0x0d, configure(undefined, 2))
    expect(await one.status(0x0d, configure(undefined, 1))).toBe(0x36)
    expect(await one.status(0x0d, configure(undefined, 3, map({ 1: 8 })))).toBe(0x36)
    await one.ok(0x0d, configure(undefined, 2))
    await one.ok(0x0d, configure(undefined, 1))
  })

  it('turns U2F off, for it can not verify (§7.2.4)', async () => {
    const one = await bench().client()
    await one.ok(0x0d, configure(undefined, 2))
    expect((await one.ok(0x04)).get(1)).not.toContain('U2F_V2')
    expect((await one.call(COMMAND.msg, Uint8Array.of(0, 1, 3, 0, 64, ...new Uint8Array(64)))).data).toEqual(
      Uint8Array.of(0x69, 0x86),
    )
  })
})

describe('a touch that does not come', () => {
  it('in a ceremony is CTAP2_ERR_OPERATION_DENIED, as a no is (CTAP 2.3 §6.1.2 step 14, §6.2.2 step 9)', async () => {
    const { client, person, clock } = bench()
    const one = await client()
    const id = await register(one)
    person.touches = 'never'
    for (const [command, parameters] of [
      [0x01, registration()],
      [0x02, signIn({ more: { 3: [descriptor(id)] } })],
    ] as const) {
      await expect(one.cbor(command, parameters)).rejects.toThrow('has not answered')
      await clock.advance(30_000)
      await settle()
      expect(one.nextStatus()).toBe(0x27)
    }
  })

  it('for one that is excluded tells that it is, regardless (CTAP 2.3 §6.1.2 step 12.1.4.2)', async () => {
    const { client, person, clock } = bench()
    const one = await client()
    const excluding = registration({ more: { 5: [descriptor(await register(one))] } })
    person.touches = 'declined'
    expect(await one.status(0x01, excluding)).toBe(0x19)
    person.touches = 'never'
    await expect(one.cbor(0x01, excluding)).rejects.toThrow('has not answered')
    await clock.advance(30_000)
    await settle()
    expect(one.nextStatus()).toBe(0x19)
    await expect(one.cbor(0x01, excluding)).rejects.toThrow('has not answered')
    await one.send(COMMAND.cancel)
    expect(one.nextStatus()).toBe(0x2d)
  })

  it('asked with an empty pinUvAuthParam: whether a PIN is set, not a finger (CTAP 2.3 §6.2.2 step 1)', async () => {
    const { one } = await withPin()
    const empty = { 6: new Uint8Array(), 7: 2 }
    expect(await one.status(0x02, signIn({ more: empty }))).toBe(0x31)
    expect(await (await bench().client()).status(0x02, signIn({ more: empty }))).toBe(0x35)
  })
})

describe('tries (CTAP 2.3 §6.5.5.6 step 7, §6.5.5.7.2 steps 8 to 10)', () => {
  it('three wrong ones in a row want a power cycle, which gives none back; eight are the end', async () => {
    const { key, client } = await withPin()
    const attempts: [number, number][] = []
    for (let round = 0; round < 3; round++) {
      key.powerCycle()
      const one = await client()
      const pin = new PinClient(one)
      for (let i = 0; i < 4; i++) attempts.push([await pin.tryPin('0000'), key.state().pinRetries])
    }
    expect(attempts).toEqual([
      [0x31, 7], [0x31, 6], [0x34, 5], [0x34, 5],
      [0x31, 4], [0x31, 3], [0x34, 2], [0x34, 2],
      [0x31, 1], [0x32, 0], [0x32, 0], [0x32, 0],
    ]) // prettier-ignore
  })
})
