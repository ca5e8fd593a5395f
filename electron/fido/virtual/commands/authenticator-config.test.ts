import { describe, expect, it } from 'vitest'
import { concat } from '../../../../shared/kit/index.ts'
import type { CborMap } from '../../cbor/index.ts'
import { COMMAND } from '../../ctaphid/index.ts'
import {
  bench,
  enrollFinger,
  managed,
  map,
  PinClient,
  readAuthData,
  register,
  registration,
  RP_ID,
  signIn,
  SUB_TOKEN,
  type Client,
  type Token,
} from '../testing/bench.ts'
import { FF32 } from '../token.ts'

const PIN = '1234-4711'
const PREFIX = concat(FF32, Uint8Array.of(0x0d))
const configure = (subCommand: number, sub?: CborMap, token?: Token) => managed(token, subCommand, sub, PREFIX)
const option = async (one: Client, name: string) => ((await one.ok(0x04)).get(4) as CborMap).get(name)

async function withPin(pinText = PIN) {
  const made = bench()
  const one = await made.client()
  const pin = new PinClient(one)
  await pin.setPin(pinText)
  return { ...made, one, pin, token: () => pin.token(pinText, SUB_TOKEN.acfg) }
}

it('enterprise attestation is switched on, for good', async () => {
  const one = await bench().client()
  expect(await option(one, 'ep')).toBe(false)
  await one.ok(0x0d, configure(1))
  await one.ok(0x0d, configure(1))
  expect(await option(one, 'ep')).toBe(true)
})

it('on a protected key nothing is set without the right token', async () => {
  const { one, pin, token, key } = await withPin()
  const before = key.state()
  for (const subCommand of [1, 2, 3]) {
    expect(await one.status(0x0d, configure(subCommand))).toBe(0x36)
    const other = await pin.token(PIN, SUB_TOKEN.cm)
    expect(await one.status(0x0d, configure(subCommand, undefined, other))).toBe(0x33)
    const wrong = await token()
    expect(await one.status(0x0d, managed(wrong, subCommand, undefined))).toBe(0x33)
  }
  expect(key.state()).toEqual(before)
  await one.ok(0x0d, configure(1, undefined, await token()))
})

describe('always verify', () => {
  it('asks for verification everywhere but a silent look, and turns U2F off', async () => {
    const { one, pin, token } = await withPin()
    const id = await register(one)
    await one.ok(0x0d, configure(2, undefined, await token()))
    expect([await option(one, 'alwaysUv'), await option(one, 'makeCredUvNotRqd')]).toEqual([true, false])
    expect((await one.ok(0x04)).get(1)).not.toContain('U2F_V2')
    expect((await one.call(COMMAND.msg, Uint8Array.of(0, 3, 0, 0))).data).toEqual(Uint8Array.of(0x69, 0x86))
    const list = { 3: [map({ id, type: 'public-key' })] }
    expect(await one.status(0x01, registration())).toBe(0x36)
    expect(await one.status(0x02, signIn({ more: list }))).toBe(0x36)
    expect(await one.status(0x02, signIn({ more: { ...list, 5: map({ up: false }) } }))).toBe(0)
    expect(await one.status(0x02, signIn({ token: await pin.token(PIN, 2, RP_ID), more: list }))).toBe(0)
    await one.ok(0x0d, configure(2, undefined, await token()))
    expect(await one.status(0x02, signIn({ more: list }))).toBe(0)
  })

  it('asks for the finger by itself where one is enrolled', async () => {
    const one = await bench().client()
    await enrollFinger(one, PIN)
    const token = await new PinClient(one).tokenByUv(SUB_TOKEN.acfg)
    await one.ok(0x0d, configure(2, undefined, token))
    expect(readAuthData((await one.ok(0x01, registration())).get(2) as Uint8Array).flags).toBe(0x45)
  })

  it('on a key without PIN and finger refuses every ceremony until one is set', async () => {
    const one = await bench().client()
    await one.ok(0x0d, configure(2))
    expect(await one.status(0x01, registration())).toBe(0x36)
    expect(await one.status(0x02, signIn())).toBe(0x36)
  })
})

describe('the least length of a PIN', () => {
  it('grows, never shrinks, and is told', async () => {
    const one = await bench().client()
    await one.ok(0x0d, configure(3, map({ 1: 6 })))
    expect((await one.ok(0x04)).get(0x0d)).toBe(6)
    expect(await one.status(0x0d, configure(3, map({ 1: 5 })))).toBe(0x37)
    expect(await one.status(0x0d, configure(3, map({ 1: 64 })))).toBe(0x37)
    expect(await new PinClient(one).setPin('12345')).toBe(0x37)
    expect(await new PinClient(one).setPin('123456')).toBe(0)
  })

  it('above the PIN that is set forces a change, before which the PIN opens nothing', async () => {
    const { one, pin, token } = await withPin('12345')
    const old = await token()
    await one.ok(0x0d, configure(3, map({ 1: 6 }), old))
    expect((await one.ok(0x04)).get(0x0c)).toBe(true)
    expect(await one.status(0x0d, configure(1, undefined, old))).toBe(0x33)
    expect(await pin.tryPin('12345')).toBe(0x37)
    await pin.agree()
    const legacy = map({ 1: 2, 2: 5, 3: pin.keyAgreement, 6: pin.pinHash('12345') })
    expect(await one.status(0x06, legacy)).toBe(0x31)
    expect(await pin.changePin('12345', '123456')).toBe(0)
    expect((await one.ok(0x04)).get(0x0c)).toBe(false)
    expect(await pin.tryPin('123456')).toBe(0)
  })

  it('a change can be forced as it is, and the same PIN is none', async () => {
    const { one, pin, token } = await withPin()
    await one.ok(0x0d, configure(3, map({ 3: true }), await token()))
    expect(await pin.changePin(PIN, PIN)).toBe(0x37)
    expect(await pin.changePin(PIN, `${PIN}!`)).toBe(0)
    expect(await (await bench().client()).status(0x0d, configure(3, map({ 3: true })))).toBe(0x35)
  })

  it('is told to as many relying parties as there is room for', async () => {
    const { client, key } = bench()
    const one = await client()
    await one.ok(0x0d, configure(3, map({ 2: ['a.example', 'b.example'] })))
    await one.ok(0x0d, configure(3, map({ 1: 5 })))
    expect(key.state().minPinLengthRpIds).toEqual(['a.example', 'b.example'])
    expect(await one.status(0x0d, configure(3, map({ 2: ['1', '2', '3', '4', '5'] })))).toBe(0x28)
    expect(await one.status(0x0d, configure(3, map({ 2: [1] })))).toBe(0x11)
  })
})

it('a subcommand it does not offer is CTAP1_ERR_INVALID_PARAMETER (§6.11 step 1; RS-Key config.rs: a YubiKey 5.7.4 too)', async () => {
  const one = await bench().client()
  expect(await one.status(0x0d, map({ 1: 4 }))).toBe(0x02)
  expect(await one.status(0x0d, map({ 1: 0xff }))).toBe(0x02)
  expect(await one.status(0x0d, map({}))).toBe(0x14)
})
